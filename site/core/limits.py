"""How often somebody may do what costs others something, counted for all processes together (cache "limits").

People are counted before networks: a clinic, a shelter or a mobile carrier is one address for many. What was refused
doesn't count, and whoever is refused is told for how long.
"""

import hashlib
import ipaddress
import math
import re
import secrets
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from allauth.account.adapter import get_adapter
from django.core.cache import caches
from django.db import DatabaseError
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import npgettext

BROWSER = "browser"  # in the session: which browser this is, for counting alone
PREFIX_IPV6 = 64  # bits: what one household has, or one telephone
UNITS = {"m": 60, "h": 3600, "d": 86400}
RATE = re.compile(r"(\d+)/(\d*)([mhd])/(browser|network|network-key|key)")
HOUR = 3600


class TooOften(Exception):
    """There were as many as there may be. `seconds` until the next one counts."""

    def __init__(self, seconds: float, per: str) -> None:
        super().__init__(seconds, per)
        self.seconds, self.per = retry_after(seconds), per


@dataclass
class Use:
    """What was counted."""

    moment: datetime
    keys: list[str] = field(default_factory=list)

    def take_back(self) -> None:
        """Nothing came of it, so it doesn't count."""
        for key in self.keys:
            _counters().take_back(key, self.moment)
        self.keys.clear()

    @contextmanager
    def unless_refused(self) -> Iterator[None]:
        """Take it back if an exception says that nothing came of it."""
        try:
            yield
        except BaseException:
            with suppress(DatabaseError):  # what went wrong first is what is told
                self.take_back()
            raise


def use(request: HttpRequest | None, action: str, rates: str, *, key: str = "") -> Use:
    """Count one use of `action`. Raises TooOften, and then counts nothing.

    `rates` is written "3/15m/browser,60/h/network,1/d/key": how many, in how many minutes, hours or days, and by what:
    the visitor's browser, their network, `key`, which is kept as a hash, or "network-key", both together. A browser
    that isn't known yet is counted from now on. What counts by `key` alone needs no request.
    Raises core.counters.CountersAway if nothing can be counted.
    """
    used = Use(timezone.now())
    # Whoever is new here gets a session only if they get anything.
    for rate in sorted(_parsed(rates), key=lambda rate: rate[2] == "browser"):
        most, seconds, per, text = rate
        counted_by = _counted_by(request, per, key)
        name = _name(action, text.partition("/")[2], counted_by)
        if wait := _counters().hit(name, most=most, seconds=seconds, now=used.moment):
            used.take_back()
            raise TooOften(wait, per)
        used.keys.append(name)
    return used


def forget(action: str, rates: str, *, key: str) -> None:
    """Start counting anew what is counted by `key`."""
    for _most, _seconds, per, text in _parsed(rates):
        if per == "key":
            _counters().delete(_name(action, text.partition("/")[2], key))


def network_of(request: HttpRequest) -> str:
    """What stands for the visitor's network: an IPv4 address, or the first half of an IPv6 address."""
    text = get_adapter().get_client_ip(request)
    try:
        address = ipaddress.ip_address(text)
    except ValueError:
        return str(text)
    if isinstance(address, ipaddress.IPv6Address):
        if address.ipv4_mapped is not None:  # ::ffff:192.0.2.1, what a socket for both kinds says
            return str(address.ipv4_mapped)
        return str(ipaddress.IPv6Network((address, PREFIX_IPV6), strict=False).network_address)
    return str(address)


def browser_of(request: HttpRequest) -> str:
    """What stands for the visitor's browser, as long as its session lasts."""
    if BROWSER not in request.session:
        request.session[BROWSER] = secrets.token_hex(8)
    return str(request.session[BROWSER])


def retry_after(seconds: float) -> int:
    """`seconds` as people are told them, in whole minutes, or hours if it is long: for `Retry-After` and sentence."""
    unit = 60 if seconds <= 2 * HOUR else HOUR
    return max(math.ceil(seconds / unit), 1) * unit


def in_words(seconds: int) -> str:
    """How long that is, to put after "in": "9 minutes"."""
    if seconds <= 2 * HOUR:
        count = math.ceil(seconds / 60)
        text = npgettext("try again in", "%(count)d minute", "%(count)d minutes", count)
    else:
        count = math.ceil(seconds / HOUR)
        text = npgettext("try again in", "%(count)d hour", "%(count)d hours", count)
    return text % {"count": count}


def _parsed(rates: str) -> list[tuple[int, int, str, str]]:
    parsed = []
    for text in rates.split(","):
        match = RATE.fullmatch(text)
        if match is None:
            raise ValueError(f"{text!r} is no rate: write it as 3/15m/browser")
        most, count, unit, per = match.groups()
        parsed.append((int(most), int(count or 1) * UNITS[unit], per, text))
    return parsed


def _counted_by(request: HttpRequest | None, per: str, key: str) -> str:
    if per == "key":
        return key
    if request is None:
        raise ValueError(f"without a request there is no {per} to count by")
    if per == "browser":
        return browser_of(request)
    return f"{network_of(request)} {key}" if per == "network-key" else network_of(request)


def _name(action: str, rate: str, counted_by: str) -> str:
    return f"{action}:{rate}:{hashlib.sha256(counted_by.encode()).hexdigest()}"


def _counters() -> Any:
    return caches["limits"]
