"""Browsers in which somebody has logged in before: what strangers do elsewhere can't lock them out there.

Wrong passwords and requested codes are counted for each account. Whoever knows an address can use those limits up, so a
browser that has logged in to the account counts by itself (OWASP's "device cookie"). The cookie opens nothing: it is
a name to count by, for the accounts it was given for, and says nothing about them.
"""

import hashlib
import hmac
import secrets
from typing import Any

from allauth.core.internal import ratelimit
from django.conf import settings
from django.core import signing
from django.http import HttpRequest
from django.http.response import HttpResponseBase

from core.mail.addresses import mailbox_of
from core.secret_keys import site_secrets
from core.users import User

COOKIE, SALT = "known_device", "accounts.devices"
MOST_ACCOUNTS = 4  # of one browser; the oldest goes first
KEPT = 365 * 24 * 3600  # seconds
MAIL = "mail to"


def _marks(identity: str) -> list[str]:
    """What stands for an address or account in the cookie, under each secret; the first is written."""
    text = f"device {identity}".encode()
    return [hmac.new(secret.encode(), text, hashlib.sha256).hexdigest()[:16] for secret in site_secrets()]


def _identities(user: User) -> list[str]:
    """What the limits of allauth and of `accounts.emails` count `user` by."""
    return [user.email, f"{MAIL} {mailbox_of(user.email)}", f"mfa-auth-user-{user.pk}"]


def read(request: HttpRequest) -> dict[str, Any]:
    """The cookie: `id`, a name for the browser, and `accounts`, the marks of each; empty if there is no good one."""
    try:
        value = signing.loads(request.COOKIES.get(COOKIE, ""), salt=SALT, max_age=KEPT)
    except signing.BadSignature:
        return {}
    return value if isinstance(value, dict) and {"id", "accounts"} <= value.keys() else {}


def known_as(request: HttpRequest, key: str) -> str:
    """The browser's own name where it knows the account that `key` counts; empty elsewhere.

    `key` is an address, an account's number as allauth writes it, or a mailbox behind a kind of mail and a space.
    """
    device = read(request)
    if not device:
        return ""
    kind, _space, identity = key.rpartition(" ")
    # A mailbox is known for mails to it alone: where + is a letter like others, it is the account of somebody else.
    wanted = set(_marks(f"{MAIL} {identity}" if kind else identity))
    return str(device["id"]) if any(wanted & set(marks) for marks in device["accounts"]) else ""


def remember(request: HttpRequest, user: User, **_kwargs: Any) -> None:
    """Let the answer to this request carry the cookie. Receives allauth's `user_logged_in`."""
    request._device_of = user  # type: ignore[attr-defined]  # read below, when there is an answer


def write(request: HttpRequest, response: HttpResponseBase) -> None:
    """Set the cookie if somebody has just logged in. A name that others may know is not kept: each log-in makes one."""
    user = getattr(request, "_device_of", None)
    if user is None:
        return
    own_marks = [_marks(identity)[0] for identity in _identities(user)]
    earlier = set(_marks(user.email))
    others = [marks for marks in read(request).get("accounts", []) if not earlier & set(marks)]
    value = {"id": secrets.token_urlsafe(9), "accounts": [own_marks, *others][:MOST_ACCOUNTS]}
    response.set_cookie(
        COOKIE,
        signing.dumps(value, salt=SALT),
        max_age=KEPT,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )


_cache_key = ratelimit.get_cache_key


def cache_key(
    request: HttpRequest, *, app: str, action: str, rate: Any, key: Any = None, user: User | None = None
) -> str:
    """allauth's, by what something is counted; in a browser that knows the account, by that browser.

    Also what is otherwise counted by network: neighbours can't lock anybody out either.
    """
    if app.startswith("allauth.") and key and (device := known_as(request, key)):
        rate = ratelimit.Rate(rate.amount, rate.duration, "key")
        key = f"{key} in {device}"
    return _cache_key(request, app=app, action=action, rate=rate, key=key, user=user)
