"""What moderators do about an address: block it, release it, free it from a hold."""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone
from wagtail.log_actions import log

from booking import tokens
from booking.errors import Stale
from booking.models import BlockedClient, Booking
from booking.services.changing import cancel_booking
from booking.services.steps import (
    Actor,
    Shown,
    Status,
    in_transaction,
    lock_booking,
    lock_client,
    require_shown,
    step,
)
from booking.slots import refresh_next_slots
from core.mail.addresses import mailbox_of, masked_address
from core.users import User

BLOCKED, RELEASED, HOLD_ENDED = "booking.block_address", "booking.release_address", "booking.end_hold"


def to_come(email: str, *, now: datetime | None = None) -> Any:
    """The consultations under any address of a mailbox that haven't begun, in the order in which schedules are locked.

    Reads the addresses of all that are to come: they are compared as mailboxes, which a database can't.
    """
    rows = Booking.objects.active().filter(starts_at__gt=now or timezone.now())
    mailbox = mailbox_of(email)
    own = [pk for pk, address in rows.values_list("pk", "client_email") if mailbox_of(address) == mailbox]
    return rows.filter(pk__in=own).order_by("schedule_id", "pk")


def is_blocked(email: str) -> bool:
    """Whether moderators have blocked the mailbox of `email`."""
    return BlockedClient.objects.filter(mailbox_key=tokens.mailbox_key(email)).exists()


def block_address(*, email: str, reason: str, by: User, now: datetime | None = None) -> BlockedClient:
    """Let nobody book under an address any more, and cancel what is to come under it, both sides told.

    That goes for all spellings that reach its mailbox: another +tag would be the same person.
    Blocking twice changes nothing but what has come up in between. First the block, so that nothing new comes while
    the rest is cancelled.
    """
    blocked = _block(email=email, reason=reason, by=by)
    for booking in to_come(email, now=now):
        try:
            cancel_booking(booking=booking, actor=Actor.SITE, now=now)
        except Stale:
            continue  # it has just begun, or somebody was quicker
    return blocked


@in_transaction
def _block(*, email: str, reason: str, by: User) -> BlockedClient:
    mailbox_key = tokens.mailbox_key(email)
    lock_client(mailbox_key)  # whoever books under it now is done, and its consultation is seen below
    blocked, made = BlockedClient.objects.get_or_create(
        mailbox_key=mailbox_key,
        defaults={"masked": masked_address(email), "reason": reason, "blocked_by": by},
    )
    if made:
        log(instance=blocked, action=BLOCKED, user=by)
    return blocked


@transaction.atomic
def release_address(*, blocked: BlockedClient, by: User) -> None:
    """Let people book under an address again. What was cancelled stays so."""
    log(instance=blocked, action=RELEASED, user=by, deleted=True)
    blocked.delete()


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
