"""The slots page, and what booking a time costs beside the cheapest thing that commits."""

import itertools
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

from django.conf import settings
from django.db import connection
from django.utils import timezone

from booking.models import Booking, Schedule, WeeklyWindow
from booking.services import ClientDetails, request_booking
from booking.slots import read_hours
from core.bench import Write, page, writes
from core.models import Outbox
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
def book() -> Iterator[Write]:
    """Hold a free time of a specialist who is there for that alone, has no page and so stands in no list."""
    erase()
    profession = Profession.objects.first()
    if profession is None:
        raise LookupError("there is no profession: seed the demo first")
    specialist = Specialist.objects.create(
        name="Nobody",
        slug=SLUG,
        state=Specialist.State.PUBLISHED,
        profession=profession,
        credential_country="XX",
        session_languages=["en"],
        offers_free_consultation=True,
    )
    schedule = Schedule.objects.create(specialist=specialist, time_zone="UTC", joining="nowhere")
    WeeklyWindow.objects.bulk_create(
        WeeklyWindow(schedule=schedule, weekday=day, start=9 * 60, end=17 * 60) for day in range(7)
    )
    now = timezone.now()
    hours = read_hours([schedule.pk], now=now)[schedule.pk]
    times = itertools.cycle(hours.starts(now=now, since=now, until=now + timedelta(days=50)))

    def run() -> Booking:
        client = ClientDetails(
            name="Nobody", email=f"{uuid.uuid4()}@{CLIENTS}", language="en", time_zone="UTC"
        )
        return request_booking(specialist=specialist, start=next(times), client=client, key=uuid.uuid4())

    try:
        yield Write(run=run, undo=erase_bookings)
    finally:
        erase()


def erase_bookings() -> None:
    """Take back the last booking and its e-mail, before a worker that may be running sends it."""
    Outbox.objects.filter(recipients__0__endswith=f"@{CLIENTS}").delete()
    Booking.objects.filter(schedule__specialist__slug=SLUG).delete()


def erase() -> None:
    erase_bookings()
    Specialist.objects.filter(slug=SLUG).delete()


writes["one row"] = one_row
writes["booking"] = book
