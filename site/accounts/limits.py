"""What is counted for all processes together: in the cache "limits", a table of the database.

In the same database as everything else, so there is no second server that could fail alone.
"""

import time
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from allauth.core.exceptions import RateLimited
from allauth.core.internal import ratelimit
from django.conf import settings
from django.core.cache import caches
from django.http import HttpRequest
from django.utils import timezone
from django.utils.connection import ConnectionProxy

from core.limits import retry_after
from core.users import User

limits: Any = ConnectionProxy(caches, "limits")
UNKNOWN = 60  # seconds, where nothing was counted


class UsedCodes:
    """Where allauth notes the codes of an app that were used: for as long as they would be accepted again.

    allauth notes them for one period, but takes those of MFA_TOTP_TOLERANCE more before and after it.
    """

    def add(self, key: str, value: str, timeout: int) -> bool:
        return bool(limits.add(key, value, timeout=timeout * (1 + 2 * settings.MFA_TOTP_TOLERANCE)))


@dataclass
class Counted(ratelimit.SingleRateLimitUsage):
    """One try that was counted."""

    moment: datetime | None = None  # none if it was only asked for

    def rollback(self) -> None:
        if self.moment:
            limits.take_back(self.cache_key, self.moment)


def consume_single_rate(
    request: HttpRequest,
    *,
    app: str,
    action: str,
    rate: ratelimit.Rate,
    key: Any = None,
    user: User | None = None,
    dry_run: bool = False,
    raise_exception: bool = False,
) -> Counted | None:
    """allauth's, counted by the database in one step; None, or RateLimited, if there were too many.

    allauth asks a lock in the cache for up to a second, and says "too many" to whoever doesn't get it. How long
    somebody who is refused has to wait is noted in the request, for `seconds_to_wait`.
    """
    name = ratelimit.get_cache_key(request, app=app, action=action, rate=rate, key=key, user=user)
    now = timezone.now()
    if dry_run:
        hits = limits.get(name, [])
        allowed, hits = ratelimit.apply_rate(hits, time.time(), rate, dry_run=True)
        wait = 0.0 if allowed else max(hits[rate.amount - 1] + rate.duration - time.time(), 1.0)
    else:
        wait = limits.hit(name, most=rate.amount, seconds=rate.duration, now=now)
    if not wait:
        moment = None if dry_run else now
        return Counted(cache_key=name, cache_duration=rate.duration, timestamp=now.timestamp(), moment=moment)
    request._seconds_to_wait = wait  # type: ignore[attr-defined]
    if raise_exception:
        raise RateLimited
    return None


def seconds_to_wait(request: HttpRequest) -> int:
    """For how long the limit that has just refused this request goes on to, as people are told it."""
    return retry_after(getattr(request, "_seconds_to_wait", UNKNOWN))
