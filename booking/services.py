"""Everything that writes bookings. Each function is one transaction, its e-mails included."""

import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import wraps
from itertools import zip_longest
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
from core.zones import load_zone
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
    Booking.ONE_PER_KEY: KeyReused,  # at the same moment, with another address or specialist
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
    """Hold `start` (aware) for `client` for 15 minutes, or until it begins, and mail them the link that confirms it.

    `key` makes it idempotent: the same key gives the same booking again, and writes nothing.
    Raises SlotUnavailable if the specialist doesn't offer that time now, SlotTaken if another booking has it,
    AlreadyBooked or ClientBusy if the client has a consultation that is in the way, KeyReused if the key was
    used for something else, Busy if locks can't be had.
    """
    start = start.astimezone(UTC)
    client_key = tokens.client_key(client.email)
    wanted: dict[str, Any] = {
        "schedule_id": specialist.pk,
        "start": start,
        "client_key": client_key,
        "key": key,
    }
    # Once here, so that those who come too late needn't queue for the locks, and once behind them.
    if earlier := _settled(**wanted, now=now or timezone.now()):
        return earlier
    with connection.cursor() as cursor:  # always the client first, then the schedule: no deadlocks
        cursor.execute(
            "SELECT pg_advisory_xact_lock(%s)", [int.from_bytes(client_key[:8], "big", signed=True)]
        )
    schedule = Schedule.objects.select_for_update(no_key=True).filter(specialist=specialist).first()
    if schedule is None:
        raise SlotUnavailable
    # Locked too, so that nobody is suspended between the check below and the commit.
    specialist = Specialist.objects.select_for_update(no_key=True).get(pk=schedule.pk)
    now = now or timezone.now()  # after the wait for the locks

    if earlier := _settled(**wanted, now=now):
        return earlier

    # The client's holds elsewhere are only ended: their schedules aren't locked, and the ticker looks them up.
    _expire_holds(Booking.objects.filter(Q(schedule=schedule) | Q(client_key=client_key)), now=now)
    hours = read_hours([schedule.pk], now=now)[schedule.pk]  # read after the lock: nobody changes them now
    if not hours.is_open or not is_free(
        start, hours.rules, hours.windows, hours.exceptions, hours.busy, now=now
    ):
        raise SlotUnavailable

    end = start + timedelta(minutes=DURATION)
    booking = Booking(
        schedule=schedule,
        status=Status.HELD,
        starts_at=start,
        ends_at=end,
        blocked=(start, end + timedelta(minutes=schedule.gap)),
        hold_expires_at=min(now + settings.BOOKING_HOLD, start),
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
    refresh_next_slots([schedule.pk], now=now)
    return booking


def _settled(
    *, schedule_id: int, start: datetime, client_key: bytes, key: uuid.UUID, now: datetime
) -> Booking | None:
    """The booking that was already made with `key`, or None if nothing is in the way of a new one.

    Raises KeyReused, AlreadyBooked, ClientBusy or SlotTaken for what a committed booking is in the way of.
    """
    if earlier := Booking.objects.filter(idempotency_key=key).first():
        same = (earlier.schedule_id, earlier.starts_at, bytes(earlier.client_key))
        if same != (schedule_id, start, client_key):
            raise KeyReused
        return earlier
    live = Booking.objects.active().exclude(status=Status.HELD, hold_expires_at__lte=now)
    own = list(live.filter(client_key=client_key).values_list("schedule_id", "starts_at", "ends_at"))
    if any(with_whom == schedule_id for with_whom, _, _ in own):
        raise AlreadyBooked
    end = start + timedelta(minutes=DURATION)
    if any(starts_at < end and start < ends_at for _, starts_at, ends_at in own):
        raise ClientBusy
    if live.filter(schedule_id=schedule_id, blocked__contains=start).exists():
        raise SlotTaken
    return None


def confirm_booking(*, booking: Booking, now: datetime | None = None) -> Booking:
    """Turn a hold into a confirmed consultation, and send the calendar file to the client and word to the specialist.

    Confirming twice changes nothing the second time. Raises HoldExpired if the 15 minutes are over, Stale if
    it was cancelled.
    """
    booking = _confirm(booking, now)
    if booking.status == Status.EXPIRED:  # raised after the commit, so that the expiry is kept
        raise HoldExpired
    return booking


@in_transaction
def _confirm(booking: Booking, now: datetime | None) -> Booking:
    booking = _locked(booking)
    now = now or timezone.now()
    if booking.status in {Status.CONFIRMED, Status.EXPIRED}:
        return booking
    if booking.status == Status.HELD and booking.hold_expires_at and booking.hold_expires_at <= now:
        _move_on(booking, to=Status.EXPIRED, allowed=[Status.HELD], actor=BookingEvent.Actor.SITE)
        refresh_next_slots([booking.schedule_id], now=now)
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
    booking = _locked(booking)
    now = now or timezone.now()
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


@in_transaction
def edit_schedule(*, specialist_id: int, save: Callable[[], R], now: datetime | None = None) -> R:
    """Change a specialist's hours, or what else decides whether they can be booked, by calling `save`.

    `save` runs with the schedule's row locked: a booking is either there before the change, or checked against
    it. Bookings stay as they are; only the pause that they keep from others follows the schedule's new one.
    Returns what `save` returns; raises what it raises, and then nothing has changed. Raises Busy if the lock
    can't be had.
    """
    list(Schedule.objects.select_for_update(no_key=True).filter(pk=specialist_id))
    result = save()
    now = now or timezone.now()
    if schedule := Schedule.objects.filter(pk=specialist_id).first():
        _fit_pauses(schedule, now=now)
    refresh_next_slots([specialist_id], now=now)
    return result


def expire_holds(*, now: datetime | None = None) -> int:
    """End all holds whose 15 minutes are over, and free their times. Returns for how many specialists.

    One specialist a transaction, with the schedule's row locked as everybody else does. A schedule that is
    locked is left for the next time; whoever books there ends the old holds anyway.
    """
    now = now or timezone.now()
    due = Booking.objects.filter(status=Status.HELD, hold_expires_at__lte=now)
    freed = 0
    for pk in list(due.order_by("schedule_id").values_list("schedule_id", flat=True).distinct()):
        with transaction.atomic():
            if not list(Schedule.objects.select_for_update(no_key=True, skip_locked=True).filter(pk=pk)):
                continue
            if _expire_holds(due.filter(schedule_id=pk), now=now):
                refresh_next_slots([pk], now=now)
                freed += 1
    return freed


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
    """The booking as it is now, its schedule's row and its own locked: nothing about either changes until the commit.

    Everybody locks the client first, then the schedule, then the rest: no deadlocks.
    """
    Schedule.objects.select_for_update(no_key=True).get(pk=booking.schedule_id)
    return (
        Booking.objects.select_for_update(no_key=True, of=("self",))
        .select_related("schedule__specialist__profession", "schedule__specialist__user")
        .get(pk=booking.pk)
    )


def _expire_holds(bookings: Any, *, now: datetime) -> int:
    """End those of `bookings` that are holds out of time, and say how many. One that is locked is being ended."""
    due: list[Booking] = list(
        bookings.filter(status=Status.HELD, hold_expires_at__lte=now).select_for_update(
            skip_locked=True, no_key=True, of=("self",)
        )
    )
    for booking in due:
        _move_on(booking, to=Status.EXPIRED, allowed=[Status.HELD], actor=BookingEvent.Actor.SITE)
    return len(due)


def _fit_pauses(schedule: Schedule, *, now: datetime) -> None:
    """Let active bookings block the pause that the schedule has now; where the next one is nearer, up to it."""
    bookings = list(schedule.bookings.active().filter(ends_at__gt=now).order_by("starts_at"))
    pause = timedelta(minutes=schedule.gap)
    changes = []
    for booking, following in zip_longest(bookings, bookings[1:]):
        end = booking.ends_at + pause
        if following:
            end = min(end, following.starts_at)
        if end != booking.blocked.upper:
            changes.append((end > booking.blocked.upper, booking.pk, (booking.starts_at, end)))
    for _grows, pk, blocked in sorted(changes, key=lambda change: change[:2]):  # first what makes room
        Booking.objects.filter(pk=pk).update(blocked=blocked)


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
