"""What moderators do about an address: cancel what is to come under a blocked one, free one from a hold."""

from datetime import datetime
from typing import Any

from django.utils import timezone
from wagtail.log_actions import log

from booking.errors import Busy, Stale
from booking.models import Booking
from booking.services.changing import cancel_booking
from booking.services.steps import Actor, Shown, Status, in_transaction, lock_booking, require_shown, step
from booking.slots import refresh_next_slots
from core.mail.addresses import mailbox_of
from core.users import User

HOLD_ENDED = "booking.end_hold"


def to_come(email: str) -> Any:
    """The consultations under any address of a mailbox that haven't begun, in the order in which schedules are locked.

    Reads the addresses of all that are to come: they are compared as mailboxes, which a database can't.
    """
    rows = Booking.objects.active().filter(starts_at__gt=timezone.now())
    mailbox = mailbox_of(email)
    booking_ids = [
        pk for pk, address in rows.values_list("pk", "client_email") if mailbox_of(address) == mailbox
    ]
    return rows.filter(pk__in=booking_ids).order_by("schedule_id", "pk")


def count_told(email: str) -> int:
    """How many consultations a block would cancel; of holds nobody is told."""
    number: int = to_come(email).exclude(status=Status.HELD).count()
    return number


def cancel_blocked(email: str) -> None:
    """Cancel what is to come under an address that is blocked, both sides told.

    Raises Busy if others are changing some of it just now; the rest is cancelled.
    """
    busy: Busy | None = None
    for booking in to_come(email):
        try:
            cancel_booking(booking=booking, actor=Actor.SITE)
        except Stale:
            continue  # it has just begun, or somebody was quicker
        except Busy as error:
            busy = error
    if busy is not None:
        raise busy


@in_transaction
def end_hold(
    *, booking: Booking, by: User, shown: Shown | None = None, now: datetime | None = None
) -> Booking:
    """Free a time that waits for its e-mail to be confirmed, and with it the address: one hold is all it may have.

    Nobody is told, as of every hold that ends. Raises Stale if it isn't a hold any more.
    """
    booking = lock_booking(booking)
    require_shown(booking, shown)
    step(booking, to=Status.EXPIRED, allowed=[Status.HELD], actor=Actor.MODERATOR)
    log(instance=booking, action=HOLD_ENDED, user=by, title=str(booking.uid))
    refresh_next_slots([booking.schedule_id], now=now or timezone.now())
    return booking
