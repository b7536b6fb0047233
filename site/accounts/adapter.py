"""What allauth asks the project."""

import base64
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.core.internal.httpkit import get_client_ip
from allauth.mfa.adapter import DefaultMFAAdapter
from cryptography.fernet import Fernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings
from django.http import HttpRequest
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from accounts import emails
from accounts.models import User
from core.names import normalised_email

WRONG_CODE = _("This code is not right, or no longer good. Please look at it again.")
NOBODY = "::1"  # who comes through a unix socket without a proxy's header: this machine


class AccountAdapter(DefaultAccountAdapter):
    """Accounts in our languages: one way to write an address, mails in the language of whom they go to."""

    error_messages = {
        **DefaultAccountAdapter.error_messages,
        "email_password_mismatch": _(
            "This address and this password don’t go together. Please check both, or use another way."
        ),
        "incorrect_password": _("This is not your password. Please check it."),
        "incorrect_code": WRONG_CODE,
        "too_many_login_attempts": _("Too many tries. Please wait a few minutes, or use another way."),
        "rate_limited": _("One code after the other, please. Try again in a few seconds."),
    }

    def save_user(self, request: HttpRequest, user: User, form: object, commit: bool = True) -> User:
        """Take the language of the page on which somebody signs up as theirs."""
        user.language = get_language() or user.language
        return super().save_user(request, user, form, commit)

    def clean_email(self, email: str) -> str:
        return normalised_email(super().clean_email(email))

    def get_client_ip(self, request: HttpRequest) -> str:
        """The address that limits count: the proxy's word where there is one, else the connection's."""
        return get_client_ip(request) or NOBODY

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Write the project's own mail of this kind."""
        emails.write(self.request, emails.kind_of(template_prefix), email, context)

    def send_notification_mail(
        self,
        template_prefix: str,
        user: User,
        context: dict[str, Any] | None = None,
        email: str | None = None,
    ) -> None:
        """Say whose account it is: the old address of one whose address has changed leads to nobody."""
        super().send_notification_mail(template_prefix, user, {**(context or {}), "user": user}, email)


class SecondFactorAdapter(DefaultMFAAdapter):
    """Secrets of second factors are unreadable in a copy of the database."""

    error_messages = {**DefaultMFAAdapter.error_messages, "incorrect_code": WRONG_CODE}

    def encrypt(self, text: str) -> str:
        return secret_box().encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text: str) -> str:
        return secret_box().decrypt(encrypted_text.encode()).decode()


def secret_box() -> Fernet:
    """Encrypts with a key made of CLIENT_KEY_SECRET, which never changes; SECRET_KEY may."""
    key = HKDF(algorithm=SHA256(), length=32, salt=None, info=b"attune second factors")
    return Fernet(base64.urlsafe_b64encode(key.derive(settings.CLIENT_KEY_SECRET.encode())))
