"""What the e-mails about a booking say, to whom, in which language and on which clock."""

import re
from datetime import timedelta
from email.message import EmailMessage
from typing import Any

import pytest
from django.utils import translation

from booking import emails
from booking.models import Booking
from core.mail.outbox import Stored
from core.models import Outbox
from tests.booking.conftest import NOW
from tests.factories.booking import BookingFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]

NOTE = "about my panic attacks"
TO_CLIENT: dict[str, Any] = {
    "confirm_address": lambda booking: emails.confirm_address(booking, "the-token"),
    "requested": emails.requested,
    "confirmed": lambda booking: emails.confirmed(booking, now=TOO_LATE_TO_REMIND),  # type: ignore[has-type]
    "moved": lambda booking: emails.moved(booking, now=TOO_LATE_TO_REMIND),  # type: ignore[has-type]
    "proposed": lambda booking: emails.proposed(booking, withdraw=False),
    "declined": emails.declined,
    "expired": emails.expired,
    "joining_changed": emails.joining_changed,
    "cancelled": lambda booking: emails.cancelled(booking, "client", withdraw=True),
    "cancelled_by_specialist": lambda booking: emails.cancelled(booking, "specialist", withdraw=True),
    "reminder_day": lambda booking: emails._tell_client(booking, "reminder_day"),
    "reminder_hour": lambda booking: emails._tell_client(booking, "reminder_hour"),
}
TO_SPECIALIST: dict[str, Any] = {
    "specialist_request": emails.ask_specialist,
    "specialist_confirmed": emails.tell_specialist,
    "specialist_moved": emails.tell_specialist_moved,
    "specialist_cancelled": lambda booking: emails.tell_specialist_cancelled(booking, "client"),
}
TOO_LATE_TO_REMIND = NOW + timedelta(hours=10, minutes=30)
KINDS: dict[str, Any] = {**TO_CLIENT, **TO_SPECIALIST}
LANGUAGES = ["en", "uk", "de", "ar"]


@pytest.fixture
def booking() -> Booking:
    """19:00 UTC on a Monday: 21:00 for the client in Kyiv, 04:00 on Tuesday for the specialist in Tokyo."""
    return BookingFactory(
        starts_at=NOW + timedelta(hours=11),
        client_name="Robin Reader",
        client_time_zone="Europe/Kyiv",
        note=NOTE,
        schedule__time_zone="Asia/Tokyo",
        schedule__specialist__name="Dr. Vera Example",
        answer_by=NOW + timedelta(hours=9),
        hold_expires_at=NOW + timedelta(minutes=15),
    )


def sent(kind: str, booking: Booking, language: str = "en") -> EmailMessage:
    booking.client_language = booking.schedule.specialist.user.language = language
    KINDS[kind](booking)
    reader = booking.client_email if kind in TO_CLIENT else booking.schedule.specialist.user.email
    return Stored(Outbox.objects.get(recipients=[reader])).parsed()


def texts(message: EmailMessage) -> list[str]:
    """The plain text and the HTML."""
    bodies = [message.get_body((kind,)) for kind in ("plain", "html")]
    assert all(bodies)
    return [body.get_content() for body in bodies if body]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", KINDS)
def test_a_mail_is_for_its_reader_alone_and_in_their_language(
    booking: Booking, kind: str, language: str
) -> None:
    with translation.override("de"):  # whoever caused it reads German
        message = sent(kind, booking, language)
    reader = booking.client_email if kind in TO_CLIENT else booking.schedule.specialist.user.email
    assert message["To"] == reader
    assert message["Cc"] is message["Bcc"] is None
    direction = "rtl" if language == "ar" else "ltr"
    html = texts(message)[1]
    assert f'lang="{language}"' in html
    assert f'dir="{direction}"' in html
    assert f"http://localhost:8000/{language}/" in texts(message)[0]


@pytest.mark.parametrize("kind", KINDS)
def test_a_mail_tells_the_time_on_its_readers_clock(booking: Booking, kind: str) -> None:
    for text in texts(sent(kind, booking)):
        if kind in TO_CLIENT:
            assert "1 March" in text
            assert re.search(r"9:00.p\.?m\.?|21:00", text)
            assert "Kyiv" in text
            assert "UTC+02:00" in text
        else:
            assert "2 March" in text
            assert re.search(r"\b0?4:00", text)
            assert "Tokyo" in text
            assert "UTC+09:00" in text


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", KINDS)
def test_H13_a_subject_is_neutral_and_a_note_is_in_no_mail(
    booking: Booking, kind: str, language: str
) -> None:
    message = sent(kind, booking, language)
    subject = message["Subject"]
    assert 0 < len(subject) <= 70
    for word in ("Robin", "Vera", "Dr.", "panic", "psych", "therap", "March", "mental"):
        assert word.lower() not in subject.lower()
    for part in message.walk():
        if not part.is_multipart():
            assert NOTE not in (part.get_payload(decode=True) or b"").decode()  # type: ignore[union-attr]
    for row in Outbox.objects.all():
        assert NOTE.encode() not in bytes(row.raw)


@pytest.mark.parametrize("kind", TO_SPECIALIST)
def test_a_mail_to_the_specialist_does_not_say_who_the_client_is(booking: Booking, kind: str) -> None:
    for text in texts(sent(kind, booking)):
        assert "Robin" not in text
        assert booking.client_email not in text


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", KINDS)
def test_every_link_leads_to_the_site_or_to_how_to_join(booking: Booking, kind: str, language: str) -> None:
    for text in texts(sent(kind, booking, language)):
        for url in re.findall(r"https?://[^\s\"<>]+", text):
            assert url.startswith(("http://localhost:8000/", booking.schedule.joining)), url
            if "localhost" in url:
                assert url.startswith(f"http://localhost:8000/{language}/")


def test_the_first_thing_to_do_with_a_confirmed_consultation_is_to_cancel_it(booking: Booking) -> None:
    plain, html = texts(sent("confirmed", booking))
    assert plain.split("http")[1].strip().split()[0].endswith("/cancel/")
    assert re.findall(r"http://localhost:8000/en/bookings/[^\s\"<>]+", html)[0].endswith("/cancel/")


def test_how_to_join_is_told_when_it_is_confirmed_and_not_before(booking: Booking) -> None:
    for kind, told in (("confirm_address", False), ("cancelled", False), ("confirmed", True)):
        for text in texts(sent(kind, booking)):
            assert (booking.schedule.joining in text) is told
        Outbox.objects.all().delete()


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", KINDS)
def test_the_last_line_says_where_help_is_when_it_cannot_wait(
    booking: Booking, kind: str, language: str
) -> None:
    plain, html = texts(sent(kind, booking, language))
    assert plain.rstrip().splitlines()[-1].endswith(f"http://localhost:8000/{language}/help-now/")
    assert re.findall(r"http://localhost:8000[^\s\"<>]+", html)[-1].endswith(f"/{language}/help-now/")


def test_a_mail_goes_out_once_however_often_it_is_asked_for(booking: Booking) -> None:
    for _ in range(3):
        emails.confirmed(booking, now=TOO_LATE_TO_REMIND)
    assert Outbox.objects.count() == 1
