"""The e-mails themselves, as their recipient reads them. Nothing is written to the database."""

from datetime import tzinfo
from email.encoders import encode_base64
from email.mime.base import MIMEBase
from typing import Any

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.urls import reverse
from django.utils import timezone, translation

from booking.calendars import calendar_file
from booking.models import Booking
from core.i18n.zones import load_zone
from core.mail.messages import compose
from core.users import User


def to_client(
    booking: Booking, kind: str, token: str, *, method: str | None = None, **more: Any
) -> EmailMultiAlternatives:
    """The mail of this kind for the client, with a calendar file if `method` says which. Nothing is written."""
    zone = load_zone(booking.client_time_zone) or load_zone(booking.schedule.time_zone)
    with translation.override(booking.client_language):
        context: dict[str, Any] = {
            "name": booking.client_name,
            "url": _address("booking", token),
            "confirm_url": _address("booking_confirm", token),
            "cancel_url": _address("booking_cancel", token),
            "book_url": _address("specialist_book", booking.schedule.specialist.slug),
            "others_url": f"{settings.SITE_URL}/{booking.client_language}/specialists/?free=1",
            **more,
        }
    message = _compose(booking, kind, booking.client_email, booking.client_language, zone, context)
    if method:
        _attach_calendar(message, calendar_file(booking, method=method), method)
    return message


def to_specialist(
    booking: Booking, kind: str, token: str | None = None, **more: Any
) -> EmailMultiAlternatives | None:
    """The mail of this kind for the specialist, or None if they have no account. Nothing is written."""
    specialist = booking.schedule.specialist
    if specialist.user is None:
        return None
    with translation.override(specialist.user.language):
        context = {
            "name": specialist.name,
            "url": settings.SITE_URL + reverse("specialist_consultations"),
            "answer_url": _address("booking_answer", token) if token else "",
            **more,
        }
    zone = load_zone(booking.schedule.time_zone)
    return _compose(booking, kind, specialist.user.email, specialist.user.language, zone, context)


def about_pause(specialist: Any, user: User, kind: str) -> EmailMultiAlternatives:
    """The mail of this kind for `user`. Nothing is written."""
    with translation.override(user.language):
        url = settings.SITE_URL + reverse("account_home")
    context = {"specialist": specialist, "name": user.get_short_name(), "url": url}
    return compose(f"emails/booking/{kind}", to=user.email, language=user.language, context=context)


def why_not_booked(name: str, email: str, language: str, slug: str) -> EmailMultiAlternatives:
    """That a booking under this address came to nothing, for its owner. Nothing is written."""
    with translation.override(language):
        context = {"name": name, "book_url": _address("specialist_book", slug)}
    return compose("emails/booking/not_booked", to=email, language=language, context=context)


def _address(name: str, part: str) -> str:
    return settings.SITE_URL + reverse(name, args=[part])


def _compose(
    booking: Booking, kind: str, to: str, language: str, zone: tzinfo | None, context: dict[str, Any]
) -> EmailMultiAlternatives:
    with translation.override(language), timezone.override(zone):
        context = {
            "is_tomorrow": _days_ahead(booking, zone) == 1,
            **context,
            "booking": booking,
            "specialist": booking.schedule.specialist,
            "starts_at": booking.starts_at.astimezone(zone),
            "answer_by": booking.answer_by.astimezone(zone) if booking.answer_by else None,
            "time_zone": str(zone),
            "hold_until": booking.hold_expires_at.astimezone(zone) if booking.hold_expires_at else None,
            "organizer": settings.BOOKING_ORGANIZER,
        }
        return compose(f"emails/booking/{kind}", to=to, language=language, context=context)


def _days_ahead(booking: Booking, zone: tzinfo | None) -> int:
    """How many midnights on the clock of `zone` are between now and the start."""
    return (booking.starts_at.astimezone(zone).date() - timezone.now().astimezone(zone).date()).days


def _attach_calendar(message: EmailMultiAlternatives, content: bytes, method: str) -> None:
    """Attach the file as `text/calendar` whose `method` is the one inside it: calendars compare the two."""
    part = MIMEBase("text", "calendar", method=method, charset="utf-8")
    part.set_payload(content)
    encode_base64(part)
    part.add_header("Content-Disposition", "attachment", filename="consultation.ics")
    message.attach(part)
