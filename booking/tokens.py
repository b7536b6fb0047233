"""Links that act: 256 random bits in the address, SHA-256 in the database."""

import hashlib
import secrets
import uuid
from datetime import datetime, timedelta

from django.utils import timezone

from booking.models import ActionToken, Booking
from core.users import AnyUser

KEPT_AFTER_END = timedelta(days=30)


def digest(token: str) -> bytes:
    return hashlib.sha256(token.encode()).digest()


def issue(booking: Booking, purpose: str) -> str:
    """A new token for `booking`, good until 30 days after its end. It is told once and never stored."""
    token = secrets.token_urlsafe(32)
    ActionToken.objects.create(
        booking=booking, purpose=purpose, digest=digest(token), expires_at=booking.ends_at + KEPT_AFTER_END
    )
    return token


def find(token: str, *, user: AnyUser | None = None, now: datetime | None = None) -> ActionToken | None:
    """The token's row with its booking, schedule and specialist (1 query), or None if unknown or out of date.

    Somebody logged in may also name one of their own bookings by its UID, without any token: as its client, or as
    its specialist.
    """
    if user is not None and user.is_authenticated and (own_token := _own(token, user)):
        return own_token
    return (
        ActionToken.objects.filter(digest=digest(token), expires_at__gt=now or timezone.now())
        .select_related("booking__schedule__specialist__profession", "booking__schedule__specialist__user")
        .first()
    )


def _own(uid: str, user: AnyUser) -> ActionToken | None:
    """What a token of `user` for the booking called `uid` would be. It isn't stored."""
    try:
        rows = Booking.objects.visible_to(user).filter(uid=uuid.UUID(uid))
    except ValueError:
        return None
    booking = rows.select_related("schedule__specialist__profession", "schedule__specialist__user").first()
    if booking is None:
        return None
    is_client = booking.client_id == user.pk
    return ActionToken(
        booking=booking, purpose=ActionToken.Purpose.CLIENT if is_client else ActionToken.Purpose.SPECIALIST
    )
