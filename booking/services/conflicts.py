"""What is in the way of a new booking: one made before, a block, or a time that is taken."""

import uuid
from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import Exists, OuterRef, Q

from booking.errors import (
    AlreadyBooked,
    Blocked,
    BookingError,
    ClientBusy,
    HoldElsewhere,
    KeyReused,
    SlotTaken,
    TooMany,
)
from booking.models import DURATION, Booking, BookingEvent
from booking.services.steps import Status
from moderation.blocking import is_key_blocked


def settled(
    *,
    schedule_id: int,
    start: datetime,
    client_keys: list[bytes],
    mailbox_keys: list[bytes],
    key: uuid.UUID,
    held: Booking | None,
    now: datetime,
) -> Booking | None:
    """The booking that was already made with `key`, or None if nothing is in the way of a new one.

    Raises what `request_booking` raises for a committed booking that is in the way of a new one. `held` is in nobody's.
    """
    # One question for all that may be in the way, and for the form sent again: whoever comes too late should hear so
    # quickly, and a booking that is committed meanwhile is either seen as both or not at all.
    is_theirs = Q(client_key__in=client_keys) & (
        Q(status__in=Booking.ACTIVE) | Q(created_at__gt=now - timedelta(days=7))
    )
    is_then = Q(schedule=schedule_id, blocked__contains=start, status__in=Booking.ACTIVE)
    rows = Booking.objects.filter(is_theirs | is_then | Q(idempotency_key=key)).order_by()
    bookings = list(rows.exclude(pk=held.pk) if held else rows)
    for earlier in bookings:
        if earlier.idempotency_key == key:
            same = (earlier.schedule_id, earlier.starts_at)
            if same != (schedule_id, start) or bytes(earlier.client_key) not in client_keys:
                raise KeyReused
            return earlier
    if is_key_blocked(*mailbox_keys):
        raise Blocked
    of_client = [booking for booking in bookings if bytes(booking.client_key) in client_keys]
    if refusal := _in_the_way(of_client, schedule_id, start, now):
        raise refusal
    if any(booking not in of_client and _keeps_its_time(booking, now) for booking in bookings):
        raise SlotTaken
    return None


def _keeps_its_time(booking: Booking, now: datetime) -> bool:
    has_lapsed = booking.hold_expires_at is not None and booking.hold_expires_at <= now
    return booking.is_active and not (booking.status == Status.HELD and has_lapsed)


def _in_the_way(
    own: list[Booking], schedule_id: int, start: datetime, now: datetime
) -> type[BookingError] | None:
    """Why the client's `own` bookings, active or of the last week, leave no room for another. None if they do."""
    active = [booking for booking in own if _keeps_its_time(booking, now)]
    if any(booking.schedule_id == schedule_id for booking in active):
        return AlreadyBooked
    end = start + timedelta(minutes=DURATION)
    if any(booking.starts_at < end and start < booking.ends_at for booking in active):
        return ClientBusy
    if any(booking.status == Status.HELD for booking in active):
        return HoldElsewhere
    # What nobody confirmed was perhaps not asked for by the owner of the address, and a time let go was none.
    a_week_ago = now - timedelta(days=7)
    entered = [
        booking.pk
        for booking in own
        if booking.created_at > a_week_ago and booking.status not in {Status.HELD, Status.EXPIRED}
    ]
    if len(entered) >= settings.BOOKINGS_A_WEEK:
        confirmed = BookingEvent.objects.filter(
            booking=OuterRef("pk"), to_status__in=[Status.REQUESTED, Status.CONFIRMED]
        )
        let_go = Booking.objects.filter(~Exists(confirmed), pk__in=entered, status=Status.CANCELLED)
        if len(entered) - let_go.count() >= settings.BOOKINGS_A_WEEK:
            return TooMany
    return None
