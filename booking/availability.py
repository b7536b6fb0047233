"""Which free consultations can still be booked: slot arithmetic without database, clock or framework.

A specialist publishes windows on the wall clock ("Mondays 09:00–17:00 in Berlin"). Their edges become
instants first (`local_time`); everything after that is arithmetic on whole seconds, one local date at a time.
The rules: docs/rules/booking.md, A to E.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from itertools import islice
from zoneinfo import ZoneInfo

from booking.local_time import EPOCH, MINUTE, SECOND, instant, local_day, moment
from core.i18n.zones import load_zone

MIDNIGHT = 24 * 60  # the minute at which a day ends


@dataclass(frozen=True, slots=True)
class Window:
    """Weekly hours that start on `weekday` (0 Monday … 6 Sunday), from minute `start` to minute `end`.

    Minutes are those of the wall clock: 540 is 09:00, whatever the clock did in the night. `start` is 0–1439,
    `end` 0–1440; an `end` that is not after `start` is on the next day. Raises ValueError for anything else.
    """

    weekday: int
    start: int
    end: int

    def __post_init__(self) -> None:
        _require(0 <= self.weekday <= 6, "A weekday is a number from 0 (Monday) to 6 (Sunday).")
        _require_minutes(self.start, self.end)


@dataclass(frozen=True, slots=True)
class DateOverride:
    """What holds instead of the weekly hours on the dates from `first` to `last`, both included.

    `start` and `end` are minutes as in Window; without them the dates are closed. Exceptions for one date add
    up, and cut off hours that began the day before under anything else. Raises ValueError if the dates are
    reversed or only one of the times is given.
    """

    first: date
    last: date
    start: int | None = None
    end: int | None = None

    def __post_init__(self) -> None:
        _require(self.first <= self.last, "The last date must not be before the first.")
        if self.start is None or self.end is None:
            _require(self.start is self.end, "Give both a start and an end, or neither for a closed day.")
        else:
            _require_minutes(self.start, self.end)


@dataclass(frozen=True, slots=True)
class Rules:
    """How one specialist's windows are cut into slots, in minutes that pass, not minutes on the wall clock.

    `time_zone`: an IANA name. `duration`: of a slot, at most 24 hours. `step`: from start to start, counted
    from the start of each window. `gap`: the least distance between a slot and any booking. `notice`: the
    least time from now to a start. `horizon_days`: whole local dates after today. `max_per_day`: bookings
    that start on one local date, None for no limit; `max_per_week`: the same from Monday to Sunday. Raises
    ValueError for what makes no sense.
    """

    time_zone: str
    duration: int = 30
    step: int = 30
    gap: int = 0
    notice: int = 0
    horizon_days: int = 60
    max_per_day: int | None = None
    max_per_week: int | None = None

    def without_notice(self) -> "Rules":
        """The same rules for somebody whom the notice doesn't bind."""
        return replace(self, notice=0)

    def without_limits(self) -> "Rules":
        """The same grid of hours, whatever is booked and however soon or far."""
        return replace(self, notice=0, horizon_days=400, max_per_day=None, max_per_week=None)

    def __post_init__(self) -> None:
        _require(load_zone(self.time_zone) is not None, "The time zone is not a known IANA name.")
        _require(1 <= self.duration <= MIDNIGHT, "A slot lasts from 1 minute to 24 hours.")
        _require(1 <= self.step <= MIDNIGHT, "Slots start from 1 minute to 24 hours apart.")
        _require(self.gap >= 0, "The gap must not be negative.")
        _require(self.notice >= 0, "The notice must not be negative.")
        _require(self.horizon_days >= 0, "The horizon must not be negative.")
        _require(self.max_per_day is None or self.max_per_day >= 1, "The daily limit is at least 1.")
        _require(self.max_per_week is None or self.max_per_week >= 1, "The weekly limit is at least 1.")


def free_starts(
    rules: Rules,
    windows: Iterable[Window],
    exceptions: Iterable[DateOverride],
    busy: Iterable[tuple[datetime, datetime]],
    *,
    now: datetime,
    since: datetime,
    until: datetime,
    limit: int | None = None,
) -> list[datetime]:
    """Return the starts of the free slots in [since, until): UTC, sorted, unique, the first `limit` of them.

    `busy` holds booked intervals (start, end) as they are, without gaps; limits count all of them, so they
    include what is already over today, or this week. Whether a start is listed depends neither on `since` and `until`
    nor on the order of rows. The next free slot is `limit=1`, which stops looking there.

    Raises ValueError if a moment is naive, a booking doesn't end after it starts, or `limit` is negative.
    The rules: docs/rules/booking.md, A to E.
    """
    _require(limit is None or limit >= 0, "A limit must not be negative.")
    starts = _starts(rules, windows, exceptions, busy, now, _ceil(since), _ceil(until))
    return [moment(start) for start in islice(starts, limit)]


def is_free(
    start: datetime,
    rules: Rules,
    windows: Iterable[Window],
    exceptions: Iterable[DateOverride],
    busy: Iterable[tuple[datetime, datetime]],
    *,
    now: datetime,
) -> bool:
    """Return whether `free_starts` would list exactly `start`. Arguments and errors are the same as there."""
    second = _ceil(start)  # a posted start may be any moment, of any year and with microseconds
    starts = _starts(rules, windows, exceptions, busy, now, second, second + 1)
    return [moment(second_found) for second_found in starts] == [start]


def _starts(
    rules: Rules,
    windows: Iterable[Window],
    exceptions: Iterable[DateOverride],
    busy: Iterable[tuple[datetime, datetime]],
    now: datetime,
    since: int,
    until: int,
) -> Iterator[int]:
    zone = ZoneInfo(rules.time_zone)  # in memory since Rules looked at it
    duration, step, gap = rules.duration * MINUTE, rules.step * MINUTE, rules.gap * MINUTE

    booked = sorted((_floor(start), _ceil(end)) for start, end in busy)
    _require(all(start < end for start, end in booked), "A booking must end after it starts.")
    days = [local_day(zone, start) for start, _ in booked]
    full_days = _full(days, rules.max_per_day)
    full_weeks = _full([_week(day) for day in days], rules.max_per_week)

    horizon = local_day(zone, _floor(now)) + rules.horizon_days
    earliest = max(since, _ceil(now) + rules.notice * MINUTE)
    stop = min(until, instant(zone, horizon + 1, 0, ends=True))
    if earliest >= stop:
        return

    day = local_day(zone, earliest)
    hours = _Hours(zone, windows, exceptions, day - 1, horizon + 3)
    opens = instant(zone, day, 0, ends=True)
    following, blocked_until = 0, earliest
    while opens < stop:
        closes = instant(zone, day + 1, 0, ends=True)
        lowest, highest = max(opens, earliest), min(closes, stop)
        starts = {
            start
            for window_day in (day - 1, day)  # last night's windows may reach into today
            for begin, end in hours.on(window_day)
            for start in range(begin + max(0, -((begin - lowest) // step) * step), min(highest, end), step)
            if start + duration <= end or hours.cover(window_day, end, start + duration)
        }
        is_full = day in full_days or _week(day) in full_weeks
        for start in () if is_full else sorted(starts):
            while following < len(booked) and booked[following][0] < start + duration + gap:
                blocked_until = max(blocked_until, booked[following][1] + gap)
                following += 1
            if start >= blocked_until:
                yield start
        day, opens = day + 1, closes


def _full(numbers: list[int], most: int | None) -> set[int]:
    """The numbers, of days or weeks, that come up `most` times or more."""
    return {number for number, count in Counter(numbers).items() if most is not None and count >= most}


def _week(day: int) -> int:
    """The number of a day's week, from Monday to Sunday: ordinal 1 was a Monday."""
    return (day - 1) // 7


class _Hours:
    """The published windows as intervals of instants, worked out for a date when it is first asked for."""

    def __init__(
        self,
        zone: ZoneInfo,
        windows: Iterable[Window],
        exceptions: Iterable[DateOverride],
        first_day: int,
        last_day: int,
    ) -> None:
        self.zone = zone
        self.weekly: list[list[Window]] = [[] for _ in range(7)]
        for window in windows:
            self.weekly[window.weekday].append(window)
        self.exceptions: dict[int, list[DateOverride]] = {}
        for row in exceptions:
            for day in range(max(row.first.toordinal(), first_day), min(row.last.toordinal(), last_day) + 1):
                self.exceptions.setdefault(day, []).append(row)
        self.known: dict[int, list[tuple[int, int]]] = {}

    def on(self, day: int) -> list[tuple[int, int]]:
        """Return the windows that start on `day`; one that the clock skips or repeats may be reversed."""
        if day not in self.known:
            weekly = self.weekly[(day - 1) % 7]  # ordinal 1 was a Monday
            rows: Sequence[Window | DateOverride] = self.exceptions.get(day, weekly)
            self.known[day] = [edges for row in rows if (edges := self._edges(day, row))]
        return self.known[day]

    def cover(self, day: int, end: int, wanted: int) -> bool:
        """Return whether windows that touch or overlap lead from `end`, of a window of `day`, to `wanted`.

        A start belongs to one window, but its slot may run on into the next. A window ends on the next day
        at the latest and a slot lasts 24 hours at most, so it can't outrun the windows of three days later.
        """
        for begin, finish in sorted(edges for near in range(day - 1, day + 4) for edges in self.on(near)):
            if begin <= end < finish:
                end = finish
        return end >= wanted

    def _edges(self, day: int, row: Window | DateOverride) -> tuple[int, int] | None:
        if row.start is None or row.end is None:
            return None
        end = row.end if row.end > row.start else row.end + MIDNIGHT
        # Tomorrow's exceptions cut this row's night off, unless it is one of them and holds on both dates.
        if end > MIDNIGHT and row not in self.exceptions.get(day + 1, [row]):
            end = MIDNIGHT
        later, minute = divmod(end, MIDNIGHT)
        begin = instant(self.zone, day, row.start, ends=False)
        return begin, instant(self.zone, day + later, minute, ends=True)


def _floor(when: datetime) -> int:
    return (_aware(when) - EPOCH) // SECOND


def _ceil(when: datetime) -> int:
    return -((EPOCH - _aware(when)) // SECOND)


def _aware(when: datetime) -> datetime:
    _require(when.utcoffset() is not None, "A moment needs a time zone.")
    return when


def _require_minutes(start: int, end: int) -> None:
    _require(0 <= start < MIDNIGHT, "A start is a minute of the day, from 0 to 1439.")
    _require(0 <= end <= MIDNIGHT, "An end is a minute of the day, from 0 to 1440 (midnight).")


def _require(condition: bool, sentence: str) -> None:
    if not condition:
        raise ValueError(sentence)
