"""The slots page; what booking a time costs beside the cheapest thing that commits; concurrent load."""

import itertools
import uuid
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from django.conf import settings
from django.db import connection
from django.utils import timezone

from booking.errors import SlotTaken
from booking.models import DURATION, Booking, Schedule, WeeklyWindow
from booking.services import ClientDetails, request_booking
from booking.slots import read_hours
from core.models import Outbox
from dev.bench.measured import Load, Write, loads, max_ratios, page, writes
from directory.models import Profession, Specialist

SLUG = "bench-nobody"
CLIENTS = "bench.invalid"  # a domain that can't exist: nothing is ever delivered there


@page("slots")
def slots() -> str | None:
    specialist = (
        Specialist.objects.published().filter(search_row__next_slot_at__isnull=False).order_by("pk").last()
    )
    return f"/{settings.LANGUAGE_CODE}/specialists/{specialist.slug}/book/" if specialist else None


@contextmanager
def one_row() -> Iterator[Write]:
    """One row into a table of its own, committed: what a transaction costs before it does anything."""

    def execute(statement: str) -> None:
        with connection.cursor() as cursor:
            cursor.execute(statement)

    execute("DROP TABLE IF EXISTS bench_row")
    execute("CREATE TABLE bench_row (id bigserial PRIMARY KEY, at timestamptz NOT NULL DEFAULT now())")
    try:
        yield Write(run=lambda: execute("INSERT INTO bench_row DEFAULT VALUES"), undo=lambda: None)
    finally:
        execute("DROP TABLE bench_row")


@contextmanager
def nobodies(count: int) -> Iterator[list[Specialist]]:
    """Specialists who are there for the benchmark alone, have no page and so stand in no list."""
    erase()
    profession = Profession.objects.first()
    if profession is None:
        raise LookupError("there is no profession: seed the demo first")
    specialists = [
        Specialist.objects.create(
            name="Nobody",
            slug=f"{SLUG}-{number}",
            state=Specialist.State.PUBLISHED,
            profession=profession,
            credential_country="XX",
            session_languages=["en"],
            offers_free_consultation=True,
        )
        for number in range(count)
    ]
    schedules = Schedule.objects.bulk_create(
        Schedule(specialist=specialist, time_zone="UTC", joining="nowhere") for specialist in specialists
    )
    WeeklyWindow.objects.bulk_create(
        WeeklyWindow(schedule=schedule, weekday=day, start=9 * 60, end=17 * 60)
        for schedule in schedules
        for day in range(7)
    )
    try:
        yield specialists
    finally:
        erase()


def free_times(specialist: Specialist) -> list[datetime]:
    """The free times of the next seven weeks, some 800."""
    now = timezone.now()
    hours = read_hours([specialist.pk], now=now)[specialist.pk]
    return hours.starts(now=now, since=now, until=now + timedelta(days=50))


def booker(specialist: Specialist, start: datetime) -> Callable[[], Booking]:
    """Holds `start` for somebody new."""
    client = ClientDetails(name="Nobody", email=f"{uuid.uuid4()}@{CLIENTS}", language="en", time_zone="UTC")
    return lambda: request_booking(specialist=specialist, start=start, client=client, key=uuid.uuid4())


@contextmanager
def book() -> Iterator[Write]:
    """Hold a free time."""
    with nobodies(1) as (specialist,):
        times = itertools.cycle(free_times(specialist))
        yield Write(run=lambda: booker(specialist, next(times))(), undo=erase_bookings)


def erase_bookings() -> None:
    """Take back the last bookings and their e-mails, before a worker that may be running sends them."""
    Outbox.objects.filter(recipients__0__endswith=f"@{CLIENTS}").delete()
    Booking.objects.filter(schedule__specialist__slug__startswith=SLUG).delete()


def erase() -> None:
    erase_bookings()
    Specialist.objects.filter(slug__startswith=SLUG).delete()


writes["one row"] = one_row
writes["booking"] = book

# --- Concurrent load --------------------------------------------------------------------------------------------


def doubles() -> int:
    """How many have a time that somebody else has too."""
    rows = Booking.objects.active().filter(schedule__specialist__slug__startswith=SLUG)
    return rows.count() - rows.values("schedule", "starts_at").distinct().count()


@contextmanager
def different_times(clients: int) -> Iterator[Load]:
    """Everybody wants another time of one specialist."""
    with nobodies(1) as (specialist,):
        actions = [booker(specialist, start) for start in free_times(specialist)[:clients]]
        yield Load(actions, doubles)


@contextmanager
def different_specialists(clients: int) -> Iterator[Load]:
    """Everybody wants another specialist."""
    with nobodies(clients) as specialists:
        start = free_times(specialists[0])[0]
        yield Load([booker(specialist, start) for specialist in specialists], doubles)


@contextmanager
def one_time(clients: int) -> Iterator[Load]:
    """Everybody wants the same."""
    with nobodies(1) as (specialist,):
        start = free_times(specialist)[0]
        yield Load([booker(specialist, start) for _ in range(clients)], doubles)


@contextmanager
def check_then_insert(starts: list[datetime]) -> Iterator[Load]:
    """What isn't done here: look whether the time is free, then write, without locks and without constraints."""

    def execute(statement: str, values: Sequence[datetime] = ()) -> list[tuple[Any, ...]]:
        with connection.cursor() as cursor:
            cursor.execute(statement, values)
            return list(cursor.fetchall()) if cursor.description else []

    def book(start: datetime) -> None:
        end = start + timedelta(minutes=DURATION)
        if execute("SELECT 1 FROM bench_naive WHERE starts_at < %s AND ends_at > %s", [end, start]):
            raise SlotTaken
        execute("INSERT INTO bench_naive VALUES (%s, %s)", [start, end])

    def doubles() -> int:
        return int(execute("SELECT count(*) - count(DISTINCT starts_at) FROM bench_naive")[0][0])

    execute("DROP TABLE IF EXISTS bench_naive")
    execute("CREATE TABLE bench_naive (starts_at timestamptz NOT NULL, ends_at timestamptz NOT NULL)")
    execute("CREATE INDEX ON bench_naive (starts_at)")
    try:
        yield Load([partial(book, start) for start in starts], doubles)
    finally:
        execute("DROP TABLE bench_naive")


def half_hours(count: int) -> list[datetime]:
    now = timezone.now()
    return [now + timedelta(minutes=DURATION * number) for number in range(count)]


loads["booking, one by one"] = different_times
loads["booking, one time"] = one_time
max_ratios["booking, one time"] = (
    10  # whoever comes with forty-nine others waits for them, and no ten times as long
)
loads["booking, times of one specialist"] = different_times
loads["booking, as many specialists"] = different_specialists
loads["check, then insert: one time"] = lambda clients: check_then_insert(half_hours(1) * clients)
loads["check, then insert: as many times"] = lambda clients: check_then_insert(half_hours(clients))
