"""What allauth asks the project."""

from typing import Any, ClassVar, cast

from allauth.account.adapter import DefaultAccountAdapter
from allauth.core.internal.httpkit import clean_client_ip, get_client_ip
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.http import HttpRequest
from django.shortcuts import resolve_url
from django.urls import reverse
from django.utils import translation
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _

from accounts import emails, second_factors
from accounts.models import User
from accounts.passwords import MOST_CHARACTERS
from accounts.sessions import needs_second_factor, other_factors
from core.mail.addresses import canonical_address
from core.users import UserRequest

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
        return canonical_address(super().clean_email(email))

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
        return canonical_address(credentials.get("email", ""))

    def get_login_redirect_url(self, request: UserRequest) -> str:
        """Without a page to go back to: the account, in the language that its owner has chosen.

        Who has no password is led to setting one first: without it nothing asks them again before what matters.
        """
        user = request.user
        with translation.override(user.language):
            if not user.has_usable_password():
                return reverse("account_set_password")
            return resolve_url(settings.LOGIN_REDIRECT_URL)

    def get_email_verification_redirect_url(self, email_address: Any) -> str:
        """A changed address is seen where it was changed."""
        if self.request.user.is_authenticated:
            return reverse("account_email")
        return super().get_email_verification_redirect_url(email_address)

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
    """Secrets of second factors are unreadable in a copy of the database; the last factor of staff stays."""

    error_messages: ClassVar[dict[str, Any]] = {
        **DefaultMFAAdapter.error_messages,
        "cannot_delete_authenticator": _(
            "Your work here needs a second factor. Add another one first, then remove this one."
        ),
        "cannot_generate_recovery_codes": _(
            "Recovery codes go with an app or a passkey: add one of these first."
        ),
        "incorrect_code": WRONG_CODE,
        "unverified_email": _("Confirm your e-mail address first."),
    }

    def can_delete_authenticator(self, authenticator: Authenticator) -> bool:
        """Everybody may remove a factor, but whoever needs one keeps one."""
        return not needs_second_factor(authenticator.user) or other_factors(authenticator).exists()

    def generate_authenticator_name(self, user: User, kind: Authenticator.Type) -> str:
        """A name to begin with for another passkey; people give it a better one."""
        number = Authenticator.objects.filter(user=user, type=kind).count() + 1
        return gettext("Passkey %(number)s") % {"number": number}

    def get_public_key_credential_rp_entity(self) -> dict[str, str]:
        """What a device calls this site when it asks for the passkey."""
        return {**super().get_public_key_credential_rp_entity(), "name": settings.MFA_TOTP_ISSUER}

    def encrypt(self, text: str) -> str:
        return second_factors.box().encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text: str) -> str:
        """Raises second_factors.Unreadable if it was encrypted with a secret that the site has no more."""
        return second_factors.box().decrypt(encrypted_text.encode()).decode()
