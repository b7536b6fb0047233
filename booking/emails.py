"""Every e-mail about a booking: an outbox row in the recipient's language and on the recipient's clock.

Subjects say nothing that a stranger over the shoulder may not read, and no mail carries the client's note, answers
or anybody's reasons. What waits to be sent is looked at once more when it is (`rewrite`): reminders wait for weeks, and
a mail queue may stand still for a day.
"""

from datetime import UTC, datetime, timedelta, tzinfo
from email.encoders import encode_base64
from email.mime.base import MIMEBase
from typing import Any

from django.conf import settings
from django.core.mail import EmailMessage, EmailMultiAlternatives
from django.urls import reverse
from django.utils import timezone, translation

from accounts.models import User
from accounts.notifications import wants
from accounts.roles import MODERATORS
from booking import tokens
from booking.account import SPECIALIST_BOOKINGS
from booking.calendars import calendar_file
from booking.models import ActionToken, Booking, BookingEvent, Schedule
from core.i18n.zones import load_zone
from core.mail.messages import compose
from core.mail.outbox import AS_WRITTEN, enqueue, rewrites
from core.models import Outbox

Actor = BookingEvent.Actor
Status = Booking.Status
REMINDERS = {"reminder_day": timedelta(hours=24), "reminder_hour": timedelta(hours=1)}
FRESH = timedelta(minutes=1)  # a mail that leaves so soon after it was written isn't written again
# Of what is over for good. These are true whenever they leave; after an erasure there is nothing to compare them with.
ENDS = {"declined", "expired", "expired_proposal", "cancelled"}
SPECIALIST_ENDS = {"specialist_expired", "specialist_expired_proposal", "specialist_cancelled"}

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


def joining_changed(booking: Booking) -> None:
    """Tells the client how to join now; the calendar file has it too."""
    _tell_client(booking, "joining_changed", method="REQUEST")


def expired(booking: Booking) -> None:
    """Tells both sides that a request, or a proposal, has ended, and who it was that didn't answer in time."""
    proposal = "_proposal" if booking.awaits_client else ""
    _tell_client(booking, f"expired{proposal}", method="CANCEL" if booking.sequence else None)
    _tell_specialist(booking, f"specialist_expired{proposal}")


def cancelled(booking: Booking, actor: str, *, withdraw: bool) -> None:
    """Tells the client that it is off, and by whom; a calendar that has it takes it out again."""
    _tell_client(booking, "cancelled", method="CANCEL" if withdraw else None, cancelled_by=actor)


def not_booked(client: Any, specialist: Any) -> None:
    """Tells the owner of an address, and nobody else, why a booking under it came to nothing.

    `client` are a `ClientDetails`; the page that they came from says the same as ever.
    """
    message = why_not_booked(client.name, client.email, client.language, specialist.slug)
    enqueue(message, expires_at=timezone.now() + timedelta(days=1))


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
            _tell_client(booking, kind, due_at=due_at)  # as it would read now; `rewrite` makes it true then


# --- To the specialist and the moderators -------------------------------------------------------------------------


def ask_specialist(booking: Booking) -> None:
    """Asks the specialist for an answer; the link opens a page, and only its buttons act. Nobody can turn it off."""
    if booking.schedule.specialist.user is not None:
        token = tokens.issue(booking, ActionToken.Purpose.SPECIALIST)
        _send(booking, "specialist_request", to_specialist(booking, "specialist_request", token), {})


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
        about = {
            "schedule": schedule.pk,
            "user": user.pk,
            "kind": kind,
            "since": _instant(schedule.paused_at),
        }
        enqueue(about_pause(schedule.specialist, user, kind), key=key, rewriter="booking.paused", about=about)


def about_pause(specialist: Any, user: Any, kind: str) -> EmailMultiAlternatives:
    """The mail of this kind for `user`. Nothing is written."""
    with translation.override(user.language):
        url = settings.SITE_URL + reverse("account_home")
    context = {"specialist": specialist, "name": user.get_short_name(), "url": url}
    return compose(f"emails/booking/{kind}", to=user.email, language=user.language, context=context)


@rewrites("booking.paused")
def rewrite_pause(row: Outbox, *, schedule: int, user: int, kind: str, since: str) -> EmailMessage | None:
    """That mail as it should read now; None if the specialist offers consultations again."""
    paused = Schedule.objects.select_related("specialist").filter(pk=schedule).first()
    reader = User.objects.filter(pk=user, is_active=True).first()
    if paused is None or reader is None or _instant(paused.paused_at) != since:
        return None
    return about_pause(paused.specialist, reader, kind)


# --- When they leave ----------------------------------------------------------------------------------------------


@rewrites("booking")
def rewrite(
    row: Outbox, *, booking: int, kind: str, sequence: int, start: str, more: dict[str, Any]
) -> EmailMessage | None:
    """A mail about a booking as it should read now, or None if it isn't so any more."""
    now = timezone.now()
    rows = Booking.objects.select_related("schedule__specialist__profession", "schedule__specialist__user")
    found = rows.filter(pk=booking).first()
    if found is None:
        return AS_WRITTEN if kind in ENDS | SPECIALIST_ENDS else None
    if not _is_true(found, kind, sequence, start, now):
        return None
    changed = found.sequence != sequence
    if not changed and max(row.created_at, row.due_at) == row.created_at and now - row.created_at < FRESH:
        return AS_WRITTEN
    user = found.schedule.specialist.user
    if kind.startswith("specialist_"):
        if user is None or (kind != "specialist_request" and not wants(user, SPECIALIST_BOOKINGS)):
            return None
        token = tokens.issue(found, ActionToken.Purpose.SPECIALIST) if kind == "specialist_request" else None
        return to_specialist(found, kind, token, **more)
    return to_client(found, kind, tokens.issue(found, ActionToken.Purpose.CLIENT), **more)


def _is_true(booking: Booking, kind: str, sequence: int, start: str, now: datetime) -> bool:
    """Whether a mail of this kind, written at that `sequence` and for that `start`, still says what is so."""
    is_same = booking.sequence == sequence and _instant(booking.starts_at) == start
    is_answerable = (
        is_same
        and booking.status == Status.REQUESTED
        and (booking.answer_by is None or booking.answer_by > now)
    )
    match kind:
        case "confirm_address":
            held_until = booking.hold_expires_at
            return booking.status == Status.HELD and held_until is not None and held_until > now
        case "requested" | "specialist_request":
            return is_answerable and not booking.awaits_client
        case "proposed":
            return is_answerable and booking.awaits_client
        case "reminder_day" | "reminder_hour":
            # A changed way to join is a later sequence of the same appointment.
            is_ahead = booking.starts_at > now
            return is_ahead and booking.status == Status.CONFIRMED and _instant(booking.starts_at) == start
        case "confirmed" | "moved" | "specialist_confirmed" | "specialist_moved":
            is_ahead = booking.ends_at > now
            return is_ahead and booking.status == Status.CONFIRMED and _instant(booking.starts_at) == start
        case "joining_changed":
            return is_same and booking.status == Status.CONFIRMED and booking.ends_at > now
    return True


def _useful_until(booking: Booking, kind: str) -> datetime | None:
    """From when on a mail of this kind is no longer worth sending; None if it always is."""
    match kind:
        case "confirm_address":
            return booking.hold_expires_at
        case "requested" | "proposed" | "specialist_request":
            return booking.answer_by
        case "reminder_day":  # then the next one is due
            return booking.starts_at - REMINDERS["reminder_hour"]
        case "reminder_hour":
            return booking.starts_at
        case "confirmed" | "moved" | "joining_changed" | "specialist_confirmed" | "specialist_moved":
            return booking.ends_at
    return None


def _instant(moment: datetime | None) -> str:
    return moment.astimezone(UTC).isoformat() if moment else ""


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
    _send(booking, kind, to_client(booking, kind, token, **more), more, due_at=due_at)


def _tell_specialist(booking: Booking, kind: str, **more: Any) -> None:
    user = booking.schedule.specialist.user
    if user is not None and wants(user, SPECIALIST_BOOKINGS):
        _send(booking, kind, to_specialist(booking, kind, **more), more)


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


def _send(
    booking: Booking,
    kind: str,
    message: EmailMultiAlternatives | None,
    more: dict[str, Any],
    *,
    due_at: datetime | None = None,
) -> None:
    if message is None:
        return
    enqueue(
        message,
        key=f"{booking.uid}:{booking.sequence}:{kind}",
        due_at=due_at,
        expires_at=_useful_until(booking, kind),
        rewriter="booking",
        about={
            "booking": booking.pk,
            "kind": kind,
            "sequence": booking.sequence,
            "start": _instant(booking.starts_at),
            "more": more,
        },
    )


def _attach_calendar(message: EmailMultiAlternatives, content: bytes, method: str) -> None:
    """Attach the file as `text/calendar` whose `method` is the one inside it: calendars compare the two."""
    part = MIMEBase("text", "calendar", method=method, charset="utf-8")
    part.set_payload(content)
    encode_base64(part)
    part.add_header("Content-Disposition", "attachment", filename="consultation.ics")
    message.attach(part)
