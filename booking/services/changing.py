"""What the two sides do with a request or a settled consultation: answer, move, cancel, close.

Whoever acts on what a page showed them gives that along (`shown`): if the consultation has another time by then, or has
changed otherwise, Stale is raised and nothing is done. An answer that it already has at this time is no mistake.
"""

from datetime import UTC, datetime, timedelta

from django.db import IntegrityError, transaction
from django.utils import timezone

from booking import emails
from booking.availability import is_free
from booking.errors import ClientBusy, SlotTaken, SlotUnavailable, Stale, TooLateToMove
from booking.models import DURATION, Booking, Schedule
from booking.services.clients import keys_of
from booking.services.steps import (
    Actor,
    Kind,
    Shown,
    Status,
    in_transaction,
    lock_booking,
    refused,
    require_shown,
    require_start,
    step,
    wall_clock,
)
from booking.slots import read_hours, refresh_next_slots
from core.mail.keys import lock_keys
from directory import index

OPEN = [Status.REQUESTED, Status.CONFIRMED]
REPORTED_WITHIN = timedelta(days=14)  # after its end, that somebody wasn't there


@in_transaction
def accept_request(*, booking: Booking, shown: Shown | None = None, now: datetime | None = None) -> Booking:
    """The specialist says yes. Accepting twice changes nothing the second time.

    Raises Stale if it isn't waiting for the specialist any more, or its time to answer is over.
    """
    booking = lock_booking(booking)
    now = now or timezone.now()
    if booking.status == Status.CONFIRMED:
        require_start(booking, shown)
        return booking
    require_shown(booking, shown)
    _require_answerable(booking, now, awaits_client=False)
    _agree(booking, Actor.SPECIALIST, now)
    _answered(booking)
    return booking


@in_transaction
def accept_proposal(*, booking: Booking, shown: Shown | None = None, now: datetime | None = None) -> Booking:
    """The client agrees to the time that the specialist has proposed. Twice is once.

    Raises Stale if nothing is proposed any more, or the time to answer is over.
    """
    booking = lock_booking(booking)
    now = now or timezone.now()
    if booking.status == Status.CONFIRMED:
        require_start(booking, shown)
        return booking
    require_shown(booking, shown)
    _require_answerable(booking, now, awaits_client=True)
    _agree(booking, Actor.CLIENT, now, kind=Kind.AGREED)
    emails.tell_specialist(booking)
    return booking


@in_transaction
def decline_request(
    *, booking: Booking, shown: Shown | None = None, reason: str = "", now: datetime | None = None
) -> Booking:
    """The specialist says no; the time is free at once. `reason` is shown to the client. Twice is once.

    Raises Stale if it isn't a request any more, or its time to answer is over.
    """
    booking = lock_booking(booking)
    now = now or timezone.now()
    if booking.status == Status.DECLINED:
        require_start(booking, shown)
        return booking
    require_shown(booking, shown)
    _require_in_time(booking, now or timezone.now())
    step(
        booking,
        to=Status.DECLINED,
        allowed=[Status.REQUESTED],
        actor=Actor.SPECIALIST,
        reason=reason,
    )
    _answered(booking)
    emails.declined(booking)
    refresh_next_slots([booking.schedule_id], now=now)
    return booking


@in_transaction
def move_booking(
    *, booking: Booking, start: datetime, shown: Shown | None = None, now: datetime | None = None
) -> Booking:
    """The client takes another free time; the same booking, one change more. The old time is theirs until then.

    Where the specialist confirms by hand, it waits for the answer again. Moving to the same time changes nothing.
    Raises TooLateToMove after the schedule's cut-off, SlotUnavailable, SlotTaken or ClientBusy for the new time,
    Stale if it is neither requested nor confirmed, has begun, or its time to be answered is over.
    """
    lock_keys(keys_of(booking))
    booking = lock_booking(booking)
    now = now or timezone.now()
    _require_open(booking, now)
    if booking.starts_at == start:
        return booking
    require_shown(booking, shown)
    if now > booking.schedule.movable_until(booking.starts_at):
        raise TooLateToMove
    was = booking.status
    by_hand = booking.schedule.confirms_by_hand
    _move(
        booking,
        start,
        to=Status.REQUESTED if by_hand else Status.CONFIRMED,
        actor=Actor.CLIENT,
        kind=Kind.MOVED,
        now=now,
    )
    if by_hand:
        emails.requested(booking, withdraw=was == Status.CONFIRMED)
        emails.ask_specialist(booking)
    else:
        emails.moved(booking, now=now)
        emails.tell_specialist_moved(booking)
    return booking


@in_transaction
def propose_time(
    *, booking: Booking, start: datetime, shown: Shown | None = None, now: datetime | None = None
) -> Booking:
    """The specialist offers another time instead; it is kept for the client, who must agree.

    The specialist's own notice and cut-off don't bind them. Raises SlotUnavailable, SlotTaken or ClientBusy for
    the new time, Stale if it is neither requested nor confirmed, has begun, its time to be answered is over, or it is
    at that time already without a proposal. Twice is once.
    """
    lock_keys(keys_of(booking))
    booking = lock_booking(booking)
    now = now or timezone.now()
    _require_open(booking, now)
    if booking.starts_at == start and booking.awaits_client:
        return booking
    require_shown(booking, shown)
    if booking.starts_at == start:
        raise Stale
    was = booking.status
    _move(
        booking,
        start,
        to=Status.REQUESTED,
        actor=Actor.SPECIALIST,
        kind=Kind.PROPOSED,
        now=now,
        awaits_client=True,
    )
    _answered(booking)
    emails.proposed(booking, withdraw=was == Status.CONFIRMED)
    return booking


@in_transaction
def cancel_booking(
    *, booking: Booking, actor: str, shown: Shown | None = None, reason: str = "", now: datetime | None = None
) -> Booking:
    """Cancel a consultation before its start and tell both sides. The time is free at once.

    `reason` is shown to the other side. Cancelling twice changes nothing the second time. Raises Stale if it has
    begun or is over.
    """
    booking = lock_booking(booking)
    now = now or timezone.now()
    if booking.status == Status.CANCELLED:
        require_start(booking, shown)
        return booking
    require_shown(booking, shown)
    was = booking.status
    if booking.has_begun(now):
        raise Stale
    step(
        booking,
        to=Status.CANCELLED,
        allowed=[Status.HELD, *OPEN],
        actor=actor,
        sequence=booking.sequence + 1,
        reason=reason,
    )
    emails.drop_reminders(booking)
    if was != Status.HELD:  # nobody was told of a hold
        emails.cancelled(booking, actor, withdraw=was == Status.CONFIRMED or booking.sequence > 1)
        emails.tell_specialist_cancelled(booking, actor)
    refresh_next_slots([booking.schedule_id], now=now)
    return booking


def cancel_all(*, schedule_id: int, actor: str, reason: str = "", now: datetime | None = None) -> int:
    """Cancel all consultations of a specialist that haven't begun, each side told. Returns how many."""
    now = now or timezone.now()
    bookings = list(Booking.objects.active().filter(schedule__pk=schedule_id, starts_at__gt=now))
    for booking in bookings:
        cancel_booking(booking=booking, actor=actor, reason=reason, now=now)
    return len(bookings)


def cancel_for_specialist(*, specialist_id: int, by: str) -> int:
    """Cancel all that is to come with a specialist who leaves (`by` "specialist") or is suspended ("moderator")."""
    return cancel_all(schedule_id=specialist_id, actor=Actor(by))


@in_transaction
def close_booking(
    *, booking: Booking, to: str, actor: str, shown: Shown | None = None, now: datetime | None = None
) -> Booking:
    """Say after its start that a consultation took place (COMPLETED), or that the other side wasn't there (NO_SHOW).

    Saying the same twice changes nothing. Raises Stale before the start, for anything but a confirmed one, and more
    than REPORTED_WITHIN after the end.
    """
    if to not in {Status.COMPLETED, Status.NO_SHOW}:
        raise ValueError(f"A consultation doesn't end as {to}.")
    booking = lock_booking(booking)
    now = now or timezone.now()
    if booking.status == to:
        require_start(booking, shown)
        return booking
    require_shown(booking, shown)
    if not booking.has_begun(now) or now > booking.ends_at + REPORTED_WITHIN:
        raise Stale
    step(booking, to=to, allowed=[Status.CONFIRMED], actor=actor)
    return booking


def _require_open(booking: Booking, now: datetime) -> None:
    if not booking.is_open_at(now):
        raise Stale


def _require_in_time(booking: Booking, now: datetime) -> None:
    """Its page says that nobody answered as soon as the time is over, even if the worker hasn't come by yet."""
    if booking.is_late_at(now):
        raise Stale


def _require_answerable(booking: Booking, now: datetime, *, awaits_client: bool) -> None:
    if booking.status != Status.REQUESTED or booking.awaits_client != awaits_client:
        raise Stale
    _require_in_time(booking, now)


def _agree(booking: Booking, actor: str, now: datetime, kind: str = Kind.STATUS) -> None:
    """Settle a request. Calendars that have seen an earlier state need a higher number to believe it."""
    step(
        booking,
        to=Status.CONFIRMED,
        allowed=[Status.REQUESTED],
        actor=actor,
        kind=kind,
        sequence=booking.sequence + (1 if booking.sequence else 0),
    )
    emails.confirmed(booking, now=now)


def _answered(booking: Booking) -> None:
    """An answer ends the row of missed requests, and counts for how long answers take."""
    Schedule.objects.filter(pk=booking.schedule_id).exclude(missed_requests=0).update(missed_requests=0)
    index.write_replies([booking.schedule_id])


def _move(
    booking: Booking,
    start: datetime,
    *,
    to: str,
    actor: str,
    kind: str,
    now: datetime,
    awaits_client: bool = False,
) -> None:
    """Give the booking `start`, if it is free, in one UPDATE. Raises as `move_booking` does; then nothing changed."""
    start = start.astimezone(UTC)
    end = start + timedelta(minutes=DURATION)
    schedule = booking.schedule
    hours = read_hours([schedule.pk], now=now, without=booking.pk)[schedule.pk]
    rules = hours.rules.without_notice() if actor == Actor.SPECIALIST else hours.rules
    # A specialist may also propose a time while nobody new can book.
    if not (hours.is_open or actor == Actor.SPECIALIST) or not is_free(
        start, rules, hours.windows, hours.exceptions, hours.busy, now=now
    ):
        taken = any(busy_start < end and start < busy_end for busy_start, busy_end in hours.busy)
        raise SlotTaken if taken else SlotUnavailable
    others_of_client = Booking.objects.active().filter(client_key__in=keys_of(booking)).exclude(pk=booking.pk)
    if others_of_client.filter(starts_at__lt=end, ends_at__gt=start).exists():
        raise ClientBusy
    try:
        with transaction.atomic():
            step(
                booking,
                to=to,
                allowed=OPEN,
                actor=actor,
                kind=kind,
                starts_at=start,
                ends_at=end,
                blocked=(start, end + timedelta(minutes=schedule.gap)),
                sequence=booking.sequence + 1,
                wall_start=wall_clock(start, schedule.time_zone),
                awaits_client=awaits_client,
                answer_by=schedule.answer_by(start, now=now) if to == Status.REQUESTED else None,
            )
    except IntegrityError as error:
        raise refused(error) from error
    emails.drop_reminders(booking)
    refresh_next_slots([schedule.pk], now=now)
