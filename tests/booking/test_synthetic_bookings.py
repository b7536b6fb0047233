"""Synthetic bookings: as many as asked for, possible, the same for the same seed."""

from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
import time_machine

from booking.models import Booking, Schedule
from booking.slots import refresh_next_slots
from dev.synthetic.booking import A_DAY, AHEAD, bookings
from dev.synthetic.directory import specialists
from directory.models import SearchRow
from tests.factories.demo import ground

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 5, 6, 10, 17, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _people() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        ground()
        specialists(12, 1)
        yield


def facts() -> list[Any]:
    rows = Booking.objects.order_by("uid")
    return list(rows.values_list("uid", "schedule__specialist__slug", "status", "starts_at", "client_email"))


def test_there_are_as_many_as_asked_for_with_everybody_who_has_hours() -> None:
    bookings(1001, 1)
    each = Counter(Booking.objects.values_list("schedule_id", flat=True))
    assert each.total() == 1001
    assert set(each) == set(Schedule.objects.values_list("pk", flat=True))
    assert max(each.values()) - min(each.values()) <= 1


def test_some_are_ahead_and_confirmed_and_the_rest_is_over() -> None:
    bookings(600, 1)
    ahead = Booking.objects.filter(starts_at__gt=NOW)
    assert set(ahead.values_list("status", flat=True)) == {"confirmed"}
    assert max(Counter(ahead.values_list("schedule_id", flat=True)).values()) == AHEAD
    past = Counter(Booking.objects.filter(ends_at__lte=NOW).values_list("status", flat=True))
    assert set(past) == {"completed", "cancelled", "expired", "declined", "no_show"}
    assert ahead.count() + past.total() == 600


def test_however_many_there_are_no_day_of_the_past_is_impossible() -> None:
    bookings(20_000 * Schedule.objects.count() // 10, 1)
    busiest = Counter(
        (pk, start.date()) for pk, start in Booking.objects.values_list("schedule_id", "starts_at")
    )
    assert max(busiest.values()) < 2 * A_DAY


def test_nobodys_next_free_time_is_taken() -> None:
    before = dict(SearchRow.objects.values_list("pk", "next_slot_at"))
    bookings(600, 1)
    refresh_next_slots(before)
    assert dict(SearchRow.objects.values_list("pk", "next_slot_at")) == before


def test_the_same_seed_makes_the_same_and_another_others() -> None:
    bookings(100, 1)
    first = facts()
    Booking.objects.all().delete()
    bookings(100, 1)
    assert facts() == first
    Booking.objects.all().delete()
    bookings(100, 2)
    assert not {row[0] for row in facts()} & {row[0] for row in first}


def test_without_hours_there_is_nothing_to_book() -> None:
    Schedule.objects.all().delete()
    with pytest.raises(LookupError, match="hours"):
        bookings(1, 1)
