"""What a password may be, beyond what Django's validators ask."""

from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

MOST_CHARACTERS = 4096  # of a password; more is work for the hasher and no safer


class MaximumLengthValidator:
    """Refuses a password that is too long to be hashed (`MOST_CHARACTERS`)."""

    def validate(self, password: str, user: Any = None) -> None:
        if len(password) > MOST_CHARACTERS:
            raise ValidationError(
                _("This password is too long. Please choose one of at most %(limit)d characters."),
                code="password_too_long",
                params={"limit": MOST_CHARACTERS},
            )

    def get_help_text(self) -> str:
        return _("Long passwords and whole sentences are welcome.")
