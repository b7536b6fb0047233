"""What every service is made of: one transaction, locks in one order, and one conditional UPDATE a step."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from django.db import IntegrityError
from django.utils import timezone

from booking.errors import AlreadyBooked, Busy, ClientBusy, KeyReused, SlotTaken, Stale
from booking.models import Booking, BookingEvent, Schedule
from core.i18n.zones import load_zone
from core.transactions import constraint_name, in_transaction_or

Status = Booking.Status
Actor = BookingEvent.Actor
Kind = BookingEvent.Kind
# What every service runs in. A snapshot taken before the locks would let it read old rows (booking rule F17).
in_transaction = in_transaction_or(Busy)


REFUSALS: dict[str, type[Exception]] = {
    Booking.NO_OVERLAP: SlotTaken,
    Booking.CLIENT_NO_OVERLAP: ClientBusy,
    Booking.ONE_PER_PAIR: AlreadyBooked,
    Booking.ONE_PER_KEY: KeyReused,  # at the same moment, with another address or specialist
}


def refused(error: IntegrityError) -> Exception:
    """What a violated constraint means to people; the error itself if it is none of ours."""
    refusal = REFUSALS.get(constraint_name(error))
    return refusal() if refusal else error


def lock_booking(booking: Booking) -> Booking:
    """The booking as it is now, its schedule's row and its own locked: nothing about either changes until the commit.

    Everybody locks the client first (core.mail.keys), then the schedule, then the rest: no deadlocks.
    """
    Schedule.objects.select_for_update(no_key=True).get(pk=booking.schedule_id)
    return (
        Booking.objects.select_for_update(no_key=True, of=("self",))
        .select_related("schedule__specialist__profession", "schedule__specialist__user")
        .get(pk=booking.pk)
    )


def step(
    booking: Booking,
    *,
    to: str,
    allowed: Sequence[str],
    actor: str,
    kind: str = Kind.STATUS,
    **changes: Any,
) -> None:
    """Take one step of a booking's life: one conditional UPDATE on status and sequence, and its event.

    `allowed` are the states it may come from, `changes` other fields that change with it. Raises Stale if the row
    is not as it was read, IntegrityError if a constraint stands in the way; then neither row nor object changed.
    """
    was = booking.status
    fields = {"hold_expires_at": None, "answer_by": None, "awaits_client": False, **changes, "status": to}
    rows = Booking.objects.filter(pk=booking.pk, status__in=allowed, sequence=booking.sequence)
    if not rows.update(updated_at=timezone.now(), **fields):
        raise Stale
    for name, value in fields.items():
        setattr(booking, name, value)
    record(booking, was, actor, kind)


@dataclass(frozen=True)
class Shown:
    """What a page said about a booking when somebody pressed its button."""

    start: datetime
    sequence: int

    @classmethod
    def of(cls, booking: Booking) -> "Shown":
        return cls(booking.starts_at, booking.sequence)


def require_shown(booking: Booking, shown: Shown | None) -> None:
    """Raise Stale if the (locked) booking isn't what the page showed. None: nobody was shown anything, it's a rule."""
    if shown is not None and shown != Shown.of(booking):
        raise Stale


def require_start(booking: Booking, shown: Shown | None) -> None:
    """Raise Stale if the booking has another start than the page showed: for an answer that it already has."""
    if shown is not None and shown.start != booking.starts_at:
        raise Stale


def record(booking: Booking, was: str, actor: str, kind: str = Kind.STATUS) -> None:
    BookingEvent.objects.create(
        booking=booking,
        kind=kind,
        from_status=was,
        to_status=booking.status,
        actor=actor,
        sequence=booking.sequence,
        starts_at=booking.starts_at,
    )


def wall_clock(moment: datetime, time_zone: str) -> str:
    """What the clock in `time_zone` shows at `moment`, with its offset, for the record."""
    return f"{moment.astimezone(load_zone(time_zone) or UTC).isoformat(timespec='minutes')} {time_zone}"
