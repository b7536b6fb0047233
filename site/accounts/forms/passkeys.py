"""What a browser says about a passkey, which may be anything: allauth expects it to have the right shape."""

from allauth.account.adapter import get_adapter
from allauth.mfa.webauthn import forms as webauthn
from django import forms

# What reading JSON of another shape ends in: a list for a dictionary, a key that is missing, lists in lists in lists.
WRONG_SHAPE = (LookupError, TypeError, ValueError, AttributeError, ArithmeticError, RecursionError)


class ReadsCredential(forms.Form):
    """A form with a field `credential`. One that can't be read is wrong, as one of another passkey is."""

    def _clean_fields(self) -> None:
        try:
            super()._clean_fields()  # type: ignore[misc]  # its stubs don't know it
        except WRONG_SHAPE:
            self._refuse()

    def _clean_form(self) -> None:
        try:
            super()._clean_form()  # type: ignore[misc]
        except WRONG_SHAPE:
            self._refuse()

    def _refuse(self) -> None:
        self.cleaned_data = getattr(self, "cleaned_data", {})
        self.add_error(None, get_adapter().validation_error("incorrect_code"))


class LoginForm(ReadsCredential, webauthn.LoginWebAuthnForm):
    """Log in with a passkey alone."""


class AuthenticateForm(ReadsCredential, webauthn.AuthenticateWebAuthnForm):
    """A passkey after the password."""


class ReauthenticateForm(ReadsCredential, webauthn.ReauthenticateWebAuthnForm):
    """A passkey, of somebody who is logged in."""
