"""When a wall clock shows a time: local dates and minutes to instants, in whole seconds since 1970 in UTC.

Dates are ordinals (`date.toordinal()`), so that a run of dates is a run of integers. An edge of opening hours
that the clock shows twice or never is read so that nothing leaves the hours as published:

    shown twice (clocks go back)      hours start at the second reading and end at the first
    never shown (clocks go forward)   the instant of the transition

RFC 5545 (3.3.5) reads such times otherwise. Its rule is for an event, and would offer 03:00 for 01:30–02:30.
The rules: docs/rules/booking.md, B; the two readings are PEP 495's `fold`.
"""

from datetime import UTC, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
EPOCH_DAY = EPOCH.toordinal()
SECOND = timedelta(seconds=1)
MINUTE = 60
DAY = 24 * 60 * MINUTE


def instant(zone: ZoneInfo, day: int, minute: int, *, ends: bool) -> int:
    """Return when `zone` shows `minute` (0–1439) of `day`, read as the start or the end (`ends`) of hours."""
    wall = (day - EPOCH_DAY) * DAY + minute * MINUTE
    steady = _steady_offset(zone, day)
    if steady is not None:
        return wall - steady
    before, after = _offsets(zone, day, minute)
    if before >= after:  # shown once, or twice: first with the offset before the transition
        return wall - (before if ends else after)
    low, high = wall - after, wall - before  # never shown: the transition is after low, at high or earlier
    while high - low > 1:
        middle = (low + high) // 2
        if _seconds(moment(middle).astimezone(zone)) == before:
            low = middle
        else:
            high = middle
    return high


def local_day(zone: ZoneInfo, seconds: int) -> int:
    """Return the date in `zone`, as an ordinal, at the instant `seconds`."""
    return moment(seconds).astimezone(zone).toordinal()


def moment(seconds: int) -> datetime:
    """Return the instant `seconds` as an aware datetime in UTC."""
    return EPOCH + timedelta(seconds=seconds)


# On nearly every date in every zone no clock is changed, and then an instant is one subtraction.
@lru_cache(maxsize=2**15)  # a few megabytes when full: 500 zones for 60 days
def _steady_offset(zone: ZoneInfo, day: int) -> int | None:
    """Return the offset of all of `day` in seconds, or None if a transition touches it."""
    offsets = {*_offsets(zone, day, 0), *_offsets(zone, day + 1, 0)}
    return offsets.pop() if len(offsets) == 1 else None


def _offsets(zone: ZoneInfo, day: int, minute: int) -> tuple[int, int]:
    """Return the offsets of both readings of a time; they differ if the clock shows it twice or never."""
    wall = datetime.fromordinal(day).replace(hour=minute // 60, minute=minute % 60, tzinfo=zone)
    return _seconds(wall), _seconds(wall.replace(fold=1))


def _seconds(local: datetime) -> int:
    return (local.utcoffset() or timedelta(0)) // SECOND
