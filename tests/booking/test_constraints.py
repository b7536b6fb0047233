"""What PostgreSQL refuses by itself, with every check of the services bypassed."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import DataError, IntegrityError, connection, transaction

from booking.models import Booking, DateException, Schedule, WeeklyWindow
from core.transactions import constraint_name
from tests.booking.conftest import NOW
from tests.factories.booking import BookingFactory, ExceptionFactory, ScheduleFactory, WindowFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]

NINE = NOW + timedelta(hours=1)
HALF_PAST = NINE + timedelta(minutes=30)
MINUTE = timedelta(minutes=1)


@pytest.fixture
def booking() -> Booking:
    return BookingFactory(starts_at=NINE)


def violated(write: Callable[[], Any]) -> str:
    """The name of the constraint that `write` breaks."""
    with pytest.raises(IntegrityError) as caught, transaction.atomic():
        write()
    return constraint_name(caught.value)


@pytest.mark.parametrize("minutes", [-29, -10, 0, 10, 29])
def test_F3_a_second_active_booking_that_overlaps_is_refused(booking: Booking, minutes: int) -> None:
    again = {"schedule": booking.schedule, "starts_at": NINE + minutes * MINUTE}
    assert violated(lambda: BookingFactory(**again)) == Booking.NO_OVERLAP


def test_F3_an_overlap_is_sqlstate_23P01(booking: Booking) -> None:
    with pytest.raises(IntegrityError) as caught, transaction.atomic():
        BookingFactory(schedule=booking.schedule, starts_at=NINE)
    assert getattr(caught.value.__cause__, "sqlstate", "") == "23P01"


def test_F3_what_touches_or_is_with_somebody_else_is_fine(booking: Booking) -> None:
    BookingFactory(schedule=booking.schedule, starts_at=HALF_PAST)
    BookingFactory(schedule=booking.schedule, starts_at=NINE - 30 * MINUTE)
    BookingFactory(starts_at=NINE)
    assert Booking.objects.count() == 4


def test_F3_the_pause_after_a_booking_is_kept_from_others() -> None:
    schedule = ScheduleFactory(gap=10)
    BookingFactory(schedule=schedule, starts_at=NINE)
    assert violated(lambda: BookingFactory(schedule=schedule, starts_at=HALF_PAST)) == Booking.NO_OVERLAP


def test_one_client_cannot_be_in_two_places(booking: Booking) -> None:
    same = {"client_email": booking.client_email}
    assert violated(lambda: BookingFactory(starts_at=NINE + 10 * MINUTE, **same)) == Booking.CLIENT_NO_OVERLAP
    BookingFactory(starts_at=HALF_PAST, **same)


def test_one_client_has_one_active_consultation_with_a_specialist(booking: Booking) -> None:
    later = {"schedule": booking.schedule, "starts_at": HALF_PAST, "client_email": booking.client_email}
    assert violated(lambda: BookingFactory(**later)) == Booking.ONE_PER_PAIR


def test_one_form_is_one_booking(booking: Booking) -> None:
    assert (
        violated(lambda: BookingFactory(starts_at=HALF_PAST, idempotency_key=booking.idempotency_key))
        == Booking.ONE_PER_KEY
    )


@pytest.mark.parametrize("status", ["cancelled", "declined", "expired", "completed", "no_show"])
def test_F5_what_has_ended_takes_no_time_and_cannot_come_back_to_a_taken_one(
    booking: Booking, status: str
) -> None:
    ended = BookingFactory(schedule=booking.schedule, starts_at=NINE, status=status)
    rows = Booking.objects.filter(pk=ended.pk)
    assert violated(lambda: rows.update(status="confirmed")) == Booking.NO_OVERLAP


@pytest.mark.parametrize(
    ("columns", "name"),
    [
        ("blocked = 'empty'", "booking_blocked_covers"),
        ("blocked = tstzrange(starts_at, starts_at)", "booking_blocked_covers"),
        ("blocked = tstzrange(starts_at, ends_at - interval '1 minute')", "booking_blocked_covers"),
        ("blocked = tstzrange(starts_at + interval '1 minute', ends_at)", "booking_blocked_covers"),
        ("ends_at = starts_at", "booking_time_order"),
        ("status = 'unheard'", "booking_status_known"),
        ("status = 'held', hold_expires_at = NULL", "booking_hold_expires"),
    ],
)
def test_F4_a_range_that_is_empty_reversed_or_too_short_is_refused(
    booking: Booking, columns: str, name: str
) -> None:
    def write() -> None:
        with connection.cursor() as cursor:
            cursor.execute(f"UPDATE booking_booking SET {columns} WHERE id = %s", [booking.pk])  # noqa: S608

    assert violated(write) == name


@pytest.mark.parametrize("column", ["blocked", "starts_at", "ends_at", "schedule_id", "client_key", "status"])
def test_F4_nothing_that_a_constraint_looks_at_may_be_unknown(booking: Booking, column: str) -> None:
    with (
        pytest.raises(IntegrityError, match="null value"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(f"UPDATE booking_booking SET {column} = NULL")  # noqa: S608


def test_F4_reversed_bounds_are_no_range(booking: Booking) -> None:
    for column in ("blocked = tstzrange(ends_at, starts_at)", "ends_at = starts_at - interval '1 minute'"):
        with pytest.raises(DataError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(f"UPDATE booking_booking SET {column}")  # noqa: S608


@pytest.mark.parametrize(
    "row", [{"weekday": 7}, {"start": 1440}, {"start": 1441}, {"end": 1441}, {"start": -1}]
)
def test_A15_hours_outside_a_week_or_a_day_are_refused_by_form_and_database(row: dict[str, int]) -> None:
    schedule = ScheduleFactory()
    with pytest.raises(ValidationError):
        WeeklyWindow(schedule=schedule, **{"weekday": 0, "start": 540, "end": 600, **row}).full_clean()
    assert violated(lambda: WindowFactory(schedule=schedule, **row)).startswith("booking_w")


@pytest.mark.parametrize(
    "row",
    [
        {"first": date(2027, 3, 2), "last": date(2027, 3, 1)},
        {"start": 540},
        {"end": 600},
        {"start": 1440, "end": 600},
        {"start": 540, "end": 1441},
    ],
)
def test_A15_an_exception_that_makes_no_sense_is_refused_by_form_and_database(row: dict[str, Any]) -> None:
    row = {"schedule": ScheduleFactory(), "first": date(2027, 3, 1), "last": date(2027, 3, 1), **row}
    with pytest.raises(ValidationError):
        DateException(**row).full_clean()
    assert violated(lambda: ExceptionFactory(**row)).startswith("booking_exception")


@pytest.mark.parametrize(
    "rule",
    [{"step": 0}, {"step": 4}, {"step": 241}, {"horizon_days": 0}, {"horizon_days": 181}, {"max_per_day": 0}],
)
def test_A15_rules_that_make_no_sense_are_refused_by_form_and_database(rule: dict[str, int]) -> None:
    schedule = ScheduleFactory()
    with pytest.raises(ValidationError):
        Schedule(specialist=schedule.specialist, time_zone="UTC", joining="x", **rule).full_clean()
    rows = Schedule.objects.filter(pk=schedule.pk)
    assert violated(lambda: rows.update(**rule)).startswith("booking_schedule")


@pytest.mark.parametrize(
    "zone", ["", "Mars/Phobos", "europe/berlin", "+02:00", "Factory", "../../etc/passwd"]
)
def test_C5_a_schedule_has_a_time_zone_that_exists(zone: str) -> None:
    schedule = ScheduleFactory()
    schedule.time_zone = zone
    with pytest.raises(ValidationError):
        schedule.full_clean()
