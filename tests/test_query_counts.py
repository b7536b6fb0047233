"""How many queries a page costs: the same for one row and for fifty.

Menus, names, the site and pictures are remembered for minutes (core.caching); one request before warms them.
"""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

import booking.synthetic  # noqa: F401 - gives synthetic specialists their hours
from articles.synthetic import articles
from booking.models import Booking, DateException, Schedule, WeeklyWindow
from directory.synthetic import specialists
from tests.factories.content import ARTICLES, SPECIALISTS

MANY = 50
SPECIALIST = SPECIALISTS[0]


def queries(client: Client, path: str) -> int:
    """How many queries the second request for a page costs."""
    assert client.get(path).status_code == 200
    with CaptureQueriesContext(connection) as captured:
        assert client.get(path).status_code == 200
    return len(captured)


@pytest.mark.parametrize(
    ("path", "most"),
    [
        # The page with its type and the pages above; restrictions (2); people; topics; translations, for the
        # addresses and the switcher. What is at the end of an article is remembered for a minute.
        (f"/en/articles/{ARTICLES[0]}/", 8),
        # The page; restrictions (2); topics in use; how many; the articles; their topics; their pictures; translations.
        ("/en/articles/", 10),
        # The page with the specialist; restrictions (2); topics; methods; groups; hours; bookings; translations.
        (f"/en/specialists/{SPECIALIST}/", 10),
        # The page; restrictions (2); how many; the specialists; their pages; topics; portraits; hours; bookings;
        # translations.
        ("/en/specialists/", 12),
        ("/en/specialists/?language=en&format=online&free=1", 12),
        # The specialist with the schedule; their page; hours; bookings.
        (f"/en/specialists/{SPECIALIST}/book/", 8),
    ],
)
def test_a_page_costs_the_same_for_one_row_and_for_fifty(
    content: None, client: Client, path: str, most: int
) -> None:
    few = queries(client, path)
    articles(MANY, seed=1)
    specialists(MANY, seed=1)
    fill_schedule()
    many = queries(client, path)
    assert many <= most
    assert many == few


def fill_schedule() -> None:
    """Fifty windows, exceptions and bookings for one specialist."""
    schedule = Schedule.objects.get(specialist__slug=SPECIALIST)
    WeeklyWindow.objects.bulk_create(
        WeeklyWindow(schedule=schedule, weekday=number % 7, start=number * 20, end=number * 20 + 10)
        for number in range(MANY)
    )
    today = datetime.now(UTC).date()
    DateException.objects.bulk_create(
        DateException(
            schedule=schedule, first=today + timedelta(days=number), last=today + timedelta(days=number)
        )
        for number in range(20, 20 + MANY)
    )
    begin = datetime.now(UTC) + timedelta(days=15)
    Booking.objects.bulk_create(
        Booking(
            schedule=schedule,
            status=Booking.Status.CONFIRMED,
            starts_at=begin + timedelta(hours=number),
            ends_at=begin + timedelta(hours=number, minutes=30),
            blocked=(begin + timedelta(hours=number), begin + timedelta(hours=number, minutes=30)),
            client_key=number.to_bytes(32),
            client_name="Somebody",
            client_email=f"{number}@example.org",
            client_language="en",
            client_time_zone="UTC",
            idempotency_key=f"00000000-0000-0000-0000-{number:012}",
        )
        for number in range(MANY)
    )
