"""The ways in: allauth's forms in our words, without placeholders, which repeat the labels."""

from typing import Any, cast

from allauth.account.forms import LoginForm, SignupForm
from django import forms
from django.db import IntegrityError, transaction
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _

from accounts.models import User


def without_placeholders(fields: dict[str, forms.Field]) -> None:
    """Take the hints out of the controls of `fields`: they vanish as soon as somebody types."""
    for field in fields.values():
        field.widget.attrs.pop("placeholder", None)


class LogInForm(LoginForm):
    """The link for a forgotten password stands after the button, not between the address and the password."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        without_placeholders(self.fields)
        self.fields["login"].label = _("E-mail address")
        self.fields["password"].help_text = ""
        self.fields["remember"].label = _("Keep me logged in on this device")


class SignUpForm(SignupForm):
    """An address and a password, nothing else."""

    account_already_exists: bool

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        without_placeholders(self.fields)
        self.fields["email"].label = _("E-mail address")

    def try_save(self, request: HttpRequest) -> tuple[User | None, HttpResponse | None]:
        """Make the account. If there is one already, answer just the same and as slowly; a mail tells its owner."""
        if not self.account_already_exists:
            try:
                with transaction.atomic():
                    return self.save(request), None
            except (
                IntegrityError
            ):  # somebody else took the address in this moment, or the form was sent twice
                self.account_already_exists = True
        User().set_password(self.cleaned_data["password1"])  # hashing is what takes the time
        return cast(tuple[None, HttpResponse], super().try_save(request))
