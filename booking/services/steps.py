"""What every service is made of: one transaction, locks in one order, and one conditional UPDATE a step."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import wraps
from typing import Any, ParamSpec, TypeVar

from django.db import IntegrityError, OperationalError, connection, transaction
from django.utils import timezone
from psycopg.errors import DeadlockDetected, LockNotAvailable

from booking.errors import AlreadyBooked, Busy, ClientBusy, KeyReused, SlotTaken, Stale
from booking.models import Booking, BookingEvent, Schedule
from core.i18n.zones import load_zone
from core.locks import NoPlace

P = ParamSpec("P")
R = TypeVar("R")

LOCK_TIMEOUT = "2s"
TRIES = 2
Status = Booking.Status
Actor = BookingEvent.Actor
Kind = BookingEvent.Kind


def in_transaction(service: Callable[P, R]) -> Callable[P, R]:
    """Run a service in one READ COMMITTED transaction, and again when it lost a fight for locks.

    Raises Busy after two lost fights, or at once where as many wait as may (core.locks). A snapshot taken before the
    locks would let the check below read old rows (booking rule F17), so a stricter isolation level, or an outer
    transaction's, is refused.
    """

    @wraps(service)
    def run(*args: P.args, **kwargs: P.kwargs) -> R:
        for attempt in range(1, TRIES + 1):
            try:
                with transaction.atomic():
                    with connection.cursor() as cursor:
                        cursor.execute(
                            "SELECT set_config('lock_timeout', %s, true), current_setting('transaction_isolation')",
                            [LOCK_TIMEOUT],
                        )
                        _timeout, isolation = cursor.fetchone()
                    if isolation != "read committed":
                        raise RuntimeError(f"Bookings need READ COMMITTED, not {isolation}.")
                    return service(*args, **kwargs)
            except NoPlace as error:
                raise Busy from error
            except OperationalError as error:
                if not isinstance(error.__cause__, LockNotAvailable | DeadlockDetected):
                    raise
                if attempt == TRIES:
                    raise Busy from error
        raise AssertionError("unreachable")

    return run


def constraint_name(error: IntegrityError) -> str:
    """The name of the constraint that PostgreSQL says was violated, or an empty text."""
    diagnostics = getattr(error.__cause__, "diag", None)
    return getattr(diagnostics, "constraint_name", None) or ""


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


def lock_client(client_key: bytes) -> None:
    """Let nobody else book or move for this client until the commit. Always before `lock_booking`: no deadlocks."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_advisory_xact_lock(%s)", [int.from_bytes(client_key[:8], "big", signed=True)]
        )


def lock_booking(booking: Booking) -> Booking:
    """The booking as it is now, its schedule's row and its own locked: nothing about either changes until the commit.

    Everybody locks the client first, then the schedule, then the rest: no deadlocks.
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
