"""Slot arithmetic against a slow and obvious oracle.

The oracle walks through UTC minute by minute and reads the wall clock. It never turns a wall-clock time into
an instant: a window is open while the clock reads inside it, except before a start that is still going to be
read again and after an end that has been read already.
"""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from functools import cache, cached_property
from itertools import pairwise
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from booking.availability import DateOverride, Rules, Window, free_starts, is_free

# All kinds of offsets and transitions, but no zone whose rules for 2027 differ between current editions of
# the data (Havana, Vancouver, Casablanca and others): what is said of them here would not hold everywhere.
ZONES = [
    "UTC",
    "Africa/Cairo",  # skips midnight on a Friday, goes back at midnight
    "America/Los_Angeles",
    "America/New_York",
    "America/Nuuk",  # skips the last hour of a Saturday, repeats the last hour of one
    "America/Santiago",  # southern, skips midnight
    "America/Sao_Paulo",
    "America/St_Johns",  # half an hour off
    "Antarctica/Troll",  # moves by two hours
    "Asia/Beirut",  # skips midnight
    "Asia/Jerusalem",  # changes on a Friday
    "Asia/Kathmandu",  # +05:45
    "Asia/Kolkata",
    "Asia/Tehran",
    "Asia/Tokyo",
    "Atlantic/Azores",  # repeats the first hour of a Sunday
    "Atlantic/Bermuda",
    "Australia/Adelaide",
    "Australia/Eucla",  # +08:45
    "Australia/Lord_Howe",  # moves by half an hour
    "Australia/Sydney",
    "Europe/Berlin",
    "Europe/Dublin",  # its winter time is the "daylight saving" one, one hour negative
    "Europe/Kyiv",
    "Europe/London",
    "Pacific/Apia",
    "Pacific/Auckland",
    "Pacific/Chatham",  # +12:45, changes at 02:45
    "Pacific/Kiritimati",  # the first to see a date
    "Pacific/Norfolk",
    "Pacific/Pago_Pago",  # the last
]
DAY = timedelta(days=1)
MINUTE = timedelta(minutes=1)
PROPERTY = settings(derandomize=True, database=None, deadline=None, max_examples=20)


@cache
def pivots(zone: str) -> list[date]:
    """The dates of 2027 on which the clock is changed, and an ordinary one."""
    noons = [datetime(2027, 1, 1, 12, tzinfo=ZoneInfo(zone)) + DAY * count for count in range(365)]
    changed = [noon.date() for before, noon in pairwise(noons) if before.utcoffset() != noon.utcoffset()]
    return [*changed, date(2027, 6, 16)]


class Walk:
    """The minutes of two weeks around a date, counted from 0, and what the wall clock reads in each."""

    def __init__(self, zone: str, pivot: date) -> None:
        self.zone = ZoneInfo(zone)
        self.begin = datetime.combine(pivot, time(), UTC) - 7 * DAY
        self.reads: list[datetime] = []
        self.on: defaultdict[date, list[int]] = defaultdict(list)
        self.first_reading: dict[datetime, int] = {}
        self.last_reading: dict[datetime, int] = {}
        for minute in range(15 * 24 * 60):
            wall = (self.begin + minute * MINUTE).astimezone(self.zone).replace(tzinfo=None, fold=0)
            self.reads.append(wall)
            self.on[wall.date()].append(minute)
            self.first_reading.setdefault(wall, minute)
            self.last_reading[wall] = minute

    def moment(self, minute: int) -> datetime:
        return self.begin + minute * MINUTE

    def is_open(self, minute: int, opening: datetime, closing: datetime) -> bool:
        start_still_to_come = self.last_reading.get(opening, -1) > minute
        end_already_seen = self.first_reading.get(closing, len(self.reads)) <= minute
        return opening <= self.reads[minute] < closing and not start_still_to_come and not end_already_seen


walk = cache(Walk)


@dataclass(frozen=True)
class Case:
    zone: str
    pivot: date
    rules: Rules
    windows: list[Window]
    exceptions: list[DateOverride]
    busy: list[tuple[datetime, datetime]]
    now: datetime
    since: datetime
    until: datetime

    def starts(self, **changed: datetime | int) -> list[datetime]:
        moments: dict[str, Any] = {"now": self.now, "since": self.since, "until": self.until, **changed}
        return free_starts(self.rules, self.windows, self.exceptions, self.busy, **moments)

    @cached_property
    def published(self) -> list[tuple[datetime, datetime]]:
        """The wall-clock times from which and to which the specialist is there, date by date."""
        spans = []
        for count in range(-5, 7):
            day = self.pivot + count * DAY
            rows = self.exceptions_on(day) or [row for row in self.windows if row.weekday == day.weekday()]
            midnight = datetime.combine(day, time())
            for row in rows:
                if row.start is None or row.end is None:
                    continue
                opening = midnight + row.start * MINUTE
                closing = midnight + row.end * MINUTE
                if closing <= opening:
                    closing += DAY
                tomorrow = self.exceptions_on(day + DAY)
                if tomorrow and row not in tomorrow:
                    closing = min(closing, midnight + DAY)
                spans.append((opening, closing))
        return spans

    def exceptions_on(self, day: date) -> list[DateOverride]:
        return [row for row in self.exceptions if row.first <= day <= row.last]

    def oracle(self) -> Iterator[datetime]:
        clock = walk(self.zone, self.pivot)
        rules = self.rules
        open_minutes, grid = set(), set()
        for opening, closing in self.published:
            near = [*clock.on[opening.date()], *clock.on[opening.date() + DAY]]
            minutes = [minute for minute in near if clock.is_open(minute, opening, closing)]
            open_minutes.update(minutes)
            grid.update(minute for minute in minutes if (minute - minutes[0]) % rules.step == 0)

        taken, bookings_on, bookings_in = set(), defaultdict(int), defaultdict(int)
        for start, end in self.busy:
            first, last = ((moment - clock.begin) // MINUTE for moment in (start, end))
            taken.update(range(first, last))
            bookings_on[clock.reads[first].date()] += 1
            bookings_in[week_of(clock.reads[first].date())] += 1

        last_date = self.now.astimezone(clock.zone).date() + rules.horizon_days * DAY
        for minute in sorted(grid):
            start, local_date = clock.moment(minute), clock.reads[minute].date()
            if (
                self.since <= start < self.until
                and start >= self.now + rules.notice * MINUTE
                and local_date <= last_date
                and (rules.max_per_day is None or bookings_on[local_date] < rules.max_per_day)
                and (rules.max_per_week is None or bookings_in[week_of(local_date)] < rules.max_per_week)
                and all(minute + passed in open_minutes for passed in range(rules.duration))
                and not any(minute + near in taken for near in range(-rules.gap, rules.duration + rules.gap))
            ):
                yield start


def week_of(day: date) -> tuple[int, int]:
    """The ISO year and week."""
    return day.isocalendar()[:2]


half_hours = st.integers(0, 47).map(lambda half: half * 30)
starts_of_windows = half_hours | st.integers(0, 1439) | st.integers(0, 8).map(lambda quarter: quarter * 15)
ends_of_windows = half_hours | st.integers(0, 1440) | st.just(1440) | st.integers(0, 16).map(lambda q: q * 15)
hours = st.tuples(starts_of_windows, ends_of_windows)


@st.composite
def cases(draw: st.DrawFn, zone: str) -> Case:
    pivot = draw(st.sampled_from(pivots(zone)))
    midnight = datetime.combine(pivot, time(), UTC)
    dates = st.integers(-2, 2).map(lambda count: pivot + count * DAY)
    near = st.integers(-3 * 1440, 3 * 1440).map(lambda minute: midnight + minute * MINUTE)

    rules = Rules(
        zone,
        duration=draw(st.sampled_from([30, 30, 30, 5, 45, 60, 90, 600])),
        step=draw(st.sampled_from([30, 30, 5, 15, 20, 45, 60, 100])),
        gap=draw(st.sampled_from([0, 0, 5, 10, 30, 60])),
        notice=draw(st.sampled_from([0, 0, 1, 60, 720, 1440])),
        horizon_days=draw(st.sampled_from([60, 60, 60, 0, 1, 2, 5])),
        max_per_day=draw(st.sampled_from([None, None, 1, 2])),
        max_per_week=draw(st.sampled_from([None, None, 1, 3])),
    )
    # Weekdays near the pivot, so that hours and the change of the clock meet; some for every day of the week.
    windows = [
        Window(day.weekday(), *span) for day, span in draw(st.lists(st.tuples(dates, hours), max_size=4))
    ]
    for span in draw(st.lists(hours, max_size=1)):
        windows += [Window(weekday, *span) for weekday in range(7)]
    exceptions = [
        DateOverride(first, first + length * DAY, *span)
        for first, length, span in draw(
            st.lists(st.tuples(dates, st.integers(0, 2), hours | st.just(())), max_size=3)
        )
    ]
    busy = [
        (start, start + length * MINUTE)
        for start, length in draw(st.lists(st.tuples(near, st.sampled_from([30, 30, 7, 90])), max_size=4))
    ]
    now = draw(st.just(midnight - 4 * DAY) | near) + timedelta(
        microseconds=draw(st.sampled_from([0, 0, 1, 31_000_000]))
    )
    since, until = midnight - 3 * DAY, midnight + 4 * DAY
    if draw(st.booleans()):
        since, until = sorted([draw(near), draw(near)])
    return Case(zone, pivot, rules, windows, exceptions, busy, now, since, until)


def test_the_zones_cover_every_kind_of_transition():
    assert len(ZONES) >= 25
    assert sum(len(pivots(zone)) == 3 for zone in ZONES) >= 18  # spring and autumn


@pytest.mark.parametrize("zone", ZONES)
def test_free_starts_are_those_of_the_oracle(zone):
    @PROPERTY
    @given(cases(zone))
    def check(case: Case) -> None:
        assert case.starts() == list(case.oracle())

    check()


@pytest.mark.parametrize("zone", ZONES)
def test_B24_every_minute_of_every_slot_reads_inside_a_published_window(zone):
    @PROPERTY
    @given(cases(zone))
    def check(case: Case) -> None:
        clock = ZoneInfo(zone)
        for start in case.starts():
            for passed in range(case.rules.duration):
                wall = (start + passed * MINUTE).astimezone(clock).replace(tzinfo=None)
                assert any(opening <= wall < closing for opening, closing in case.published), (start, wall)

    check()


@PROPERTY
@given(st.sampled_from(ZONES).flatmap(cases), st.data())
def test_A10_a_split_range_gives_the_same_slots(case, data):
    seconds = int((case.until - case.since).total_seconds())
    split = case.since + timedelta(seconds=data.draw(st.integers(0, seconds)))
    assert case.starts(until=split) + case.starts(since=split) == case.starts()


@PROPERTY
@given(st.sampled_from(ZONES).flatmap(cases), st.data())
def test_A10_the_order_and_repetition_of_rows_are_irrelevant(case, data):
    shuffled = replace(
        case,
        windows=data.draw(st.permutations(case.windows + case.windows[:1])),
        exceptions=data.draw(st.permutations(case.exceptions + case.exceptions[:1])),
        busy=data.draw(st.permutations(case.busy)),
    )
    assert shuffled.starts() == case.starts()


@PROPERTY
@given(st.sampled_from(ZONES).flatmap(cases), st.integers(0, 20))
def test_A10_a_limit_gives_a_prefix(case, limit):
    starts = case.starts()
    assert starts == sorted(set(starts))
    assert case.starts(limit=limit) == starts[:limit]


@PROPERTY
@given(st.sampled_from(ZONES).flatmap(cases), st.data())
def test_exactly_the_listed_starts_are_free(case, data):
    given_rows = (case.rules, case.windows, case.exceptions, case.busy)
    starts = case.starts(until=case.until + MINUTE)
    some_minute = case.since + data.draw(st.integers(0, (case.until - case.since) // MINUTE)) * MINUTE
    for start in [*starts[:3], *starts[-3:], some_minute]:
        assert is_free(start, *given_rows, now=case.now) is (start in starts)
