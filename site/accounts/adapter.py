"""What allauth asks the project."""

import base64
from typing import Any, cast
from urllib.parse import urlsplit

from allauth.account.adapter import DefaultAccountAdapter
from allauth.core.internal.httpkit import clean_client_ip, get_client_ip
from allauth.mfa.adapter import DefaultMFAAdapter
from cryptography.fernet import Fernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.http import HttpRequest
from django.urls import translate_url
from django.utils import translation
from django.utils.translation import get_language

from accounts.models import User
from accounts.passwords import MOST_CHARACTERS
from core.letters import frame
from core.names import normalised_email

NOBODY = "::1"  # who comes through a unix socket without a proxy's header: this machine


class AccountAdapter(DefaultAccountAdapter):
    """Accounts in our languages: one way to write an address, mails in the language of whom they go to."""

    def save_user(self, request: HttpRequest, user: User, form: object, commit: bool = True) -> User:
        """Take the language of the page on which somebody signs up as theirs."""
        user.language = get_language() or user.language
        return super().save_user(request, user, form, commit)

    def clean_email(self, email: str) -> str:
        return normalised_email(super().clean_email(email))

    def get_client_ip(self, request: HttpRequest) -> str:
        """The address that limits count: the proxy's word where there is one, else the connection's.

        A header with fewer addresses than we have proxies comes from none of them: it says nothing.
        """
        try:
            address = get_client_ip(request)
        except ImproperlyConfigured:
            address = clean_client_ip(request.META.get("REMOTE_ADDR", ""))
        return address or NOBODY

    def is_safe_url(self, url: str) -> bool:
        """Whether an address to go on to is ours. One that can't be read isn't (allauth would fail)."""
        try:
            return bool(super().is_safe_url(url))
        except ValueError:
            return False

    def authenticate(self, request: HttpRequest, **credentials: Any) -> User | None:
        """Whose password this is, if anybody's. One that is too long to be anybody's is not hashed."""
        if len(credentials.get("password", "")) > MOST_CHARACTERS:
            return None
        return cast(User | None, super().authenticate(request, **credentials))

    def _get_login_attempts_cache_key(self, request: HttpRequest, **credentials: Any) -> str:
        """What wrong passwords are counted by: the account, whatever the host's name and port in the request."""
        return normalised_email(credentials.get("email", ""))

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Write a mail, to the address as accounts have it, in the language of its account, else of the page.

        Addresses in it begin with SITE_URL, whatever the request's host, and lead to pages in the same language.
        """
        email = normalised_email(email)
        user = User.objects.filter(email=email).only("language").first()
        language = user.language if user else (get_language() or settings.LANGUAGE_CODE)
        with translation.override(language):
            super().send_mail(
                template_prefix,
                email,
                {
                    **frame(language),
                    "current_site": {"name": settings.WAGTAIL_SITE_NAME, "domain": settings.SITE_HOST},
                    **{name: in_language(value, language) for name, value in context.items()},
                },
            )


def in_language(value: Any, language: str) -> Any:
    """An address of this site as `language` has it, under SITE_URL; anything else as it is."""
    if not isinstance(value, str) or not value.startswith(("http://", "https://")):
        return value
    parts = urlsplit(value)
    path = f"{parts.path}?{parts.query}" if parts.query else parts.path
    return settings.SITE_URL + translate_url(path, language)


class SecondFactorAdapter(DefaultMFAAdapter):
    """Secrets of second factors are unreadable in a copy of the database."""

    def encrypt(self, text: str) -> str:
        return secret_box().encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text: str) -> str:
        return secret_box().decrypt(encrypted_text.encode()).decode()


def secret_box() -> Fernet:
    """Encrypts with a key made of CLIENT_KEY_SECRET, which never changes; SECRET_KEY may."""
    key = HKDF(algorithm=SHA256(), length=32, salt=None, info=b"attune second factors")
    return Fernet(base64.urlsafe_b64encode(key.derive(settings.CLIENT_KEY_SECRET.encode())))
