"""Limits of our own, counted as allauth counts its own: in the cache `limits`, for all processes together."""

from allauth.core.internal import ratelimit
from allauth.core.internal.ratelimit import RateLimitUsage
from django.http import HttpRequest

APP = "attune"


def use(request: HttpRequest, action: str, rates: str, *, key: str | None = None) -> RateLimitUsage | None:
    """Count one use of `action`; None if that is one too many. The use can be taken back: `usage.rollback()`.

    `rates` is written as allauth's: "3/15m/ip,20/h/ip", "1/h/key". `key` is kept as a hash.
    """
    return ratelimit.consume(request, app=APP, action=action, config={action: rates}, key=key)


def forget(request: HttpRequest, action: str, rates: str, *, key: str | None = None) -> None:
    """Start counting anew."""
    ratelimit.clear(request, app=APP, action=action, config={action: rates}, key=key)
