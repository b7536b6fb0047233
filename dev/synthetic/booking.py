"""Hours for synthetic specialists: written with them.

And any number of synthetic bookings, with whoever has hours: made-up clients, in the past and ahead.
"""

import uuid
from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import chain, islice
from random import Random
from typing import Any

from django.db import transaction
from django.utils import timezone
from psycopg.types.range import TimestamptzRange
from tqdm import tqdm

from booking.availability import Window
from booking.models import DURATION, Booking, Schedule, WeeklyWindow
from booking.services.steps import wall_clock
from booking.slots import Hours, read_hours, refresh_next_slots
from dev.synthetic import makers
from dev.synthetic.bulk import analyze, copy_rows

ZONES = [
    "Europe/Kyiv",
    "Europe/Berlin",
    "Europe/London",
    "Asia/Amman",
    "Africa/Cairo",
    "America/New_York",
    "America/Sao_Paulo",
    "Asia/Kolkata",
    "Australia/Sydney",
]
NOTICES = [120, 360, 720, 1440, 2880]  # minutes
AHEAD = 12  # bookings ahead of one specialist at most: a free time is left
A_DAY = 16  # bookings of one specialist in the past, on average at most
YEARS = 3  # that the past goes back at least
ENDINGS = {"completed": 6, "cancelled": 2, "expired": 1, "declined": 1, "no_show": 1}
ROWS, SCHEDULES = 10_000, 500  # written, and read, in one go


def hours(rows: list[dict[str, Any]], seed: int) -> None:
    """Schedules and weekly hours for those of `rows` who offer free consultations; see `directory.ports`."""
    schedules: list[dict[str, Any]] = []
    windows: list[dict[str, int]] = []
    for row in rows:
        if not row["offers_free_consultation"]:
            continue
        random = Random(f"{seed}:hours:{row['slug']}")  # noqa: S311 - made-up hours, not secrets
        facts = {
            "time_zone": random.choice(ZONES),
            "gap": random.choice([0, 0, 5, 10]),
            "notice": random.choice(NOTICES),
            "joining": f"https://meet.attune.example/{row['slug']}",
        }
        week = a_week(random)
        schedules.append({"specialist_id": row["id"], **facts})
        windows += [
            {"schedule_id": row["id"], "weekday": window.weekday, "start": window.start, "end": window.end}
            for window in week
        ]
    copy_rows(Schedule, schedules)
    copy_rows(WeeklyWindow, windows)


def a_week(random: Random) -> list[Window]:
    """One to four windows of one to three hours, each on a day of its own."""
    days = sorted(random.sample(range(7), random.choice([1, 1, 2, 2, 3, 4])))
    return [
        Window(day, start, start + random.choice([60, 90, 120, 180]))
        for day in days
        for start in [random.randrange(8 * 60, 20 * 60, 30)]
    ]


def bookings(count: int, seed: int) -> None:
    """Write `count` bookings, as many with each specialist who has hours, and no more than AHEAD of them ahead."""
    ids = list(Schedule.objects.order_by("pk").values_list("pk", flat=True))
    if not ids:
        raise LookupError("there are no hours to book: add specialists first")
    each, more = divmod(count, len(ids))
    shares = dict(zip(ids, [each + 1] * more + [each] * (len(ids) - more), strict=True))
    rows = chain.from_iterable(
        bookings_with(hours_of_one, shares[hours_of_one.schedule.pk], seed) for hours_of_one in all_hours(ids)
    )
    with tqdm(total=count, desc="Synthetic bookings", unit=" rows", disable=None) as bar:
        while batch := list(islice(rows, ROWS)):
            with transaction.atomic():
                copy_rows(Booking, batch)
            bar.update(len(batch))
    for at in range(0, len(ids), SCHEDULES):
        refresh_next_slots(ids[at : at + SCHEDULES])
    analyze(Booking)


def all_hours(ids: list[int]) -> Iterator[Hours]:
    now = timezone.now()
    for at in range(0, len(ids), SCHEDULES):
        yield from read_hours(ids[at : at + SCHEDULES], now=now).values()


def bookings_with(hours: Hours, count: int, seed: int) -> Iterator[dict[str, Any]]:
    """The rows of `count` bookings with one specialist: at free times ahead, the rest before today."""
    schedule, now = hours.schedule, timezone.now().replace(minute=0, second=0, microsecond=0)
    random = Random(f"{seed}:bookings:{schedule.specialist.slug}")  # noqa: S311 - made-up clients, not secrets
    # Every other one, so that they keep the pause between them; the first stays free.
    ahead = hours.next_starts(now=timezone.now(), limit=2 * min(AHEAD, count // 3) + 1)[2::2]
    for start in ahead:
        yield booking_row(schedule, start, Booking.Status.CONFIRMED.value, random)
    days = max(365 * YEARS, (count - len(ahead)) // A_DAY)
    for _number in range(count - len(ahead)):
        start = now - timedelta(hours=1, minutes=30 * random.randrange(48 * days))
        ending = random.choices(list(ENDINGS), list(ENDINGS.values()))[0]
        yield booking_row(schedule, start, ending, random)


def booking_row(schedule: Schedule, start: datetime, status: str, random: Random) -> dict[str, Any]:
    key = uuid.UUID(int=random.getrandbits(128), version=4)
    end = start + timedelta(minutes=DURATION)
    return {
        "uid": key,
        "schedule_id": schedule.pk,
        "status": status,
        "starts_at": start,
        "ends_at": end,
        "blocked": TimestamptzRange(start, end + timedelta(minutes=schedule.gap)),
        "client_key": random.randbytes(32),
        "client_name": "Specimen",
        "client_email": f"{key}@clients.attune.example",
        "client_language": random.choice(["en", "uk", "de", "ar"]),
        "client_time_zone": random.choice(ZONES),
        "idempotency_key": key,
        "wall_start": wall_clock(start, schedule.time_zone),
        "created_at": start - timedelta(hours=random.randrange(12, 24 * 14)),
    }


def analyze_hours() -> None:
    """Tell PostgreSQL's planner about the new hours."""
    analyze(Schedule, WeeklyWindow)


makers["bookings"] = bookings
