"""The ways in: allauth's forms in our words, without placeholders, which repeat the labels."""

from typing import Any

from allauth.account.forms import LoginForm, SignupForm
from django import forms
from django.utils.translation import gettext_lazy as _


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

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        without_placeholders(self.fields)
        self.fields["email"].label = _("E-mail address")
