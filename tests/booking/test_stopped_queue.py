"""Mail that waits says what is so when it leaves, or doesn't leave."""

import uuid
from collections.abc import Callable, Iterator
from datetime import timedelta
from email.message import EmailMessage
from typing import Any

import pytest
import time_machine

from booking import emails, services
from booking.models import Booking, BookingEvent, Schedule
from core.mail import outbox
from core.models import Outbox
from tests.booking.conftest import NOW
from tests.factories.booking import BookingFactory, ClientFactory, ScheduleFactory
from tests.factories.people import log_in_with_factor
from tests.sink import SmtpSink

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]

START = NOW + timedelta(days=3, hours=1)  # Thursday, 09:00
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
Status = Booking.Status


@pytest.fixture
def server(settings: Any) -> Iterator[SmtpSink]:
    sink = SmtpSink()
    sink.start()
    settings.OUTBOX_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.OUTBOX_OPTIONS = {"host": "127.0.0.1", "port": sink.port}
    yield sink
    sink.stop()


def text(message: EmailMessage) -> str:
    body = message.get_body(("plain",))
    assert body
    content: str = body.get_content()
    return content


def arrived(server: SmtpSink) -> list[str]:
    """The subjects of what arrives now."""
    before = len(server.messages)
    outbox.deliver_due()
    return [str(message["Subject"]) for message in server.messages[before:]]


def booked(**fields: Any) -> Booking:
    schedule = ScheduleFactory(**fields)
    return services.request_booking(
        specialist=schedule.specialist,
        start=START,
        client=ClientFactory(is_verified=True),
        key=uuid.uuid4(),
    )


def change(schedule: Schedule, **fields: Any) -> None:
    services.edit_schedule(
        specialist_id=schedule.pk, save=lambda: Schedule.objects.filter(pk=schedule.pk).update(**fields)
    )


def test_a_reminder_tells_the_room_language_and_clock_of_when_it_leaves(
    server: SmtpSink, clock: time_machine.Traveller
) -> None:
    booking = booked()
    outbox.deliver_due()
    Schedule.objects.filter(pk=booking.schedule_id).update(joining="https://meet.example/new-room")
    Booking.objects.filter(pk=booking.pk).update(client_language="de", client_time_zone="Asia/Tokyo")
    clock.move_to(START - DAY + timedelta(minutes=1))
    assert len(arrived(server)) == 1
    said = text(server.messages[-1])
    assert "new-room" in said
    assert "https://meet.example/room\n" not in said
    assert "18:00" in said
    assert "/de/" in said


@pytest.mark.parametrize(
    ("late", "subjects"),
    [
        (START - DAY + timedelta(minutes=1), ["Your appointment is tomorrow"]),
        (START - 5 * HOUR, ["A reminder of your appointment"]),  # not "tomorrow" on the day itself
        (START - timedelta(minutes=20), ["Your appointment begins soon"]),
        (START + timedelta(minutes=1), []),
        (START + 2 * HOUR, []),
    ],
)
def test_a_late_reminder_says_what_is_still_so_or_is_dropped(
    server: SmtpSink, clock: time_machine.Traveller, late: Any, subjects: list[str]
) -> None:
    booked()
    outbox.deliver_due()
    clock.move_to(late)
    assert arrived(server) == subjects


def test_a_changed_way_to_join_is_told_with_the_calendars_next_number(server: SmtpSink) -> None:
    booking = booked()
    outbox.deliver_due()
    change(booking.schedule, joining="Room 7, 12 Long Street")
    assert arrived(server) == ["How to join your appointment has changed"]
    letter = server.messages[-1]
    assert "Room 7, 12 Long Street" in text(letter)
    (part,) = [one for one in letter.walk() if one.get_content_type() == "text/calendar"]
    calendar = part.get_payload(decode=True).decode()  # type: ignore[union-attr]
    for line in ("METHOD:REQUEST", "SEQUENCE:1", "LOCATION:Room 7\\, 12 Long Street", str(booking.uid)):
        assert line in calendar
    booking.refresh_from_db()
    assert (booking.status, booking.starts_at, booking.sequence) == (Status.CONFIRMED, START, 1)
    change(booking.schedule, joining="Room 7,  12 Long Street\r\n")  # nothing but blanks
    change(booking.schedule, gap=10)
    assert arrived(server) == []


def test_who_has_no_settled_consultation_is_not_told_how_to_join(server: SmtpSink) -> None:
    booking = booked(confirms_by_hand=True)
    outbox.deliver_due()
    change(booking.schedule, joining="Room 7")
    assert arrived(server) == []


# What is written, by kind; and what happens before the queue runs again.
STALE: dict[str, tuple[Callable[[Booking], object], dict[str, Any]]] = {
    "confirm_address": (lambda booking: emails.confirm_address(booking, "token"), {"held": True}),
    "requested": (emails.requested, {"status": "requested"}),
    "proposed": (
        lambda booking: emails.proposed(booking, withdraw=False),
        {"status": "requested", "awaits_client": True},
    ),
    "confirmed": (lambda booking: emails.confirmed(booking, now=START), {}),
    "moved": (lambda booking: emails.moved(booking, now=START), {}),
    "joining_changed": (emails.joining_changed, {}),
    "specialist_request": (emails.ask_specialist, {"status": "requested"}),
    "specialist_confirmed": (emails.tell_specialist, {}),
    "specialist_moved": (emails.tell_specialist_moved, {}),
}


@pytest.mark.parametrize("kind", STALE)
def test_a_mail_that_is_no_longer_true_does_not_leave(server: SmtpSink, kind: str) -> None:
    write, fields = STALE[kind]
    booking = BookingFactory(starts_at=START, **fields)
    write(booking)
    services.cancel_booking(booking=booking, actor="specialist")
    said = arrived(server)
    row = Outbox.objects.get(dedupe_key__endswith=f":{kind}")
    assert (row.state, row.last_error) == (Outbox.State.CANCELLED, "No longer true.")
    assert len(said) == (0 if kind == "confirm_address" else 2)  # both are told that it is off


@pytest.mark.parametrize("kind", STALE)
def test_a_queue_that_stood_still_until_it_is_over_sends_nothing(
    server: SmtpSink, clock: time_machine.Traveller, kind: str
) -> None:
    write, fields = STALE[kind]
    write(BookingFactory(starts_at=START, **fields))
    clock.move_to(START + DAY)
    assert arrived(server) == []
    assert Outbox.objects.get().state == Outbox.State.CANCELLED


def test_a_pause_that_is_over_is_told_to_nobody(server: SmtpSink) -> None:
    schedule = ScheduleFactory(paused_at=NOW)
    emails.tell_paused(schedule)
    services.resume(schedule_id=schedule.pk)
    assert arrived(server) == []


def test_word_that_it_is_off_leaves_even_when_the_booking_is_erased(server: SmtpSink) -> None:
    booking = BookingFactory(starts_at=START)
    services.cancel_booking(booking=booking, actor="client")
    booking.delete()
    assert len(arrived(server)) == 2


# --- Who didn't answer --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("is_proposal", [False, True])
def test_the_end_of_a_request_says_to_both_who_did_not_answer(server: SmtpSink, is_proposal: bool) -> None:
    booking = BookingFactory(
        starts_at=START, status="requested", awaits_client=is_proposal, answer_by=NOW - HOUR
    )
    services.expire_requests()
    outbox.deliver_due()
    told = {str(message["To"]): text(message) for message in server.messages}
    specialist = booking.schedule.specialist.user.email
    assert set(told) == {booking.client_email, specialist}
    assert ("the specialist didn’t answer" in told[booking.client_email]) is not is_proposal
    assert ("no answer from you" in told[booking.client_email]) is is_proposal
    assert ("the client didn’t answer" in told[specialist]) is is_proposal
    assert ("no answer from you" in told[specialist]) is not is_proposal
    booking.schedule.refresh_from_db()
    assert booking.schedule.missed_requests == (0 if is_proposal else 1)


@pytest.mark.parametrize(
    ("is_proposal", "own", "theirs"),
    [
        (False, "The specialist didn’t answer in time", "Ended without your answer"),
        (True, "We had no answer from you in time", "The client didn’t answer in time"),
    ],
)
def test_the_pages_say_it_too(client: Any, is_proposal: bool, own: str, theirs: str) -> None:
    from booking import tokens
    from booking.models import ActionToken

    booking = BookingFactory(
        starts_at=START, status="requested", awaits_client=is_proposal, answer_by=NOW - HOUR
    )
    page = f"/en/bookings/{tokens.issue(booking, ActionToken.Purpose.CLIENT)}/"
    assert own in client.get(page).content.decode()  # before the worker has come to it
    services.expire_requests()
    assert own in client.get(page).content.decode()
    assert client.get(f"{page}confirm/").status_code == 302  # it was confirmed in time
    log_in_with_factor(client, booking.schedule.specialist.user)
    assert theirs in client.get("/en/account/specialist/consultations/").content.decode()


def test_three_lapsed_proposals_pause_nobody() -> None:
    schedule = ScheduleFactory()
    for number in range(3):
        BookingFactory(
            schedule=schedule,
            starts_at=START + number * HOUR,
            status="requested",
            awaits_client=True,
            answer_by=NOW - HOUR,
        )
    services.expire_requests()
    schedule.refresh_from_db()
    assert (schedule.missed_requests, schedule.paused_at) == (0, None)
    assert BookingEvent.objects.filter(to_status="expired").count() == 3
