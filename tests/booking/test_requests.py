"""Requests and their answers, other times, what time does. Ids: docs/rules/booking.md."""

import uuid
from datetime import datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.contrib.auth.models import Group

from accounts.roles import MODERATORS
from booking import services
from booking.errors import (
    AlreadyBooked,
    ClientBusy,
    HoldElsewhere,
    SlotTaken,
    SlotUnavailable,
    Stale,
    TooLateToMove,
    TooMany,
)
from booking.models import Booking, BookingEvent, Schedule
from core.mail.outbox import Stored
from core.models import Outbox
from directory.models import Specialist
from tests.booking.conftest import NOW
from tests.booking.requests import DAY, HOUR, LATER, TOMORROW, by_hand, mails, request
from tests.booking.services import free, next_slot
from tests.factories.accounts import UserFactory
from tests.factories.booking import BookingFactory, ClientFactory, ExceptionFactory, ScheduleFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]

Status = Booking.Status


def files(row: Outbox) -> list[str]:
    """What calendars are told by a mail: method and sequence."""
    parts = [part for part in Stored(row).parsed().walk() if part.get_content_type() == "text/calendar"]
    texts = [part.get_payload(decode=True).decode() for part in parts]  # type: ignore[union-attr]
    return [line for text in texts for line in text.splitlines() if line.startswith(("METHOD", "SEQUENCE"))]


# --- Asking and answering -----------------------------------------------------------------------------------------


def test_a_verified_client_waits_for_no_mail_and_a_request_waits_for_the_specialist() -> None:
    schedule = by_hand()
    booking = request(schedule)
    assert (booking.status, booking.answer_by) == (Status.REQUESTED, TOMORROW - 2 * HOUR)
    assert [event.to_status for event in booking.events.all()] == ["held", "requested"]
    assert [row.recipients[0] for row in mails("requested")] == [booking.client_email]
    assert [row.recipients[0] for row in mails("specialist_request")] == [schedule.specialist.user.email]
    assert files(mails("requested")[0]) == []  # booking rule J9: no invitation before it is settled
    assert not mails("confirm_address")


def test_a_hold_of_a_specialist_who_confirms_by_hand_becomes_a_request() -> None:
    schedule = by_hand()
    held = services.request_booking(
        specialist=schedule.specialist, start=TOMORROW, client=ClientFactory(), key=uuid.uuid4()
    )
    assert services.confirm_booking(booking=held).status == Status.REQUESTED
    assert services.confirm_booking(booking=held).status == Status.REQUESTED  # twice is once
    assert len(mails("requested")) == 1


def test_the_time_to_answer_is_the_schedules_and_ends_two_hours_before() -> None:
    schedule = by_hand(answer_within=5)
    assert schedule.answer_by(NOW + DAY, now=NOW) == NOW + 5 * HOUR
    assert schedule.answer_by(NOW + 6 * HOUR, now=NOW) == NOW + 4 * HOUR
    assert free(schedule)[0] >= NOW + 3 * HOUR  # so nothing is offered that nobody could answer in time


def test_G16_a_hold_for_somebody_no_longer_public_ends_when_it_is_confirmed() -> None:
    schedule = ScheduleFactory()
    held = services.request_booking(
        specialist=schedule.specialist, start=TOMORROW, client=ClientFactory(), key=uuid.uuid4()
    )
    Specialist.objects.filter(pk=schedule.pk).update(state=Specialist.State.SUSPENDED)
    with pytest.raises(SlotUnavailable):
        services.confirm_booking(booking=held)
    held.refresh_from_db()
    assert held.status == Status.CANCELLED


def test_a_yes_settles_it_with_a_calendar_file_and_twice_is_once() -> None:
    booking = request(by_hand())
    for _ in range(2):
        services.accept_request(booking=booking)
    booking.refresh_from_db()
    assert (booking.status, booking.sequence, booking.answer_by) == (Status.CONFIRMED, 0, None)
    (mail,) = mails("confirmed")
    assert files(mail) == ["METHOD:REQUEST", "SEQUENCE:0"]
    assert not mails("specialist_confirmed")  # who has just pressed the button knows


def test_G3_a_no_frees_the_time_and_shows_who_else_is_there() -> None:
    schedule = by_hand()
    booking = request(schedule)
    assert TOMORROW not in free(schedule, days=2)
    for _ in range(2):
        services.decline_request(booking=booking, reason="I am away then")
    booking.refresh_from_db()
    assert (booking.status, booking.reason) == (Status.DECLINED, "I am away then")
    assert TOMORROW in free(schedule, days=2)
    (mail,) = mails("declined")
    text = Stored(mail).parsed().get_body(("plain",)).get_content()
    assert "/en/specialists/?free=1" in text
    assert "away" not in text  # reasons stand on the page, behind the link


@pytest.mark.parametrize("act", [services.accept_request, services.decline_request])
def test_a_request_that_is_over_cannot_be_answered(act: Any) -> None:
    booking = request(by_hand())
    services.cancel_booking(booking=booking, actor="client")
    with pytest.raises(Stale):
        act(booking=booking)


def test_a_yes_after_its_time_is_too_late_even_if_no_sweep_ran(clock: time_machine.Traveller) -> None:
    booking = request(by_hand(answer_within=1))
    clock.shift(2 * HOUR)
    with pytest.raises(Stale):
        services.accept_request(booking=booking)


# --- Another time ---------------------------------------------------------------------------------------------------


def test_a_proposed_time_is_kept_and_the_old_one_is_free() -> None:
    schedule = by_hand()
    booking = services.propose_time(booking=request(schedule), start=LATER)
    assert (booking.status, booking.awaits_client, booking.starts_at) == (Status.REQUESTED, True, LATER)
    assert TOMORROW in free(schedule, days=2)
    assert LATER not in free(schedule, days=2)
    with pytest.raises(Stale):
        services.accept_request(booking=booking)  # it is the client's turn
    agreed = services.accept_proposal(booking=booking)
    assert (agreed.status, agreed.sequence) == (Status.CONFIRMED, 2)
    assert files(mails("confirmed")[0]) == ["METHOD:REQUEST", "SEQUENCE:2"]
    assert len(mails("specialist_confirmed")) == 1
    assert [event.kind for event in booking.events.all()] == ["status", "status", "proposed", "agreed"]


def test_a_settled_time_that_is_proposed_anew_leaves_the_clients_calendar() -> None:
    booking = request(ScheduleFactory())
    services.propose_time(booking=booking, start=LATER)
    assert files(mails("proposed")[0]) == ["METHOD:CANCEL", "SEQUENCE:1"]
    assert {row.state for row in mails("reminder_hour")} == {Outbox.State.CANCELLED}


def test_the_specialists_notice_does_not_bind_the_specialist() -> None:
    schedule = by_hand(notice=3 * 24 * 60)
    soon = NOW + 3 * DAY + HOUR
    booking = request(schedule, start=soon)
    assert services.propose_time(booking=booking, start=NOW + HOUR).starts_at == NOW + HOUR


def test_a_time_that_is_not_free_cannot_be_proposed() -> None:
    schedule = by_hand()
    taken, booking = request(schedule, start=LATER), request(schedule)
    with pytest.raises(SlotTaken):
        services.propose_time(booking=booking, start=taken.starts_at)
    with pytest.raises(SlotUnavailable):
        services.propose_time(booking=booking, start=LATER + 12 * HOUR)
    with pytest.raises(Stale):
        services.propose_time(booking=booking, start=TOMORROW)
    booking.refresh_from_db()
    assert (booking.starts_at, booking.sequence, booking.awaits_client) == (TOMORROW, 0, False)


# --- Moving -----------------------------------------------------------------------------------------------------------


def test_J3_moving_twice_is_the_same_appointment_counted_up() -> None:
    schedule = ScheduleFactory()
    booking = request(schedule)
    for start in (LATER, LATER + DAY):
        services.move_booking(booking=booking, start=start)
    booking.refresh_from_db()
    assert (booking.status, booking.starts_at, booking.sequence) == (Status.CONFIRMED, LATER + DAY, 2)
    assert [files(row) for row in mails("moved")] == [
        ["METHOD:REQUEST", "SEQUENCE:1"],
        ["METHOD:REQUEST", "SEQUENCE:2"],
    ]
    assert len(mails("specialist_moved")) == 2
    assert booking.wall_start.startswith("2027-03-03T10:00")


def test_G7_moving_to_the_same_time_is_nothing() -> None:
    booking = request(ScheduleFactory())
    before = (Outbox.objects.count(), BookingEvent.objects.count())
    assert services.move_booking(booking=booking, start=TOMORROW).sequence == 0
    assert (Outbox.objects.count(), BookingEvent.objects.count()) == before


def test_G8_a_move_that_fails_leaves_everything_as_it_was() -> None:
    schedule = ScheduleFactory()
    booking, _other = request(schedule), request(schedule, start=LATER)
    before = (Outbox.objects.count(), BookingEvent.objects.count())
    with pytest.raises(SlotTaken):
        services.move_booking(booking=booking, start=LATER)
    with pytest.raises(SlotUnavailable):
        services.move_booking(booking=booking, start=LATER + 10 * HOUR)
    booking.refresh_from_db()
    assert (booking.status, booking.starts_at, booking.sequence) == (Status.CONFIRMED, TOMORROW, 0)
    assert (Outbox.objects.count(), BookingEvent.objects.count()) == before


def test_G8_a_client_is_not_moved_onto_another_consultation_of_theirs() -> None:
    email = "robin@example.org"
    booking = request(ScheduleFactory(), email=email)
    request(ScheduleFactory(), start=LATER, email=email)
    with pytest.raises(ClientBusy):
        services.move_booking(booking=booking, start=LATER)


def test_G9_the_old_time_is_free_after_a_move() -> None:
    schedule = ScheduleFactory()
    booking = request(schedule, start=NOW + 13 * HOUR + 12 * HOUR)
    services.move_booking(booking=booking, start=LATER)
    assert TOMORROW in free(schedule, days=2)
    assert request(schedule).starts_at == TOMORROW


@pytest.mark.parametrize(
    "status",
    [Status.HELD, Status.DECLINED, Status.EXPIRED, Status.CANCELLED, Status.COMPLETED, Status.NO_SHOW],
)
@pytest.mark.parametrize("act", [services.move_booking, services.propose_time])
def test_G10_only_what_is_requested_or_settled_can_have_another_time(act: Any, status: str) -> None:
    booking = BookingFactory(starts_at=TOMORROW, status=status, hold_expires_at=NOW + HOUR)
    with pytest.raises(Stale):
        act(booking=booking, start=LATER)
    booking.refresh_from_db()
    assert (booking.status, booking.starts_at, booking.sequence) == (status, TOMORROW, 0)


def test_G10_what_has_begun_cannot_be_moved() -> None:
    booking = BookingFactory(starts_at=NOW - timedelta(minutes=5))
    with pytest.raises(Stale):
        services.move_booking(booking=booking, start=TOMORROW)


def test_G12_limits_do_not_count_the_booking_that_is_moved() -> None:
    schedule = ScheduleFactory(max_per_day=1, max_per_week=1)
    booking = request(schedule)
    assert services.move_booking(booking=booking, start=LATER).starts_at == LATER


def test_G13_clients_keep_to_the_cut_off_and_specialists_need_not(clock: time_machine.Traveller) -> None:
    booking = request(ScheduleFactory(move_until=120))
    clock.move_to(TOMORROW - 2 * HOUR)
    assert services.move_booking(booking=booking, start=LATER).starts_at == LATER  # the last moment
    clock.shift(HOUR + timedelta(minutes=1))
    with pytest.raises(TooLateToMove):
        services.move_booking(booking=booking, start=LATER + timedelta(minutes=30))
    assert services.propose_time(booking=booking, start=LATER + timedelta(minutes=30)).awaits_client
    assert services.cancel_booking(booking=booking, actor="client").status == Status.CANCELLED


def test_G14_a_moved_consultation_of_somebody_who_confirms_by_hand_is_a_request_again() -> None:
    schedule = by_hand()
    booking = services.accept_request(booking=request(schedule))
    moved = services.move_booking(booking=booking, start=LATER)
    assert (moved.status, moved.sequence, moved.awaits_client) == (Status.REQUESTED, 1, False)
    assert LATER not in free(schedule, days=2)
    withdrawn = mails("requested")[-1]
    assert files(withdrawn) == ["METHOD:CANCEL", "SEQUENCE:1"]
    again = services.accept_request(booking=moved)
    assert (
        again.sequence == 2
    )  # a calendar believes the invitation only with a higher number than the withdrawal
    assert len(mails("specialist_request")) == 2


# --- What time does ---------------------------------------------------------------------------------------------------


def test_G3_a_request_without_an_answer_ends_and_frees_its_time(clock: time_machine.Traveller) -> None:
    schedule = by_hand()
    booking = request(schedule)
    clock.move_to(TOMORROW - 2 * HOUR - timedelta(seconds=1))
    assert services.expire_requests() == 0
    clock.shift(timedelta(seconds=2))
    assert services.expire_requests() == 1
    assert services.expire_requests() == 0
    booking.refresh_from_db()
    assert booking.status == Status.EXPIRED
    assert len(mails("expired")) == 1
    assert Schedule.objects.get(pk=schedule.pk).missed_requests == 1


def test_three_missed_requests_in_a_row_pause_free_consultations_and_are_told(
    clock: time_machine.Traveller,
) -> None:
    moderator = UserFactory()
    moderator.groups.add(Group.objects.get(name=MODERATORS))
    schedule = by_hand(answer_within=1)
    for number in range(3):
        request(schedule, start=TOMORROW + number * timedelta(minutes=30))
        clock.shift(timedelta(minutes=61))
        services.expire_requests()
        schedule.refresh_from_db()
        assert (schedule.paused_at is not None) is (number == 2)
    told = {row.recipients[0] for row in Outbox.objects.filter(dedupe_key__startswith="paused:")}
    assert told == {schedule.specialist.user.email, moderator.email}
    assert free(schedule, days=3) == []
    assert next_slot(schedule) is None
    with pytest.raises(SlotUnavailable):
        request(schedule, start=TOMORROW + 2 * HOUR)
    services.resume(schedule_id=schedule.pk)
    assert free(schedule, days=3)
    assert next_slot(schedule) is not None


def test_three_that_are_missed_at_once_are_three(clock: time_machine.Traveller) -> None:
    schedule = by_hand(answer_within=1)
    for number in range(3):
        request(schedule, start=TOMORROW + number * timedelta(minutes=30))
    clock.shift(2 * HOUR)
    services.expire_requests()
    schedule.refresh_from_db()
    assert (schedule.missed_requests, schedule.paused_at is not None) == (3, True)


@pytest.mark.parametrize("answer", ["accept", "decline", "propose"])
def test_an_answer_ends_the_row_of_missed_requests(answer: str) -> None:
    schedule = by_hand(missed_requests=2)
    booking = request(schedule)
    if answer == "accept":
        services.accept_request(booking=booking)
    elif answer == "decline":
        services.decline_request(booking=booking)
    else:
        services.propose_time(booking=booking, start=LATER)
    assert Schedule.objects.get(pk=schedule.pk).missed_requests == 0


def test_a_proposal_that_the_client_leaves_is_no_miss_of_the_specialist(
    clock: time_machine.Traveller,
) -> None:
    schedule = by_hand(answer_within=1)
    services.propose_time(booking=request(schedule), start=LATER)
    clock.shift(2 * HOUR)
    assert services.expire_requests() == 1
    assert Schedule.objects.get(pk=schedule.pk).missed_requests == 0


@pytest.mark.parametrize("to", [Status.COMPLETED, Status.NO_SHOW])
def test_how_it_went_is_said_after_the_start_only(to: str, clock: time_machine.Traveller) -> None:
    booking = request(ScheduleFactory())
    clock.move_to(TOMORROW - timedelta(minutes=1))
    with pytest.raises(Stale):
        services.close_booking(booking=booking, to=to, actor="specialist")
    clock.shift(timedelta(minutes=2))
    for _ in range(2):
        assert services.close_booking(booking=booking, to=to, actor="specialist").status == to
    assert booking.events.filter(to_status=to).count() == 1


def test_what_nobody_spoke_of_was_completed_a_day_later(clock: time_machine.Traveller) -> None:
    booking = request(ScheduleFactory())
    clock.move_to(TOMORROW + DAY)
    assert services.complete_past() == 0
    clock.shift(HOUR)
    assert services.complete_past() == 1
    booking.refresh_from_db()
    assert booking.status == Status.COMPLETED


def test_G16_who_leaves_cancels_what_lies_ahead_and_every_client_is_told() -> None:
    schedule = ScheduleFactory()
    ahead = [request(schedule), request(schedule, start=LATER)]
    past = BookingFactory(schedule=schedule, starts_at=NOW - DAY)
    assert services.cancel_all(schedule_id=schedule.pk, actor="moderator") == 2
    assert {row.recipients[0] for row in mails("cancelled")} == {booking.client_email for booking in ahead}
    past.refresh_from_db()
    assert past.status == Status.CONFIRMED


# --- Reminders --------------------------------------------------------------------------------------------------------


def waiting(kind: str) -> list[datetime]:
    return [row.due_at for row in mails(kind) if row.state == Outbox.State.PENDING]


def test_I1_there_is_a_reminder_a_day_and_an_hour_before() -> None:
    request(ScheduleFactory(), start=TOMORROW + DAY)
    assert waiting("reminder_day") == [TOMORROW]
    assert waiting("reminder_hour") == [TOMORROW + DAY - HOUR]


def test_I1_what_is_near_is_not_reminded_of_at_once() -> None:
    request(ScheduleFactory(), start=NOW + HOUR + timedelta(minutes=30))
    assert waiting("reminder_day") == []
    assert waiting("reminder_hour") == [NOW + timedelta(minutes=30)]


@pytest.mark.parametrize("actor", ["client", "specialist"])
def test_I2_nobody_is_reminded_of_what_was_cancelled(actor: str) -> None:
    booking = request(ScheduleFactory(), start=TOMORROW + DAY)
    services.cancel_booking(booking=booking, actor=actor)
    assert waiting("reminder_day") == waiting("reminder_hour") == []


def test_I3_only_the_new_time_is_reminded_of() -> None:
    booking = request(ScheduleFactory(), start=TOMORROW + DAY)
    services.move_booking(booking=booking, start=LATER + 2 * DAY)
    assert waiting("reminder_day") == [LATER + DAY]
    assert waiting("reminder_hour") == [LATER + 2 * DAY - HOUR]


def test_I6_planning_reminders_again_plans_nothing_more() -> None:
    from booking import emails

    booking = request(ScheduleFactory(), start=TOMORROW + DAY)
    before = Outbox.objects.count()
    emails.confirmed(booking, now=NOW)
    assert Outbox.objects.count() == before


def test_I8_a_reminder_is_on_the_readers_clock_across_a_change_of_it(clock: time_machine.Traveller) -> None:
    """Kyiv goes to summer time on 28 March 2027: 09:00 UTC is 12:00 there on that day, and 11:00 the day before."""
    schedule = ScheduleFactory()
    request(schedule, start=datetime.fromisoformat("2027-03-28T09:00+00:00"), time_zone="Europe/Kyiv")
    for kind in ("reminder_day", "reminder_hour"):
        text = Stored(mails(kind)[0]).parsed().get_body(("plain",)).get_content()
        assert "12:00" in text or "noon" in text
        assert "UTC+03:00" in text


# --- Limits ---------------------------------------------------------------------------------------------------------


def hold(schedule: Schedule, email: str, start: datetime = TOMORROW) -> Booking:
    return services.request_booking(
        specialist=schedule.specialist, start=start, client=ClientFactory(email=email), key=uuid.uuid4()
    )


def test_H10_one_time_is_kept_for_an_address_at_once(clock: time_machine.Traveller) -> None:
    hold(ScheduleFactory(), "robin@example.org")
    other = ScheduleFactory()
    with pytest.raises(HoldElsewhere):
        hold(other, "robin@example.org", LATER)
    clock.shift(timedelta(minutes=16))
    assert hold(other, "robin@example.org", LATER)


def test_a_client_has_five_a_week_whoever_with(settings: Any, clock: time_machine.Traveller) -> None:
    for number in range(settings.BOOKINGS_A_WEEK):
        booking = request(ScheduleFactory(), start=TOMORROW + number * DAY, email="robin@example.org")
        if number % 2:
            services.cancel_booking(booking=booking, actor="client")  # what was cancelled counts as well
    with pytest.raises(TooMany):
        request(ScheduleFactory(), start=TOMORROW + 9 * DAY, email="robin@example.org")
    clock.shift(7 * DAY + HOUR)
    assert request(ScheduleFactory(), start=TOMORROW + 9 * DAY, email="robin@example.org")


def test_a_weekly_limit_is_for_monday_to_sunday() -> None:
    schedule = ScheduleFactory(max_per_week=2)
    request(schedule)
    assert request(schedule, start=LATER + DAY)
    starts = free(schedule, days=10)
    assert starts
    assert min(starts).date() == NOW.date() + 7 * DAY  # NOW is a Monday


def test_E14_a_client_who_has_a_request_has_a_consultation() -> None:
    schedule = by_hand()
    request(schedule, email="robin@example.org")
    with pytest.raises(AlreadyBooked):
        request(schedule, start=LATER, email="robin@example.org")


def test_D3_a_day_opened_by_an_exception_can_be_moved_to() -> None:
    schedule = ScheduleFactory(windows=[(1, 540, 720)])
    booking = request(schedule)
    ExceptionFactory(schedule=schedule, first=(NOW + 2 * DAY).date(), start=600, end=660)
    assert services.move_booking(booking=booking, start=NOW + 2 * DAY + 2 * HOUR).starts_at.hour == 10
