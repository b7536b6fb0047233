"""What moderators do about an address: block it, release it, free it from a hold."""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone
from wagtail.log_actions import log

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

BLOCKED, RELEASED, HOLD_ENDED = "booking.block_address", "booking.release_address", "booking.end_hold"


def to_come(client_key: bytes, *, now: datetime | None = None) -> Any:
    """The consultations under an address that haven't begun, in the order in which everybody locks schedules."""
    rows = Booking.objects.active().filter(client_key=client_key, starts_at__gt=now or timezone.now())
    return rows.order_by("schedule_id", "pk")


def block_address(
    *, client_key: bytes, masked: str, reason: str, by: Any, now: datetime | None = None
) -> BlockedClient:
    """Let nobody book under an address any more, and cancel what is to come under it, both sides told.

    Blocking twice changes nothing but what has come up in between. First the block, so that nothing new comes while
    the rest is cancelled.
    """
    blocked = _block(client_key=client_key, masked=masked, reason=reason, by=by)
    for booking in to_come(client_key, now=now):
        try:
            cancel_booking(booking=booking, actor=Actor.SITE, now=now)
        except Stale:
            continue  # it has just begun, or somebody was quicker
    return blocked


@in_transaction
def _block(*, client_key: bytes, masked: str, reason: str, by: Any) -> BlockedClient:
    lock_client(client_key)  # whoever books under it now is done, and its consultation is seen below
    blocked, made = BlockedClient.objects.get_or_create(
        client_key=client_key, defaults={"masked": masked, "reason": reason, "blocked_by": by}
    )
    if made:
        log(instance=blocked, action=BLOCKED, user=by)
    return blocked


@transaction.atomic
def release_address(*, blocked: BlockedClient, by: Any) -> None:
    """Let people book under an address again. What was cancelled stays so."""
    log(instance=blocked, action=RELEASED, user=by, deleted=True)
    blocked.delete()


@in_transaction
def end_hold(
    *, booking: Booking, by: Any, shown: Shown | None = None, now: datetime | None = None
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
