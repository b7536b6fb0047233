"""What may be booked, confirmed and cancelled. Ids: docs/rules/booking.md."""

import uuid
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from booking import emails, services, slots
from booking.errors import AlreadyBooked, HoldExpired, KeyReused, SlotTaken, SlotUnavailable, Stale
from booking.models import ActionToken, Booking, BookingEvent, Schedule
from booking.services import (
    cancel_booking,
    complete_past,
    confirm_booking,
    edit_schedule,
    expire_holds,
    requesting,
)
from booking.services.steps import step
from core.models import Outbox
from tests.booking.conftest import NOW
from tests.booking.services import HALF_PAST, NINE, free, next_slot, request
from tests.factories.booking import (
    BookingFactory,
    ClientFactory,
    ExceptionFactory,
    ScheduleFactory,
    WindowFactory,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]

TODAY = NOW.date()
Status = Booking.Status


# --- Holding a time ---------------------------------------------------------------------------------------------


def test_a_booking_holds_its_time_for_fifteen_minutes_and_asks_for_confirmation() -> None:
    schedule = ScheduleFactory(gap=10)
    booking = request(schedule, client=ClientFactory(note="About my exams"))
    booking.refresh_from_db()
    assert booking.status == Status.HELD
    assert (booking.starts_at, booking.ends_at) == (NINE, HALF_PAST)
    assert (booking.blocked.lower, booking.blocked.upper) == (NINE, HALF_PAST + timedelta(minutes=10))
    assert timedelta(minutes=14) < booking.hold_expires_at - NOW < timedelta(minutes=16)
    assert booking.note == "About my exams"
    assert booking.wall_start == "2027-03-01T09:00+00:00 UTC"
    assert [(event.from_status, event.to_status) for event in booking.events.all()] == [("", "held")]
    assert Outbox.objects.get().recipients == [booking.client_email]


def test_a_hold_ends_when_its_time_begins(clock: time_machine.Traveller) -> None:
    clock.move_to(NINE - timedelta(minutes=5))
    booking = request(ScheduleFactory())
    assert booking.hold_expires_at == NINE
    clock.move_to(NINE + timedelta(minutes=1))
    with pytest.raises(HoldExpired):
        confirm_booking(booking=booking)


@pytest.mark.parametrize(
    "make",
    [
        pytest.param(lambda: ScheduleFactory(windows=[]), id="no hours"),
        pytest.param(lambda: ScheduleFactory(closed=True), id="closed"),
        pytest.param(lambda: ScheduleFactory(specialist__draft=True), id="draft"),
        pytest.param(lambda: ScheduleFactory(specialist__suspended=True), id="suspended"),
        pytest.param(lambda: ScheduleFactory(specialist__not_accepting=True), id="not accepting"),
        pytest.param(lambda: ScheduleFactory(specialist__without_free_consultations=True), id="not offered"),
    ],
)
def test_A14_who_offers_no_times_cannot_be_booked(make: Any) -> None:
    schedule = make()
    assert free(schedule, days=70) == []
    with pytest.raises(SlotUnavailable):
        request(schedule)
    slots.refresh_next_slots([schedule.pk])
    assert next_slot(schedule) is None


def test_A14_a_specialist_without_a_schedule_cannot_be_booked() -> None:
    schedule = ScheduleFactory()
    specialist = schedule.specialist
    schedule.delete()
    with pytest.raises(SlotUnavailable):
        services.request_booking(specialist=specialist, start=NINE, client=ClientFactory(), key=uuid.uuid4())


def test_E4_the_notice_counts_when_the_form_is_sent(clock: time_machine.Traveller) -> None:
    schedule = ScheduleFactory(notice=60)
    ten = NINE + timedelta(hours=1)
    clock.move_to(NINE - timedelta(minutes=1))
    assert ten in free(schedule)
    clock.move_to(NINE + timedelta(minutes=1))
    with pytest.raises(SlotUnavailable):
        request(schedule, ten)


@pytest.mark.parametrize(
    "start", [NOW - timedelta(days=1), NINE + timedelta(minutes=10), NINE + timedelta(days=61)]
)
def test_E5_E7_a_time_that_is_past_off_the_grid_or_too_far_is_refused(start: datetime) -> None:
    schedule = ScheduleFactory()
    with pytest.raises(SlotUnavailable):
        request(schedule, start)
    assert not Booking.objects.exists()
    assert not Outbox.objects.exists()


def test_E7_when_the_check_itself_fails_nothing_is_booked(monkeypatch: pytest.MonkeyPatch) -> None:
    schedule = ScheduleFactory()

    def broken(*args: Any, **kwargs: Any) -> bool:
        raise RuntimeError("broken")

    monkeypatch.setattr(requesting, "is_free", broken)
    with pytest.raises(RuntimeError, match="broken"):
        request(schedule)
    assert not Booking.objects.exists()


def test_D3_hours_opened_for_one_day_are_offered_and_bookable() -> None:
    schedule = ScheduleFactory(windows=[])
    ExceptionFactory(schedule=schedule, first=TODAY, start=9 * 60, end=10 * 60)
    assert free(schedule) == [NINE, HALF_PAST]
    assert request(schedule, HALF_PAST).starts_at == HALF_PAST


def test_D10_closing_a_day_keeps_its_bookings_and_offers_no_more() -> None:
    schedule = ScheduleFactory()
    booking = confirm_booking(booking=request(schedule))
    edit_schedule(specialist_id=schedule.pk, save=lambda: ExceptionFactory(schedule=schedule, first=TODAY))
    booking.refresh_from_db()
    assert booking.status == Status.CONFIRMED
    assert free(schedule) == []
    with pytest.raises(SlotUnavailable):
        request(schedule, HALF_PAST)
    assert next_slot(schedule) == NINE + timedelta(days=1)


def test_D11_another_time_zone_moves_free_times_and_no_booking() -> None:
    schedule = ScheduleFactory()
    booking = request(schedule)

    def move() -> None:
        Schedule.objects.filter(pk=schedule.pk).update(time_zone="America/New_York")

    edit_schedule(specialist_id=schedule.pk, save=move)
    booking.refresh_from_db()
    assert booking.starts_at == NINE
    assert booking.wall_start == "2027-03-01T09:00+00:00 UTC"
    assert next_slot(schedule) == NINE + timedelta(hours=5)


def test_G17_the_length_is_the_sites_and_nobody_elses() -> None:
    with pytest.raises(TypeError):
        request(ScheduleFactory(), end=NINE + timedelta(hours=8))


def test_F16_when_the_mail_cannot_be_written_nothing_is_booked(monkeypatch: pytest.MonkeyPatch) -> None:
    schedule = ScheduleFactory()

    def broken(*args: Any, **kwargs: Any) -> None:
        raise RuntimeError("no disk")

    monkeypatch.setattr(emails, "enqueue", broken)
    with pytest.raises(RuntimeError, match="no disk"):
        request(schedule)
    assert not Booking.objects.exists()
    assert not BookingEvent.objects.exists()
    assert not ActionToken.objects.exists()


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("level", ["REPEATABLE READ", "SERIALIZABLE"])
def test_F17_a_snapshot_taken_before_the_locks_is_refused(level: str) -> None:
    schedule = ScheduleFactory()
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute(f"SET TRANSACTION ISOLATION LEVEL {level}")
        with pytest.raises(RuntimeError, match="READ COMMITTED"):
            request(schedule)
    assert not Booking.objects.exists()


# --- One form, one booking --------------------------------------------------------------------------------------


def test_F7_the_same_form_again_gives_the_same_booking_and_writes_nothing() -> None:
    schedule = ScheduleFactory()
    form: dict[str, Any] = {"client": ClientFactory(), "key": uuid.uuid4()}
    first = request(schedule, **form)
    assert request(schedule, **form) == first
    assert Booking.objects.count() == Outbox.objects.count() == BookingEvent.objects.count() == 1


@pytest.mark.parametrize("change", ["start", "client", "specialist"])
def test_F8_the_same_key_for_something_else_is_refused(change: str) -> None:
    schedule, client, key = ScheduleFactory(), ClientFactory(), uuid.uuid4()
    request(schedule, client=client, key=key)
    with pytest.raises(KeyReused):
        request(
            ScheduleFactory() if change == "specialist" else schedule,
            HALF_PAST if change == "start" else NINE,
            client=ClientFactory() if change == "client" else client,
            key=key,
        )
    assert Booking.objects.count() == Outbox.objects.count() == 1


@pytest.mark.parametrize("spelling", ["robin@example.org", " ROBIN@Example.org"])
def test_E14_one_active_consultation_for_a_client_and_a_specialist(spelling: str) -> None:
    schedule = ScheduleFactory()
    confirm_booking(booking=request(schedule, client=ClientFactory(email="Robin@example.org")))
    with pytest.raises(AlreadyBooked):
        request(schedule, HALF_PAST, client=ClientFactory(email=spelling))
    assert request(ScheduleFactory(), HALF_PAST, client=ClientFactory(email=spelling))


@pytest.mark.parametrize("ended", [Status.CANCELLED, Status.DECLINED, Status.EXPIRED])
def test_E15_what_has_ended_counts_neither_for_the_pair_nor_for_the_day(ended: str) -> None:
    schedule = ScheduleFactory(max_per_day=1)
    BookingFactory(schedule=schedule, starts_at=NINE, status=ended, client_email="robin@example.org")
    assert request(schedule, client=ClientFactory(email="robin@example.org"))


def test_E15_a_consultation_that_took_place_counts_for_the_day_and_not_for_the_pair() -> None:
    schedule = ScheduleFactory(max_per_day=1)
    BookingFactory(
        schedule=schedule, starts_at=NINE, status=Status.COMPLETED, client_email="robin@example.org"
    )
    with pytest.raises(SlotUnavailable):
        request(schedule, HALF_PAST, client=ClientFactory(email="robin@example.org"))
    assert request(schedule, NINE + timedelta(days=1), client=ClientFactory(email="robin@example.org"))


# --- Confirming, cancelling, running out ------------------------------------------------------------------------


def test_confirming_tells_the_client_and_the_specialist() -> None:
    booking = request(ScheduleFactory())
    Outbox.objects.all().delete()
    confirm_booking(booking=booking)
    booking.refresh_from_db()
    assert (booking.status, booking.sequence, booking.hold_expires_at) == (Status.CONFIRMED, 0, None)
    specialist = booking.schedule.specialist.user
    assert {row.recipients[0] for row in Outbox.objects.all()} == {booking.client_email, specialist.email}


def test_a_specialist_without_an_account_is_told_nothing_and_can_be_booked() -> None:
    booking = request(ScheduleFactory(specialist__without_account=True))
    Outbox.objects.all().delete()
    confirm_booking(booking=booking)
    assert Outbox.objects.get().recipients == [booking.client_email]


def test_G1_a_cancelled_time_is_free_at_once_and_next_again() -> None:
    schedule = ScheduleFactory()
    booking = confirm_booking(booking=request(schedule))
    assert next_slot(schedule) == HALF_PAST
    cancel_booking(booking=booking, actor="client")
    assert free(schedule)[0] == NINE
    assert next_slot(schedule) == NINE
    assert request(schedule).starts_at == NINE


def test_G2_cancelling_twice_is_cancelling_once() -> None:
    booking = confirm_booking(booking=request(ScheduleFactory()))
    Outbox.objects.all().delete()
    for _ in range(2):
        cancel_booking(booking=booking, actor="client")
    booking.refresh_from_db()
    assert (booking.status, booking.sequence) == (Status.CANCELLED, 1)
    assert Outbox.objects.count() == 2  # one to the client, one to the specialist
    assert booking.events.filter(to_status="cancelled").count() == 1


def test_nobody_is_told_of_a_hold_that_was_let_go() -> None:
    booking = request(ScheduleFactory())
    Outbox.objects.all().delete()
    cancel_booking(booking=booking, actor="client")
    assert not Outbox.objects.exists()


def test_G4_an_old_hold_frees_its_time_though_no_worker_ran(clock: time_machine.Traveller) -> None:
    schedule = ScheduleFactory()
    old = request(schedule, client=ClientFactory(email="robin@example.org"))
    clock.shift(timedelta(minutes=16))
    assert free(schedule)[0] == NINE
    new = request(schedule, client=ClientFactory(email="robin@example.org"))
    old.refresh_from_db()
    assert (old.status, new.status) == (Status.EXPIRED, Status.HELD)
    with pytest.raises(HoldExpired):
        confirm_booking(booking=old)


def test_G4_an_old_hold_of_the_client_elsewhere_is_not_in_the_way() -> None:
    schedule, client = ScheduleFactory(), ClientFactory()
    old = BookingFactory(lapsed=True, starts_at=NINE, client_email=client.email)
    assert request(schedule, client=client)
    old.refresh_from_db()
    assert old.status == Status.EXPIRED


def test_G5_a_time_that_is_held_is_not_shown_to_others_and_its_holder_can_finish() -> None:
    schedule = ScheduleFactory()
    booking = request(schedule)
    assert NINE not in free(schedule)
    with pytest.raises(SlotTaken):
        request(schedule)
    assert confirm_booking(booking=booking).status == Status.CONFIRMED


def test_the_sweep_ends_old_holds_and_frees_their_times() -> None:
    schedule = ScheduleFactory()
    BookingFactory(schedule=schedule, lapsed=True, starts_at=NINE)
    live = BookingFactory(held=True, starts_at=NINE)
    assert expire_holds() == 1
    assert next_slot(schedule) == NINE
    live.refresh_from_db()
    assert live.status == Status.HELD
    assert expire_holds() == 0


@pytest.mark.parametrize("status", [Status.DECLINED, Status.EXPIRED, Status.COMPLETED, Status.NO_SHOW])
def test_G10_what_is_over_cannot_be_cancelled(status: str) -> None:
    booking = BookingFactory(starts_at=NINE, status=status)
    with pytest.raises(Stale):
        cancel_booking(booking=booking, actor="client")
    booking.refresh_from_db()
    assert (booking.status, booking.sequence) == (status, 0)
    assert not Outbox.objects.exists()


@pytest.mark.parametrize("minutes", [0, 10, 60])
def test_G10_what_has_begun_cannot_be_cancelled(minutes: int) -> None:
    booking = BookingFactory(starts_at=NOW - timedelta(minutes=minutes))
    with pytest.raises(Stale):
        cancel_booking(booking=booking, actor="client")
    booking.refresh_from_db()
    assert booking.status == Status.CONFIRMED


CONFIRM, CANCEL, EXPIRE, COMPLETE = "confirm", "cancel", "expire", "complete"
TRANSITIONS = {
    (Status.HELD, CONFIRM): Status.CONFIRMED,
    (Status.HELD, CANCEL): Status.CANCELLED,
    (Status.HELD, EXPIRE): Status.EXPIRED,
    (Status.REQUESTED, CANCEL): Status.CANCELLED,
    (Status.CONFIRMED, CANCEL): Status.CANCELLED,
    (Status.CONFIRMED, COMPLETE): Status.COMPLETED,
}
SILENT = {
    (Status.REQUESTED, CONFIRM),
    (Status.CONFIRMED, CONFIRM),
    (Status.CANCELLED, CANCEL),
}  # done already: no error, no change


@pytest.mark.parametrize("action", [CONFIRM, CANCEL, EXPIRE, COMPLETE])
@pytest.mark.parametrize("status", Status.values)
def test_G15_every_other_step_leaves_the_booking_as_it_is(
    status: str, action: str, clock: time_machine.Traveller
) -> None:
    held = {"hold_expires_at": NOW + timedelta(minutes=15)} if status == Status.HELD else {}
    booking = BookingFactory(starts_at=NINE, status=status, **held)
    if action == EXPIRE:
        clock.shift(timedelta(minutes=20))
    if action == COMPLETE:
        clock.shift(timedelta(days=2))
    expected = TRANSITIONS.get((Status(status), action))
    run: Any = {
        CONFIRM: lambda: confirm_booking(booking=booking),
        CANCEL: lambda: cancel_booking(booking=booking, actor="client"),
        EXPIRE: expire_holds,
        COMPLETE: complete_past,
    }[action]
    refuses = action in {CONFIRM, CANCEL} and expected is None and (Status(status), action) not in SILENT
    if refuses:
        with pytest.raises((Stale, HoldExpired)):
            run()
    else:
        run()
    booking.refresh_from_db()
    assert booking.status == (expected or status)
    assert booking.sequence == (1 if expected == Status.CANCELLED else 0)
    assert booking.events.count() == (1 if expected else 0)


def test_a_step_from_an_outdated_row_is_stale() -> None:
    """The UPDATE itself is conditional: nothing depends on the lock alone."""
    booking = BookingFactory(starts_at=NINE)
    Booking.objects.filter(pk=booking.pk).update(sequence=3)
    with pytest.raises(Stale):
        step(booking, to=Status.CANCELLED, allowed=[Status.CONFIRMED], actor="client")


# --- The pause between consultations ----------------------------------------------------------------------------


def set_gap(schedule: Schedule, minutes: int) -> None:
    edit_schedule(
        specialist_id=schedule.pk, save=lambda: Schedule.objects.filter(pk=schedule.pk).update(gap=minutes)
    )


def test_a_shorter_pause_makes_the_next_time_bookable_not_only_visible() -> None:
    schedule = ScheduleFactory(gap=30)
    request(schedule)
    assert HALF_PAST not in free(schedule)
    set_gap(schedule, 0)
    assert HALF_PAST in free(schedule)
    assert request(schedule, HALF_PAST)


def test_a_longer_pause_keeps_bookings_that_are_closer_together() -> None:
    schedule = ScheduleFactory()
    first, second = request(schedule), request(schedule, HALF_PAST)
    set_gap(schedule, 45)
    first.refresh_from_db()
    second.refresh_from_db()
    assert first.blocked.upper == HALF_PAST
    assert second.blocked.upper == HALF_PAST + timedelta(minutes=75)


# --- The database alone -----------------------------------------------------------------------------------------


def test_A16_the_hours_of_one_specialist_take_as_many_queries_with_fifty_rows_as_with_one() -> None:
    few, many = ScheduleFactory(), ScheduleFactory(windows=[(0, 0, 1440), (1, 0, 1440)])
    for number in range(50):
        BookingFactory(schedule=many, starts_at=NOW + timedelta(minutes=30 * number))
        ExceptionFactory(schedule=many, first=TODAY + timedelta(days=number + 3))
        WindowFactory(schedule=many, weekday=number % 7)
    for schedule, bookings in ((few, 0), (many, 50)):
        with CaptureQueriesContext(connection) as queries:
            assert len(slots.read_hours([schedule.pk])[schedule.pk].busy) == bookings
        assert len(queries) == 2  # schedules with all their hours, bookings


def test_A16_the_hours_of_fifty_specialists_take_as_many_queries_as_those_of_one() -> None:
    schedules = [ScheduleFactory() for _ in range(50)]
    for ids in ([schedules[0].pk], [schedule.pk for schedule in schedules]):
        with CaptureQueriesContext(connection) as queries:
            assert len(slots.read_hours(ids)) == len(ids)
        assert len(queries) == 2  # schedules with all their hours, bookings


@pytest.fixture
def database_in_tokyo() -> Iterator[None]:
    """A database whose own time zone is Tokyo's, freshly connected to."""
    name = connection.settings_dict["NAME"]
    for command in ("SET timezone = 'Asia/Tokyo'", "RESET timezone"):
        with connection.cursor() as cursor:
            cursor.execute(f'ALTER DATABASE "{name}" {command}')
        connection.close()
        if command.startswith("SET"):
            yield


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("database_in_tokyo")
def test_B26_the_databases_own_time_zone_changes_nothing() -> None:
    schedule = ScheduleFactory(time_zone="Europe/Berlin", windows=[(0, 0, 1440)])
    BookingFactory(schedule=schedule, starts_at=NINE)
    late = datetime(2027, 3, 1, 22, 30, tzinfo=UTC)  # 23:30 in Berlin, tomorrow in Tokyo
    assert NINE not in free(schedule)
    assert free(schedule)[-1] == late
    booking = request(schedule, late)
    booking.refresh_from_db()
    assert booking.starts_at == late
    assert booking.wall_start == "2027-03-01T23:30+01:00 Europe/Berlin"


def test_one_transaction_at_a_time_asks_for_locks_in_one_order() -> None:
    schedule = ScheduleFactory()
    with CaptureQueriesContext(connection) as queries:
        request(schedule)
    locks = [
        query["sql"] for query in queries if "pg_advisory" in query["sql"] or "FOR NO KEY" in query["sql"]
    ]
    assert "pg_advisory_xact_lock" in locks[0]
    assert 'FROM "booking_schedule"' in locks[1]
