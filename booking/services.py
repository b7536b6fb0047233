"""Everything that writes bookings. Each function is one transaction, its e-mails included."""

import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import wraps
from typing import Any, ParamSpec, TypeVar

from django.conf import settings
from django.db import IntegrityError, OperationalError, connection, transaction
from django.db.models import Q
from django.utils import timezone
from psycopg.errors import DeadlockDetected, LockNotAvailable

from booking import emails, tokens
from booking.availability import is_free
from booking.errors import (
    AlreadyBooked,
    Busy,
    ClientBusy,
    HoldExpired,
    KeyReused,
    SlotTaken,
    SlotUnavailable,
    Stale,
)
from booking.models import DURATION, Booking, BookingEvent, Schedule
from booking.slots import read_hours, refresh_next_slots
from booking.zones import load_zone
from directory.models import Specialist

P = ParamSpec("P")
R = TypeVar("R")

LOCK_TIMEOUT = "3s"
TRIES = 3
Status = Booking.Status


@dataclass(frozen=True, kw_only=True)
class ClientDetails:
    """What a client tells: a name or nickname, where to write, in which language and on which clock."""

    name: str
    email: str
    language: str
    time_zone: str
    note: str = ""
    user: Any = None


def in_transaction(service: Callable[P, R]) -> Callable[P, R]:
    """Run a service in one READ COMMITTED transaction, and again when it lost a fight for locks.

    Raises Busy after three lost fights. A snapshot taken before the locks would let the check below read old
    rows (booking cases F17), so a stricter isolation level, or an outer transaction's, is refused.
    """

    @wraps(service)
    def run(*args: P.args, **kwargs: P.kwargs) -> R:
        for attempt in range(1, TRIES + 1):
            try:
                with transaction.atomic():
                    with connection.cursor() as cursor:
                        cursor.execute(f"SET LOCAL lock_timeout = '{LOCK_TIMEOUT}'")
                        cursor.execute("SHOW transaction_isolation")
                        (isolation,) = cursor.fetchone()
                    if isolation != "read committed":
                        raise RuntimeError(f"Bookings need READ COMMITTED, not {isolation}.")
                    return service(*args, **kwargs)
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
}


@in_transaction
def request_booking(
    *,
    specialist: Specialist,
    start: datetime,
    client: ClientDetails,
    key: uuid.UUID,
    now: datetime | None = None,
) -> Booking:
    """Hold `start` (aware) for `client` for 15 minutes and mail them the link that confirms it.

    `key` makes it idempotent: the same key gives the same booking again, and writes nothing.
    Raises SlotUnavailable if the specialist doesn't offer that time now, SlotTaken if another booking has it,
    AlreadyBooked or ClientBusy if the client has a consultation that is in the way, KeyReused if the key was
    used for something else, Busy if locks can't be had.
    """
    now = now or timezone.now()
    start = start.astimezone(UTC)
    client_key = tokens.client_key(client.email)
    with connection.cursor() as cursor:  # always the client first, then the schedule: no deadlocks
        cursor.execute(
            "SELECT pg_advisory_xact_lock(%s)", [int.from_bytes(client_key[:8], "big", signed=True)]
        )
    schedule = Schedule.objects.select_for_update(no_key=True).filter(specialist=specialist).first()
    if schedule is None:
        raise SlotUnavailable

    if earlier := Booking.objects.filter(idempotency_key=key).first():
        same = (earlier.schedule_id, earlier.starts_at, bytes(earlier.client_key))
        if same != (schedule.pk, start, client_key):
            raise KeyReused
        return earlier

    lapsed = Booking.objects.filter(Q(schedule=schedule) | Q(client_key=client_key))
    freed = _expire_holds(lapsed, now=now)
    if Booking.objects.active().filter(schedule=schedule, client_key=client_key).exists():
        raise AlreadyBooked
    hours = read_hours([schedule.pk], now=now)[schedule.pk]  # read after the lock: nobody changes them now
    taken = schedule.bookings.active().filter(blocked__contains=start).exists()
    if not hours.is_open or not is_free(
        start, hours.rules, hours.windows, hours.exceptions, hours.busy, now=now
    ):
        raise SlotTaken if taken else SlotUnavailable

    end = start + timedelta(minutes=DURATION)
    booking = Booking(
        schedule=schedule,
        status=Status.HELD,
        starts_at=start,
        ends_at=end,
        blocked=(start, end + timedelta(minutes=schedule.gap)),
        hold_expires_at=now + settings.BOOKING_HOLD,
        client=client.user,
        client_key=client_key,
        client_name=client.name,
        client_email=client.email,
        client_language=client.language,
        client_time_zone=client.time_zone,
        note=client.note,
        idempotency_key=key,
        wall_start=wall_clock(start, schedule.time_zone),
    )
    try:
        with transaction.atomic():
            booking.save(force_insert=True)
    except IntegrityError as error:
        refusal = REFUSALS.get(constraint_name(error))
        if refusal is None:
            raise
        raise refusal from error
    _record(booking, "", BookingEvent.Actor.CLIENT)
    emails.confirm_address(booking, tokens.issue(booking, "client"))
    refresh_next_slots({schedule.pk, *freed}, now=now)
    return booking


def confirm_booking(*, booking: Booking, now: datetime | None = None) -> Booking:
    """Turn a hold into a confirmed consultation, and send the calendar file to the client and word to the specialist.

    Confirming twice changes nothing the second time. Raises HoldExpired if the 15 minutes are over, Stale if
    it was cancelled.
    """
    booking = _confirm(booking, now or timezone.now())
    if booking.status == Status.EXPIRED:  # raised after the commit, so that the expiry is kept
        raise HoldExpired
    return booking


@in_transaction
def _confirm(booking: Booking, now: datetime) -> Booking:
    booking = _locked(booking)
    if booking.status in {Status.CONFIRMED, Status.EXPIRED}:
        return booking
    if _expire_holds(Booking.objects.filter(pk=booking.pk), now=now):
        refresh_next_slots([booking.schedule_id], now=now)
        booking.status = Status.EXPIRED
        return booking
    _move_on(booking, to=Status.CONFIRMED, allowed=[Status.HELD], actor=BookingEvent.Actor.CLIENT)
    emails.confirmed(booking, tokens.issue(booking, "client"))
    emails.tell_specialist(booking)
    return booking


@in_transaction
def cancel_booking(*, booking: Booking, actor: str, now: datetime | None = None) -> Booking:
    """Cancel a held or confirmed consultation before its start and tell both sides. The time is free at once.

    Cancelling twice changes nothing the second time. Raises Stale if it has begun or is over.
    """
    now = now or timezone.now()
    booking = _locked(booking)
    if booking.status == Status.CANCELLED:
        return booking
    was = booking.status
    if booking.has_begun(now):
        raise Stale
    booking.sequence += 1
    _move_on(
        booking,
        to=Status.CANCELLED,
        allowed=[Status.HELD, Status.REQUESTED, Status.CONFIRMED],
        actor=actor,
        sequence=booking.sequence - 1,
    )
    if was == Status.CONFIRMED:  # nobody was told of a hold
        emails.cancelled(booking)
        emails.tell_specialist_cancelled(booking)
    refresh_next_slots([booking.schedule_id], now=now)
    return booking


def expire_holds(*, now: datetime | None = None) -> int:
    """End all holds whose 15 minutes are over, and free their times. Returns for how many specialists."""
    now = now or timezone.now()
    with transaction.atomic():
        freed = _expire_holds(Booking.objects.all(), now=now)
        refresh_next_slots(freed, now=now)
    return len(freed)


def complete_past(*, now: datetime | None = None) -> int:
    """Mark confirmed consultations whose end has passed as completed, so that the pair can meet again."""
    now = now or timezone.now()
    over = Booking.objects.filter(status=Status.CONFIRMED, ends_at__lte=now)
    with transaction.atomic():
        bookings = list(over.select_for_update(skip_locked=True, of=("self",)))
        for booking in bookings:
            _move_on(booking, to=Status.COMPLETED, allowed=[Status.CONFIRMED], actor=BookingEvent.Actor.SITE)
    return len(bookings)


def erase_old(*, now: datetime | None = None, dry_run: bool = False) -> int:
    """Erase bookings that ended, or would have, more than `BOOKING_KEPT` ago. Returns how many.

    The privacy page promises it. With `dry_run` nothing is erased.
    """
    over = Booking.objects.filter(ends_at__lt=(now or timezone.now()) - settings.BOOKING_KEPT)
    count = over.count()
    if not dry_run:
        over.delete()  # its events and tokens go with it
    return count


def wall_clock(moment: datetime, time_zone: str) -> str:
    """What the clock in `time_zone` shows at `moment`, with its offset, for the record."""
    return f"{moment.astimezone(load_zone(time_zone) or UTC).isoformat(timespec='minutes')} {time_zone}"


def _locked(booking: Booking) -> Booking:
    """The booking as it is now, with its schedule's row locked: nothing about either changes until the commit."""
    Schedule.objects.select_for_update(no_key=True).get(pk=booking.schedule_id)
    return Booking.objects.select_related(
        "schedule__specialist__profession", "schedule__specialist__user"
    ).get(pk=booking.pk)


def _expire_holds(bookings: Any, *, now: datetime) -> set[int]:
    """End those of `bookings` that are holds out of time. Returns the schedules whose times got free."""
    due: list[Booking] = list(
        bookings.filter(status=Status.HELD, hold_expires_at__lte=now).select_for_update(
            skip_locked=True, of=("self",)
        )
    )
    for booking in due:
        _move_on(booking, to=Status.EXPIRED, allowed=[Status.HELD], actor=BookingEvent.Actor.SITE)
    return {booking.schedule_id for booking in due}


def _move_on(
    booking: Booking, *, to: str, allowed: list[Status], actor: str, sequence: int | None = None
) -> None:
    """One conditional UPDATE on status and sequence. Raises Stale if the row is not as it was read."""
    was = booking.status
    changed = Booking.objects.filter(
        pk=booking.pk, status__in=allowed, sequence=booking.sequence if sequence is None else sequence
    ).update(status=to, sequence=booking.sequence, hold_expires_at=None, updated_at=timezone.now())
    if not changed:
        raise Stale
    booking.status = to
    booking.hold_expires_at = None
    _record(booking, was, actor)


def _record(booking: Booking, was: str, actor: str) -> None:
    BookingEvent.objects.create(
        booking=booking, from_status=was, to_status=booking.status, actor=actor, sequence=booking.sequence
    )
