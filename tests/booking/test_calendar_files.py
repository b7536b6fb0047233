"""Calendar files, as the mail carries them and the site gives them. Ids: docs/rules/booking.md."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from icalendar import Calendar

from booking.calendars import calendar_file
from booking.models import Booking
from booking.services import cancel_booking, confirm_booking
from core.mail.outbox import Stored
from core.models import Outbox
from tests.booking.conftest import NOW
from tests.factories.booking import BookingFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]

NINE = NOW + timedelta(hours=1)
NOTE = "about my panic attacks"


def event_of(content: bytes) -> Any:
    (event,) = Calendar.from_ical(content).walk("VEVENT")
    return event


def part_of(kind: str) -> Any:
    """The calendar file in the mail of this kind, as the part that carries it."""
    parsed = Stored(Outbox.objects.get(dedupe_key__endswith=f":{kind}")).parsed()
    (part,) = [part for part in parsed.walk() if part.get_content_type() == "text/calendar"]
    return part


@pytest.fixture
def booking() -> Booking:
    return BookingFactory(
        held=True, starts_at=NINE, client_name="Олена Приклад", client_email="olena@example.org", note=NOTE
    )


@pytest.mark.parametrize(
    "name", ["Olena", "Надзвичайно-Довге-Ім'я " * 3, 'A "quoted"; name, with: marks\\', "قارئة من القاهرة"]
)
def test_J1_the_file_can_be_read_whatever_the_name(name: str) -> None:
    booking = BookingFactory(
        starts_at=NINE, client_name=name, schedule__joining="One, two; three\\four\nfive"
    )
    content = calendar_file(booking, method="REQUEST")
    lines = content.split(b"\r\n")
    assert lines[-1] == b""
    assert all(b"\n" not in line and b"\r" not in line and len(line) <= 75 for line in lines)
    event = event_of(content)
    assert str(event["description"]) == "One, two; three\\four\nfive"
    assert event["attendee"].params["CN"].replace("'", '"') == name.strip().replace("'", '"')


def test_J2_a_confirmed_consultation_is_a_request_in_utc(booking: Booking) -> None:
    confirm_booking(booking=booking)
    content = part_of("confirmed").get_payload(decode=True)
    event = event_of(content)
    assert Calendar.from_ical(content)["method"] == "REQUEST"
    assert (event["status"], event["sequence"]) == ("CONFIRMED", 0)
    assert b"DTSTART:20270301T090000Z\r\n" in content
    assert b"DTEND:20270301T093000Z\r\n" in content
    assert event["dtstamp"].dt - datetime.now(UTC) < timedelta(minutes=1)
    assert event["organizer"] == "MAILTO:consultations@attune.example"
    assert event["attendee"] == "MAILTO:olena@example.org"
    assert (event["attendee"].params["RSVP"], event["attendee"].params["PARTSTAT"]) == ("FALSE", "ACCEPTED")
    assert event["uid"] == f"{booking.uid}@localhost"


def test_J4_a_cancelled_one_takes_the_same_event_out_again(booking: Booking) -> None:
    confirm_booking(booking=booking)
    cancel_booking(booking=booking, actor="client")
    sent, taken_back = (
        event_of(part_of(kind).get_payload(decode=True)) for kind in ("confirmed", "cancelled")
    )
    assert Calendar.from_ical(part_of("cancelled").get_payload(decode=True))["method"] == "CANCEL"
    assert taken_back["status"] == "CANCELLED"
    assert taken_back["uid"] == sent["uid"]
    assert taken_back["sequence"] > sent["sequence"]
    assert taken_back["organizer"] == sent["organizer"]
    assert taken_back["dtstart"].dt == sent["dtstart"].dt


@pytest.mark.parametrize("sequence", [1, 2])
def test_J3_the_uid_stays_and_the_sequence_follows_the_booking(booking: Booking, sequence: int) -> None:
    Booking.objects.filter(pk=booking.pk).update(sequence=sequence)
    confirm_booking(booking=booking)
    event = event_of(part_of("confirmed").get_payload(decode=True))
    assert (event["uid"], event["sequence"]) == (f"{booking.uid}@localhost", sequence)


@pytest.mark.parametrize(("kind", "method"), [("confirmed", "REQUEST"), ("cancelled", "CANCEL")])
def test_J5_the_part_names_the_same_method_as_the_file(booking: Booking, kind: str, method: str) -> None:
    confirm_booking(booking=booking)
    cancel_booking(booking=booking, actor="client")
    part = part_of(kind)
    assert part.get_param("method") == method
    assert part.get_content_charset() == "utf-8"
    assert f"METHOD:{method}\r\n".encode() in part.get_payload(decode=True)
    assert part.get_filename() == "consultation.ics"


def test_J9_what_is_not_confirmed_has_no_calendar_file(booking: Booking) -> None:
    cancel_booking(booking=booking, actor="client")
    assert not Outbox.objects.exists()
    from booking import emails

    emails.confirm_address(booking, "token")
    parsed = Stored(Outbox.objects.get()).parsed()
    assert [part.get_content_type() for part in parsed.walk()] == [
        "multipart/alternative",
        "text/plain",
        "text/html",
    ]


@pytest.mark.parametrize("method", ["REQUEST", "CANCEL"])
@pytest.mark.parametrize("language", ["en", "uk", "de", "ar"])
def test_J10_H13_the_file_is_private_and_says_nothing_about_why(
    booking: Booking, method: str, language: str
) -> None:
    booking.client_language = language
    content = calendar_file(booking, method=method)
    event = event_of(content)
    assert event["class"] == "PRIVATE"
    assert NOTE.encode() not in content.replace(b"\r\n ", b"")
    assert booking.schedule.specialist.name not in str(event["summary"])
    assert len(str(event["summary"]).split()) <= 2
    assert ("description" in event) == (method == "REQUEST")
