"""Every e-mail about a booking: an outbox row in the recipient's language and on the recipient's clock.

Subjects say nothing that a stranger over the shoulder may not read, and no mail carries the client's note, answers
or anybody's reasons.
"""

from datetime import datetime, timedelta, tzinfo
from email.encoders import encode_base64
from email.mime.base import MIMEBase
from typing import Any

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.urls import reverse
from django.utils import timezone, translation

from accounts.models import User
from accounts.notifications import wants
from accounts.roles import MODERATORS
from booking import tokens
from booking.account import SPECIALIST_BOOKINGS
from booking.calendars import calendar_file
from booking.models import ActionToken, Booking, BookingEvent, Schedule
from core.letters import compose
from core.mail import enqueue
from core.models import Outbox
from core.zones import load_zone

Actor = BookingEvent.Actor
REMINDERS = {"reminder_day": timedelta(hours=24), "reminder_hour": timedelta(hours=1)}

# --- To the client ----------------------------------------------------------------------------------------------


def confirm_address(booking: Booking, token: str) -> None:
    """Asks the client to confirm; the link opens a page, and only its button acts."""
    _tell_client(booking, "confirm_address", token=token)


def requested(booking: Booking, *, withdraw: bool = False) -> None:
    """Says that the specialist answers next. `withdraw`: a calendar file takes the earlier appointment out."""
    _tell_client(booking, "requested", method="CANCEL" if withdraw else None)


def confirmed(booking: Booking, *, now: datetime) -> None:
    """Tells the client that it is settled, with the calendar file; reminders are planned."""
    _tell_client(booking, "confirmed", method="REQUEST")
    _remind(booking, now)


def moved(booking: Booking, *, now: datetime) -> None:
    """Tells the client the new time, with the calendar file; reminders are planned anew."""
    _tell_client(booking, "moved", method="REQUEST")
    _remind(booking, now)


def proposed(booking: Booking, *, withdraw: bool) -> None:
    """Asks the client whether the time suits that the specialist proposes."""
    _tell_client(booking, "proposed", method="CANCEL" if withdraw else None)


def declined(booking: Booking) -> None:
    """Says kindly that it isn't possible, and who else is there."""
    _tell_client(booking, "declined", method="CANCEL" if booking.sequence else None)


def expired(booking: Booking) -> None:
    """Says that nobody answered in time, and who else is there."""
    _tell_client(booking, "expired", method="CANCEL" if booking.sequence else None)


def cancelled(booking: Booking, actor: str, *, withdraw: bool) -> None:
    """Tells the client that it is off, and by whom; a calendar that has it takes it out again."""
    _tell_client(booking, "cancelled", method="CANCEL" if withdraw else None, cancelled_by=actor)


def not_booked(client: Any, specialist: Any) -> None:
    """Tells the owner of an address, and nobody else, why a booking under it came to nothing.

    `client` are a `ClientDetails`; the page that they came from says the same as ever.
    """
    enqueue(why_not_booked(client.name, client.email, client.language, specialist.slug))


def why_not_booked(name: str, email: str, language: str, slug: str) -> EmailMultiAlternatives:
    """That mail. Nothing is written."""
    with translation.override(language):
        context = {"name": name, "book_url": _address("specialist_book", slug)}
    return compose("emails/booking/not_booked", to=email, language=language, context=context)


def drop_reminders(booking: Booking) -> None:
    """Send none of the reminders that are still waiting: what they say is no longer true."""
    mine = Outbox.objects.filter(dedupe_key__startswith=f"{booking.uid}:", state=Outbox.State.PENDING)
    for kind in REMINDERS:
        mine.filter(dedupe_key__endswith=f":{kind}").update(state=Outbox.State.CANCELLED)


def _remind(booking: Booking, now: datetime) -> None:
    """Plan a reminder a day and an hour before, in place of earlier ones; those whose time has passed are left out."""
    drop_reminders(booking)
    for kind, before in REMINDERS.items():
        due_at = booking.starts_at - before
        if due_at > now:
            _tell_client(booking, kind, due_at=due_at)


# --- To the specialist and the moderators -------------------------------------------------------------------------


def ask_specialist(booking: Booking) -> None:
    """Asks the specialist for an answer; the link opens a page, and only its buttons act. Nobody can turn it off."""
    if booking.schedule.specialist.user is not None:
        token = tokens.issue(booking, ActionToken.Purpose.SPECIALIST)
        _send(booking, "specialist_request", to_specialist(booking, "specialist_request", token))


def tell_specialist(booking: Booking) -> None:
    _tell_specialist(booking, "specialist_confirmed")


def tell_specialist_moved(booking: Booking) -> None:
    _tell_specialist(booking, "specialist_moved")


def tell_specialist_cancelled(booking: Booking, actor: str) -> None:
    _tell_specialist(booking, "specialist_cancelled", cancelled_by=actor)


def tell_paused(schedule: Schedule) -> None:
    """Tells the specialist and the moderators that missed requests have paused the free consultations."""
    moderators = User.objects.filter(groups__name=MODERATORS, is_active=True)
    readers = [(user, "moderator_paused") for user in moderators]
    if schedule.specialist.user is not None:
        readers.insert(0, (schedule.specialist.user, "specialist_paused"))
    for user, kind in readers:
        key = f"paused:{schedule.pk}:{schedule.paused_at:%Y%m%dT%H%M%S}:{user.pk}"
        enqueue(about_pause(schedule.specialist, user, kind), key=key)


def about_pause(specialist: Any, user: Any, kind: str) -> EmailMultiAlternatives:
    """The mail of this kind for `user`. Nothing is written."""
    with translation.override(user.language):
        url = settings.SITE_URL + reverse("account_home")
    context = {"specialist": specialist, "name": user.get_short_name(), "url": url}
    return compose(f"emails/booking/{kind}", to=user.email, language=user.language, context=context)


# --- How they are written -----------------------------------------------------------------------------------------


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


def _tell_client(
    booking: Booking, kind: str, *, token: str | None = None, due_at: datetime | None = None, **more: Any
) -> None:
    token = token or tokens.issue(booking, ActionToken.Purpose.CLIENT)
    _send(booking, kind, to_client(booking, kind, token, **more), due_at=due_at)


def _tell_specialist(booking: Booking, kind: str, **more: Any) -> None:
    user = booking.schedule.specialist.user
    if user is not None and wants(user, SPECIALIST_BOOKINGS):
        _send(booking, kind, to_specialist(booking, kind, **more))


def _address(name: str, part: str) -> str:
    return settings.SITE_URL + reverse(name, args=[part])


def _compose(
    booking: Booking, kind: str, to: str, language: str, zone: tzinfo | None, context: dict[str, Any]
) -> EmailMultiAlternatives:
    with translation.override(language), timezone.override(zone):
        context = {
            **context,
            "booking": booking,
            "specialist": booking.schedule.specialist,
            "starts_at": booking.starts_at.astimezone(zone),
            "answer_by": booking.answer_by.astimezone(zone) if booking.answer_by else None,
            "time_zone": str(zone),
            "hold_minutes": int(settings.BOOKING_HOLD.total_seconds() // 60),
            "organizer": settings.BOOKING_ORGANIZER,
        }
        return compose(f"emails/booking/{kind}", to=to, language=language, context=context)


def _send(
    booking: Booking, kind: str, message: EmailMultiAlternatives | None, *, due_at: datetime | None = None
) -> None:
    if message is not None:
        enqueue(message, key=f"{booking.uid}:{booking.sequence}:{kind}", due_at=due_at)


def _attach_calendar(message: EmailMultiAlternatives, content: bytes, method: str) -> None:
    """Attach the file as `text/calendar` whose `method` is the one inside it: calendars compare the two."""
    part = MIMEBase("text", "calendar", method=method, charset="utf-8")
    part.set_payload(content)
    encode_base64(part)
    part.add_header("Content-Disposition", "attachment", filename="consultation.ics")
    message.attach(part)
