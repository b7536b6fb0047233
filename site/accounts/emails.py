"""Every e-mail about an account, in its owner's language and on their clock. allauth says when (accounts.adapter).

Whoever reads a mail may be a stranger, because somebody typed a wrong address or because the mailbox was taken
over. So no mail names a person, another e-mail address or a computer's address, and each says what to do if it
wasn't you.
"""

from datetime import timedelta
from email.utils import parseaddr
from typing import Any

from allauth.core.internal import ratelimit
from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import get_language

from accounts.browsers import browser_in_words
from accounts.models import User
from core.i18n.zones import load_zone
from core.mail import messages
from core.mail.addresses import canonical_address, mailbox_of
from core.mail.outbox import enqueue

# What anybody can make us write to any address. Counted for each address and kind (ACCOUNT_RATE_LIMITS).
UNSOLICITED = {
    "unknown_account",
    "account_already_exists",
    "email_confirmation_signup",
    "email_confirmation",
    "password_reset_key",
    "login_code",
}


def kind_of(template_prefix: str) -> str:
    """The name of a mail in `templates/emails/account/` for allauth's `mfa/email/totp_activated` and the like."""
    return template_prefix.rsplit("/", 1)[-1]


def write(request: HttpRequest, kind: str, to: str, context: dict[str, Any]) -> None:
    """Put a mail into the outbox, unless strangers have made us write too many like it to this mailbox.

    `context` is allauth's. The mail speaks the language of the account, or of the page if there is none. One that
    isn't written takes the same time, and the page gives the same answer.
    """
    user = context.get("user") or User.objects.filter(email=canonical_address(to)).first()
    language = user.language if user else (get_language() or settings.LANGUAGE_CODE)
    time_zone = user.time_zone if user else "UTC"
    message = compose(kind, to=to, language=language, time_zone=time_zone, context=context)
    if kind not in UNSOLICITED or may_bother(request, kind, to):
        lasts = minutes(kind)  # a code or link that has run out by the time it leaves helps nobody
        enqueue(message, expires_at=timezone.now() + timedelta(minutes=lasts) if lasts else None)


def may_bother(request: HttpRequest, kind: str, to: str) -> bool:
    """Count one more mail of this kind to this address; False if there were enough. Kinds don't use up each other's."""
    key = f"{kind} {mailbox_of(to)}"
    return bool(
        ratelimit.consume(request, app="allauth.account", action="unsolicited_mail", key=key, limit_get=True)
    )


def compose(
    kind: str, *, to: str, language: str, time_zone: str, context: dict[str, Any]
) -> EmailMultiAlternatives:
    """The mail of this kind. Nothing is written.

    Of `context`, allauth's, only this is used: `code`, `uid` and `key` of a link for a new password, `timestamp`
    and `user_agent` of a change.
    """
    with translation.override(language):
        details = {
            "code": context.get("code"),
            "minutes": minutes(kind),
            "contact": parseaddr(settings.DEFAULT_FROM_EMAIL)[1],
            "signup_url": address("account_signup"),
            "login_url": address("account_login"),
            "forgotten_url": address("account_reset_password"),
            "second_factor_url": address("mfa_index"),
        }
        if "uid" in context:
            details["reset_url"] = address(
                "account_reset_password_from_key", uidb36=context["uid"], key=context["key"]
            )
        if "timestamp" in context:
            zone = load_zone(time_zone) or load_zone("UTC")
            details |= {
                "happened_at": context["timestamp"].astimezone(zone),
                "time_zone": str(zone),
                "browser": browser_in_words(context["user_agent"]),
            }
    return messages.compose(f"emails/account/{kind}", to=to, language=language, context=details)


def minutes(kind: str) -> int:
    """How long the code or link in this mail works; 0 if it has none."""
    seconds = {
        "login_code": settings.ACCOUNT_LOGIN_BY_CODE_TIMEOUT,
        "email_confirmation": settings.ACCOUNT_EMAIL_VERIFICATION_BY_CODE_TIMEOUT,
        "email_confirmation_signup": settings.ACCOUNT_EMAIL_VERIFICATION_BY_CODE_TIMEOUT,
        "password_reset_key": settings.PASSWORD_RESET_TIMEOUT,
    }
    return int(seconds.get(kind, 0)) // 60


def address(name: str, **kwargs: str) -> str:
    """A page of the account under SITE_URL, whatever the request's host, in the active language."""
    return settings.SITE_URL + reverse(name, kwargs=kwargs)
