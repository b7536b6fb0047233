"""The ways in: allauth's forms in our words, without placeholders, which repeat the labels."""

from email.utils import parseaddr
from typing import Any, cast

from allauth.account import forms as account
from allauth.mfa.base import forms as mfa
from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _

from accounts.forms.fields import PASSWORD_HELP, CodeField, ask_for_address, without_placeholders
from accounts.models import User
from accounts.second_factors import are_unreadable
from core.forms.email_typos import AsksAboutTypos

UNREADABLE = _(
    "We can’t check your code. Something went wrong on our side, and another code won’t help. Please write to "
    "%(contact)s, and we’ll help you log in."
)


class AsksForAddress(forms.Form):
    """Where to send something."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        without_placeholders(self.fields)
        ask_for_address(self)


class AsksForCode(forms.Form):
    """A code from a mail or an app."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["code"] = CodeField()


class LogInForm(account.LoginForm):
    """The link for a forgotten password stands after the button, not between the address and the password."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        without_placeholders(self.fields)
        ask_for_address(self, name="login")
        self.fields["login"].widget.attrs["autocomplete"] = "username"
        self.fields["password"].help_text = ""
        self.fields["remember"].label = _("Keep me logged in on this device")


class SignUpForm(AsksAboutTypos, account.SignupForm):
    """An address and a password, nothing else."""

    account_already_exists: bool

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        without_placeholders(self.fields)
        ask_for_address(self)
        self.fields["email"].help_text = _("We send a code to it, to see that it is yours.")
        self.fields["password1"].help_text = PASSWORD_HELP

    def try_save(self, request: HttpRequest) -> tuple[User | None, HttpResponse | None]:
        """Make the account. If there is one already, answer just the same and as slowly; a mail tells its owner."""
        if not self.account_already_exists:
            try:
                with transaction.atomic():
                    return self.save(request), None
            except IntegrityError:  # the address was taken in this moment, or the form was sent twice
                self.account_already_exists = True
        User().set_password(self.cleaned_data["password1"])  # hashing is what takes the time
        return cast(tuple[None, HttpResponse], super().try_save(request))


class RequestCodeForm(AsksForAddress, account.RequestLoginCodeForm):
    """Where to send a code for logging in."""


class ConfirmCodeForm(AsksForCode, account.ConfirmLoginCodeForm):
    """The code for logging in."""


class ConfirmAddressForm(AsksForCode, account.ConfirmEmailVerificationCodeForm):
    """The code that shows that an address is theirs."""


class ResetPasswordForm(AsksForAddress, account.ResetPasswordForm):
    """Where to send the link for a new password."""


class NewPasswordForm(account.ResetPasswordKeyForm):
    """A new password, once: whoever wants to check it can look at it."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        del self.fields["password2"]
        without_placeholders(self.fields)
        self.fields["password1"].label = _("New password")
        self.fields["password1"].help_text = PASSWORD_HELP


class ShowPasswordAgainForm(account.ReauthenticateForm):
    """The password, before something that must not happen by somebody else's hand."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        without_placeholders(self.fields)
        self.fields["password"].help_text = ""


class ChecksFactor(AsksForCode):
    """A code that is compared with what is encrypted: where that can't be read, no code is right."""

    user: User

    def clean_code(self) -> str:
        try:
            return cast(str, super().clean_code())  # type: ignore[misc]  # of the form that it is mixed into
        except ValidationError as error:
            if error.code == "incorrect_code" and are_unreadable(self.user):
                contact = parseaddr(settings.DEFAULT_FROM_EMAIL)[1]
                raise ValidationError(UNREADABLE, params={"contact": contact}) from error
            raise


class SecondFactorForm(ChecksFactor, mfa.AuthenticateForm):
    """The code of an app, or one of the recovery codes, after the password."""


class ShowSecondFactorAgainForm(ChecksFactor, mfa.ReauthenticateForm):
    """The same, of somebody who is logged in."""
