"""E-mails that waited, when they leave: whether they are still true, and how they read now."""

from datetime import UTC, datetime, timedelta
from typing import Any

from django.core.mail import EmailMessage
from django.utils import timezone

from accounts.models import User
from accounts.notifications import wants
from booking import tokens
from booking.account import SPECIALIST_BOOKINGS
from booking.emails.messages import about_pause, to_client, to_specialist
from booking.models import ActionToken, Booking, Schedule
from core.mail.outbox import AS_WRITTEN, rewrites
from core.models import Outbox

Status = Booking.Status
REMINDERS = {"reminder_day": timedelta(hours=24), "reminder_hour": timedelta(hours=1)}
FRESH = timedelta(minutes=1)  # a mail that leaves so soon after it was written isn't written again
# Of what is over for good. These are true whenever they leave; after an erasure there is nothing to compare them with.
ENDS = {"declined", "expired", "expired_proposal", "cancelled"}
SPECIALIST_ENDS = {"specialist_expired", "specialist_expired_proposal", "specialist_cancelled"}


@rewrites("booking")
def rewrite(
    row: Outbox, *, booking: int, kind: str, sequence: int, start: str, more: dict[str, Any]
) -> EmailMessage | None:
    """A mail about a booking as it should read now, or None if it isn't so any more."""
    now = timezone.now()
    rows = Booking.objects.select_related("schedule__specialist__profession", "schedule__specialist__user")
    current = rows.filter(pk=booking).first()
    if current is None:
        return AS_WRITTEN if kind in ENDS | SPECIALIST_ENDS else None
    if not _is_true(current, kind, sequence, start, now):
        return None
    changed = current.sequence != sequence
    if not changed and max(row.created_at, row.due_at) == row.created_at and now - row.created_at < FRESH:
        return AS_WRITTEN
    user = current.schedule.specialist.user
    if kind.startswith("specialist_"):
        if user is None or (kind != "specialist_request" and not wants(user, SPECIALIST_BOOKINGS)):
            return None
        token = (
            tokens.issue(current, ActionToken.Purpose.SPECIALIST) if kind == "specialist_request" else None
        )
        return to_specialist(current, kind, token, **more)
    return to_client(current, kind, tokens.issue(current, ActionToken.Purpose.CLIENT), **more)


def _is_true(booking: Booking, kind: str, sequence: int, start: str, now: datetime) -> bool:
    """Whether a mail of this kind, written at that `sequence` and for that `start`, still says what is so."""
    is_same = booking.sequence == sequence and instant(booking.starts_at) == start
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
            return is_ahead and booking.status == Status.CONFIRMED and instant(booking.starts_at) == start
        case "confirmed" | "moved" | "specialist_confirmed" | "specialist_moved":
            is_ahead = booking.ends_at > now
            return is_ahead and booking.status == Status.CONFIRMED and instant(booking.starts_at) == start
        case "joining_changed":
            return is_same and booking.status == Status.CONFIRMED and booking.ends_at > now
    return True


def useful_until(booking: Booking, kind: str) -> datetime | None:
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


@rewrites("booking.paused")
def rewrite_pause(row: Outbox, *, schedule: int, user: int, kind: str, since: str) -> EmailMessage | None:
    """The mail about a pause as it should read now; None if the specialist offers consultations again."""
    paused = Schedule.objects.select_related("specialist").filter(pk=schedule).first()
    reader = User.objects.filter(pk=user, is_active=True).first()
    if paused is None or reader is None or instant(paused.paused_at) != since:
        return None
    return about_pause(paused.specialist, reader, kind)


def instant(moment: datetime | None) -> str:
    return moment.astimezone(UTC).isoformat() if moment else ""
