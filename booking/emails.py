"""Every e-mail about a booking: an outbox row in the recipient's language and on the recipient's clock.

Subjects say nothing that a stranger over the shoulder may not read, and no mail carries the client's note.
"""

from datetime import tzinfo
from email.encoders import encode_base64
from email.mime.base import MIMEBase
from typing import Any

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.urls import reverse
from django.utils import timezone, translation

from accounts.notifications import wants
from booking.account import SPECIALIST_BOOKINGS
from booking.calendars import calendar_file
from booking.models import Booking
from core.letters import compose
from core.mail import enqueue
from core.zones import load_zone

# What the calendar file says, in the mails that carry one.
METHODS = {"confirmed": "REQUEST", "cancelled": "CANCEL"}


def confirm_address(booking: Booking, token: str) -> None:
    """Asks the client to confirm; the link opens a page, and only its button acts."""
    _send(booking, "confirm_address", to_client(booking, "confirm_address", token))


def confirmed(booking: Booking, token: str) -> None:
    """Tells the client that it is settled, with the calendar file."""
    _send(booking, "confirmed", to_client(booking, "confirmed", token))


def cancelled(booking: Booking) -> None:
    """Tells the client that it is off, with the calendar file that takes it out again."""
    _send(booking, "cancelled", to_client(booking, "cancelled"))


def tell_specialist(booking: Booking) -> None:
    _send(booking, "specialist_confirmed", to_specialist(booking, "specialist_confirmed"))


def tell_specialist_cancelled(booking: Booking) -> None:
    _send(booking, "specialist_cancelled", to_specialist(booking, "specialist_cancelled"))


def to_client(booking: Booking, kind: str, token: str | None = None) -> EmailMultiAlternatives:
    """The mail of this kind for the client. Nothing is written."""
    zone = load_zone(booking.client_time_zone) or load_zone(booking.schedule.time_zone)
    with translation.override(booking.client_language):
        context: dict[str, Any] = {
            "name": booking.client_name,
            "book_url": settings.SITE_URL
            + reverse("specialist_book", args=[booking.schedule.specialist.slug]),
        }
        if token:
            context["url"] = _address("booking", token)
            context["confirm_url"] = _address("booking_confirm", token)
            context["cancel_url"] = _address("booking_cancel", token)
    message = _compose(booking, kind, booking.client_email, booking.client_language, zone, context)
    if method := METHODS.get(kind):
        _attach_calendar(message, calendar_file(booking, method=method), method)
    return message


def to_specialist(booking: Booking, kind: str) -> EmailMultiAlternatives | None:
    """The mail of this kind for the specialist, or None if they have no account. Nothing is written."""
    specialist = booking.schedule.specialist
    if specialist.user is None or not wants(specialist.user, SPECIALIST_BOOKINGS):
        return None
    with translation.override(specialist.user.language):
        context = {"name": specialist.name, "url": settings.SITE_URL + reverse("account_home")}
    zone = load_zone(booking.schedule.time_zone)
    return _compose(booking, kind, specialist.user.email, specialist.user.language, zone, context)


def _address(name: str, token: str) -> str:
    return settings.SITE_URL + reverse(name, args=[token])


def _compose(
    booking: Booking, kind: str, to: str, language: str, zone: tzinfo | None, context: dict[str, Any]
) -> EmailMultiAlternatives:
    with translation.override(language), timezone.override(zone):
        context = {
            **context,
            "booking": booking,
            "specialist": booking.schedule.specialist,
            "starts_at": booking.starts_at.astimezone(zone),
            "time_zone": str(zone),
            "hold_minutes": int(settings.BOOKING_HOLD.total_seconds() // 60),
            "organizer": settings.BOOKING_ORGANIZER,
        }
        return compose(f"emails/booking/{kind}", to=to, language=language, context=context)


def _send(booking: Booking, kind: str, message: EmailMultiAlternatives | None) -> None:
    if message is not None:
        enqueue(message, key=f"{booking.uid}:{booking.sequence}:{kind}")


def _attach_calendar(message: EmailMultiAlternatives, content: bytes, method: str) -> None:
    """Attach the file as `text/calendar` whose `method` is the one inside it: calendars compare the two."""
    part = MIMEBase("text", "calendar", method=method, charset="utf-8")
    part.set_payload(content)
    encode_base64(part)
    part.add_header("Content-Disposition", "attachment", filename="consultation.ics")
    message.attach(part)
