"""Where nothing is free, the page says why, and shows a way on."""

from datetime import date, timedelta
from typing import Any

import pytest
from bs4 import BeautifulSoup
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from booking.models import Schedule
from directory import index
from tests.booking.conftest import NOW
from tests.booking.pages import address
from tests.factories.booking import BookingFactory, ExceptionFactory, ScheduleFactory
from tests.factories.directory import SpecialistFactory
from tests.factories.pages import make_topic

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]

NINE = NOW + timedelta(hours=1)
TODAY = NOW.date()


def said(client: Client, schedule: Any, **query: str) -> str:
    """What the empty page says, on one line."""
    page = BeautifulSoup(client.get(address(schedule), query).content, "html.parser")
    (empty,) = page.select(".empty")
    return " ".join(empty.get_text(" ").replace("\u2068", "").replace("\u2069", "").split())


def named(**options: Any) -> Schedule:
    return ScheduleFactory(specialist__name="Vera Example", **options)


def test_closed_is_said(client: Client) -> None:
    text = said(client, named(closed=True))
    assert "Vera Example has no free times at the moment" in text
    assert "Vera Example gives no free consultations at the moment." in text


def test_paused_looks_like_closed(client: Client) -> None:
    assert "gives no free consultations at the moment." in said(client, named(paused_at=NOW))


def test_somebody_without_a_schedule_looks_closed_too(client: Client) -> None:
    class Bare:
        specialist = SpecialistFactory(name="Vera Example")

    assert "Vera Example gives no free consultations at the moment." in said(client, Bare)


def test_taking_no_new_clients_is_said(client: Client) -> None:
    text = said(client, named(specialist__is_accepting=False))
    assert "Vera Example takes on no new clients at the moment." in text


def test_away_is_said_with_the_last_day_and_the_next_free_time(client: Client) -> None:
    schedule = named()
    ExceptionFactory(schedule=schedule, first=TODAY - timedelta(days=3), last=date(2027, 3, 10))
    ExceptionFactory(schedule=schedule, first=date(2027, 3, 11), last=date(2027, 3, 20))
    text = said(client, schedule, tz="UTC")
    assert "No free time from Monday 1 March to Sunday 14 March" in text
    assert "Vera Example is away up to and including Saturday 20 March." in text
    assert "The next free time is Sunday 21 March at 09:00." in text
    assert "Go to that day" in text


def test_away_for_longer_than_the_page_of_times_reaches(client: Client) -> None:
    schedule = named(horizon_days=20)
    ExceptionFactory(schedule=schedule, first=TODAY, last=date(2027, 6, 1))
    text = said(client, schedule)
    assert "is away up to and including Tuesday 1 June." in text
    assert "New times may come up any day." in text


def test_full_is_said(client: Client) -> None:
    schedule = named(windows=[(0, 540, 570)], horizon_days=10)
    for week in range(2):
        BookingFactory(schedule=schedule, starts_at=NINE + timedelta(days=7 * week))
    assert "All times of Vera Example on these days are taken." in said(client, schedule, tz="UTC")


def test_a_daily_limit_that_is_reached_counts_as_full(client: Client) -> None:
    schedule = named(windows=[(0, 540, 720)], horizon_days=5, max_per_day=1)
    BookingFactory(schedule=schedule, starts_at=NINE)
    assert "are taken." in said(client, schedule, tz="UTC")


@pytest.mark.parametrize("windows", [[], [(0, 540, 550)]])
def test_no_hours_are_said(client: Client, windows: list[Any]) -> None:
    text = said(client, named(windows=windows))
    assert "Vera Example has no hours for free consultations on these days." in text


def test_free_only_later_leads_there(client: Client) -> None:
    schedule = named(windows=[])
    ExceptionFactory(schedule=schedule, first=date(2027, 4, 1), start=540, end=600)
    text = said(client, schedule, tz="UTC")
    assert "The next free time is Thursday 1 April at 09:00." in text


def test_farther_ahead_than_anything_is_free_leads_back_to_the_first_free_day(client: Client) -> None:
    schedule = named(horizon_days=20)
    page = client.get(address(schedule), {"tz": "UTC", "from": "2027-12-01"}).content.decode()
    assert "has no free times at the moment" not in page
    assert "Nothing is free so far ahead. The first free time is Monday 1 March at 09:00." in page
    assert 'href="?from=2027-03-01&amp;tz=UTC"' in page


def other(name: str, *, topics: list[Any], languages: list[str], **options: Any) -> None:
    schedule = ScheduleFactory(specialist__name=name, specialist__session_languages=languages, **options)
    schedule.specialist.topics.set(topics)
    index.rebuild([schedule.pk])


def cards(client: Client, schedule: Schedule) -> list[str]:
    page = BeautifulSoup(client.get(address(schedule)).content, "html.parser")
    return [name.get_text(strip=True) for name in page.select("[aria-labelledby=similar] .who__name")]


def test_others_for_the_same_topics_in_the_same_language_are_shown_if_they_have_a_free_time(
    client: Client,
) -> None:
    sleep, grief = make_topic(), make_topic("Grief", "grief")
    schedule = named(closed=True, specialist__session_languages=["en"])
    schedule.specialist.topics.set([sleep])
    other("Same", topics=[sleep, grief], languages=["en", "uk"])
    other("Another topic", topics=[grief], languages=["en"])
    other("Another language", topics=[sleep], languages=["uk"])
    other("Without a time", topics=[sleep], languages=["en"], windows=[])
    assert cards(client, schedule) == ["Same"]


def test_without_anybody_for_the_topics_others_in_the_language_are_shown(client: Client) -> None:
    sleep, grief = make_topic(), make_topic("Grief", "grief")
    schedule = named(closed=True, specialist__session_languages=["en"])
    schedule.specialist.topics.set([sleep])
    other("Another topic", topics=[grief], languages=["en"])
    other("Another language", topics=[sleep], languages=["uk"])
    assert cards(client, schedule) == ["Another topic"]
    assert not cards(client, named())  # who has times needs no others


def test_the_empty_page_takes_as_many_queries_for_many_bookings_as_for_none(client: Client) -> None:
    sleep = make_topic()
    for number in range(3):
        other(f"Other {number}", topics=[sleep], languages=["en"])
    counts = []
    for bookings in (0, 40):
        schedule = named(horizon_days=40)
        schedule.specialist.topics.set([sleep])
        ExceptionFactory(schedule=schedule, first=TODAY, last=TODAY + timedelta(days=60))
        for number in range(bookings):
            BookingFactory(schedule=schedule, starts_at=NINE + timedelta(days=number))
        client.get(address(schedule))  # remembers menus and names
        with CaptureQueriesContext(connection) as queries:
            assert client.get(address(schedule)).status_code == 200
        counts.append(len(queries))
    # As with times (at most 8), the topics, and the cards: specialists, pages, topics, pictures, hours, bookings.
    assert counts[0] == counts[1] <= 16, counts
