"""Which times this browser has chosen and not confirmed yet: it may correct the address, send again, change, let go.

Kept in the session, so in the one browser that typed it all, and in none that merely knows the address.
"""

import uuid
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from django.http import HttpRequest, QueryDict
from django.utils import timezone

from accounts import drafts
from booking.models import Booking
from core.mail.addresses import canonical_address, mailbox_of

KEY = "pending_bookings"
MOST = 3
NEVER = {"csrfmiddlewaretoken", "email_meant", "email_asked", "again", "website"}


@dataclass
class Kept:
    """One time, as this browser asked for it. `key` is that of the first form; `booking` is None for a machine's.

    `is_mailed`: a mail went to the address because of this browser.
    """

    key: str
    booking: str | None
    specialist: int
    start: str
    time_zone: str
    email: str
    until: str
    is_mailed: bool = False

    @property
    def starts_at(self) -> datetime:
        return datetime.fromisoformat(self.start)

    @property
    def held_until(self) -> datetime:
        return datetime.fromisoformat(self.until)

    @property
    def row(self) -> Booking | None:
        """The booking as it is now. 1 query."""
        return Booking.objects.filter(uid=uuid.UUID(self.booking)).first() if self.booking else None

    def is_for(self, address: str) -> bool:
        return canonical_address(self.email) == canonical_address(address)


def remember(request: HttpRequest, kept: Kept, typed: dict[str, list[str]]) -> None:
    """Put `kept` first, with what was typed in its form."""
    others = [one for one in every(request) if one.key != kept.key and one.specialist != kept.specialist]
    _write(request, [kept, *others])
    drafts.put(request, _name(kept), typed)


def every(request: HttpRequest) -> Iterator[Kept]:
    """All that is remembered, the newest first."""
    for values in request.session.get(KEY, []):
        yield Kept(**values)


def find(request: HttpRequest, key: str | None = None) -> Kept | None:
    """The one whose form had this key; without a key, the newest."""
    return next((one for one in every(request) if key in {None, "", one.key}), None)


def with_specialist(request: HttpRequest, specialist_id: int) -> Kept | None:
    """The time with this specialist: one browser has one."""
    return next((one for one in every(request) if one.specialist == specialist_id), None)


def hold(kept: Kept | None) -> Booking | None:
    """The hold itself, if it still is one. 1 query, or none."""
    row = kept.row if kept else None
    if row is None or row.status != Booking.Status.HELD or row.hold_expires_at is None:
        return None
    return row if row.hold_expires_at > timezone.now() else None


def has_mailed(request: HttpRequest, address: str) -> bool:
    """Whether this browser caused the mail that the mailbox of the address has had."""
    mailbox = mailbox_of(address)
    return any(one.is_mailed and mailbox_of(one.email) == mailbox for one in every(request))


def typed(request: HttpRequest, kept: Kept) -> dict[str, list[str]]:
    """What was typed in its form, for an hour."""
    return drafts.look(request, _name(kept))


def forget_typed(request: HttpRequest, kept: Kept) -> None:
    """It is confirmed: nobody needs it again."""
    drafts.drop(request, _name(kept))


def as_typed(data: Any) -> dict[str, list[str]]:
    """A form's data, to be kept."""
    lists = data.lists() if isinstance(data, QueryDict) else ((name, [value]) for name, value in data.items())
    return {name: [str(value) for value in values] for name, values in lists if name not in NEVER}


def as_initial(typed: dict[str, list[str]]) -> dict[str, Any]:
    """The same as a form's `initial`, but for what belongs to the form that was sent."""
    own = {"key", "shown", "start"}
    return {
        name: values if len(values) > 1 else values[0]
        for name, values in typed.items()
        if values and name not in own
    }


def _write(request: HttpRequest, found: list[Kept]) -> None:
    request.session[KEY] = [asdict(one) for one in found[:MOST]]


def _name(kept: Kept) -> str:
    return f"booking {kept.key}"
