"""From a hold to a request or a settled consultation; the link that does it; letting a hold go."""

import secrets
from datetime import datetime

from django.utils import timezone

from booking import emails, tokens
from booking.emails.messages import to_client
from booking.errors import HoldExpired, SlotUnavailable, Stale
from booking.models import ActionToken, Booking
from booking.services.steps import Actor, Shown, Status, in_transaction, lock_booking, require_start, step
from booking.slots import refresh_next_slots
from core.mail.outbox import enqueue


def confirm_booking(*, booking: Booking, shown: Shown | None = None, now: datetime | None = None) -> Booking:
    """The client has shown that the address is theirs: the hold becomes a request, or is settled at once.

    Which of the two is the schedule's choice; both sides are told. Confirming twice changes nothing the second
    time. Raises HoldExpired if the 15 minutes are over, SlotUnavailable if the specialist is no longer public
    (the hold then ends), Stale if it was cancelled or has another time than the page `shown` had.
    """
    booking = _confirm(booking, shown, now)
    if booking.status == Status.EXPIRED:  # raised after the commit, so that the end is kept
        raise HoldExpired
    if booking.status == Status.CANCELLED:
        raise SlotUnavailable
    return booking


@in_transaction
def _confirm(booking: Booking, shown: Shown | None, now: datetime | None) -> Booking:
    booking = lock_booking(booking)
    now = now or timezone.now()
    require_start(booking, shown)
    if booking.status in {Status.REQUESTED, Status.CONFIRMED, Status.EXPIRED}:
        return booking
    if booking.status == Status.HELD and booking.hold_expires_at and booking.hold_expires_at <= now:
        step(booking, to=Status.EXPIRED, allowed=[Status.HELD], actor=Actor.SITE)
        refresh_next_slots([booking.schedule_id], now=now)
        return booking
    if booking.status == Status.HELD and not booking.schedule.specialist.is_public:
        step(booking, to=Status.CANCELLED, allowed=[Status.HELD], actor=Actor.SITE)
        return booking
    enter(booking, now)
    return booking


def enter(booking: Booking, now: datetime) -> None:
    """Turn a hold into what the schedule makes of it, and tell both sides."""
    schedule = booking.schedule
    if schedule.confirms_by_hand:
        step(
            booking,
            to=Status.REQUESTED,
            allowed=[Status.HELD],
            actor=Actor.CLIENT,
            answer_by=schedule.answer_by(booking.starts_at, now=now),
        )
        emails.requested(booking)
        emails.ask_specialist(booking)
        return
    step(booking, to=Status.CONFIRMED, allowed=[Status.HELD], actor=Actor.CLIENT)
    emails.confirmed(booking, now=now)
    emails.tell_specialist(booking)


def send_another_link(booking: Booking) -> None:
    """Mail the link that confirms once more: a mail of its own, under a key of its own."""
    token = tokens.issue(booking, ActionToken.Purpose.CLIENT)
    key = f"{booking.uid}:{booking.sequence}:{secrets.token_hex(4)}:confirm_address"
    enqueue(to_client(booking, "confirm_address", token), key=key)


@in_transaction
def send_link_again(*, booking: Booking, now: datetime | None = None) -> None:
    """Mail the link that confirms a hold once more; nothing for one that is held for nobody.

    Earlier links go on working. Raises Stale if it isn't a hold any more, or its 15 minutes are over.
    """
    booking = lock_booking(booking)
    now = now or timezone.now()
    if booking.status != Status.HELD or (booking.hold_expires_at and booking.hold_expires_at <= now):
        raise Stale
    if not booking.is_nobodys:
        send_another_link(booking)


@in_transaction
def let_go(*, booking: Booking, now: datetime | None = None) -> None:
    """End a hold: its time is free at once. Who does so needn't have proved the address, so nothing else ends.

    Nobody is told. A hold that has ended already stays so. Raises Stale if it has been confirmed.
    """
    booking = lock_booking(booking)
    if booking.status in {Status.EXPIRED, Status.CANCELLED}:
        return
    step(booking, to=Status.EXPIRED, allowed=[Status.HELD], actor=Actor.CLIENT)
    refresh_next_slots([booking.schedule_id], now=now or timezone.now())
