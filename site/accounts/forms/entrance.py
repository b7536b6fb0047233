"""The ways in: allauth's forms in our words, without placeholders, which repeat the labels."""

from typing import Any

from allauth.account import forms as account
from allauth.mfa.base import forms as mfa
from django.utils.translation import gettext_lazy as _

from accounts.forms.fields import PASSWORD_HELP, CodeField, without_placeholders

ADDRESS = _("E-mail address")


class LogInForm(account.LoginForm):
    """The link for a forgotten password stands after the button, not between the address and the password."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        without_placeholders(self.fields)
        self.fields["login"].label = ADDRESS
        self.fields["login"].widget.attrs["autocomplete"] = "username"
        self.fields["password"].help_text = ""
        self.fields["remember"].label = _("Keep me logged in on this device")


class SignUpForm(account.SignupForm):
    """An address and a password, nothing else."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        without_placeholders(self.fields)
        self.fields["email"].label = ADDRESS
        self.fields["email"].help_text = _("We send a code to it, to see that it is yours.")
        self.fields["password1"].help_text = PASSWORD_HELP


class RequestCodeForm(account.RequestLoginCodeForm):
    """Where to send a code for logging in."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        without_placeholders(self.fields)
        self.fields["email"].label = ADDRESS


class ConfirmCodeForm(account.ConfirmLoginCodeForm):
    """The code for logging in."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["code"] = CodeField()


class ConfirmAddressForm(account.ConfirmEmailVerificationCodeForm):
    """The code that shows that an address is theirs."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["code"] = CodeField()


class ResetPasswordForm(account.ResetPasswordForm):
    """Where to send the link for a new password."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        without_placeholders(self.fields)
        self.fields["email"].label = ADDRESS


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


class SecondFactorForm(mfa.AuthenticateForm):
    """The code of an app, or one of the recovery codes, after the password."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["code"] = CodeField()


class ShowSecondFactorAgainForm(mfa.ReauthenticateForm):
    """The same, of somebody who is logged in."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["code"] = CodeField()
