"""What somebody learns, and causes, who types an e-mail address that they haven't proved (docs/decisions/0010)."""

import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone

from booking import emails
from booking.errors import AlreadyBooked, Blocked, ClientBusy, HoldElsewhere, SlotUnavailable, Stale, TooMany
from booking.models import Booking
from booking.services import mail_quota
from booking.services.clients import ClientDetails, Nobody
from booking.services.requesting import request_booking
from booking.slots import Hours
from core import limits
from core.mail.addresses import canonical_address
from directory.models import Specialist

# What would tell a stranger who types an address something about its owner: they see what everybody sees.
TELLING = (AlreadyBooked, ClientBusy, HoldElsewhere, TooMany)


@dataclass
class Wanted:
    """What somebody asks for, and what of it this browser keeps already.

    `key` is the form's; `first_key` that of the form that began it, which tells it apart in the session.
    """

    specialist: Specialist
    start: datetime
    client: ClientDetails
    key: uuid.UUID
    first_key: str = ""
    held: Booking | None = None
    is_same_address: bool = False

    @property
    def address(self) -> str:
        return canonical_address(self.client.email)

    @property
    def is_corrected(self) -> bool:
        """Whether the hold goes to another address than before."""
        return self.held is not None and not self.is_same_address


def request_discreetly(*, wanted: Wanted, hours: Hours, has_mailed: bool) -> Booking:
    """Book, or hold the time for nobody, where the owner of an unproved address must not have it.

    Whoever typed the address sees the same, in this browser and in others; its owner is told by mail. An address
    that nobody has proved to be theirs gets one mail an hour; `has_mailed`: the last one went out because of this
    browser. Raises what `request_booking` raises, but TELLING and Blocked for a verified address alone.
    """
    try:
        return _request(wanted, hours, has_mailed)
    except Stale:
        if wanted.held is None:
            raise
        wanted.held = None  # it has run out, or somebody has confirmed it, while this form was on its way
        wanted.key = uuid.uuid4()
        return _request(wanted, hours, has_mailed)


def _request(wanted: Wanted, hours: Hours, has_mailed: bool) -> Booking:
    client, held, start = wanted.client, wanted.held, wanted.start

    def book(client: ClientDetails) -> Booking:
        return request_booking(
            specialist=wanted.specialist,
            start=start,
            client=client,
            key=wanted.key,
            held=held,
            keeps_longer=wanted.is_corrected,
        )

    if client.is_verified:
        return book(client)
    nobody = Nobody(
        language=client.language,
        time_zone=client.time_zone,
        stands_for=f"{wanted.first_key}:{wanted.address}",
    )
    if held is None and (earlier := Booking.objects.filter(idempotency_key=wanted.key).first()):
        return book(nobody if earlier.is_nobodys else client)
    if start not in hours.starts(now=timezone.now(), since=start, until=start + timedelta(minutes=1)):
        raise SlotUnavailable  # before anything is looked up that depends on the address
    if held is not None and wanted.is_same_address and held.is_nobodys:
        return book(nobody)
    # One transaction: somebody cut off in the middle (a killed process, a database that is away) has had no mail, and
    # the same form sent again must not find the hour's mail used up. A refusal takes the count back with it.
    with transaction.atomic():
        if not (held is not None and wanted.is_same_address):  # that one has had its mail
            try:
                mail_quota.count_mail(wanted.address, has_mailed=has_mailed)
            except limits.TooOften:
                # The same form may have been sent twice at once.
                if held is None and (earlier := Booking.objects.filter(idempotency_key=wanted.key).first()):
                    return earlier
                return book(nobody)
        try:
            return book(client)
        except Blocked:
            # Its owner isn't told either: a mail would be the stranger's doing.
            return book(nobody)
        except TELLING:
            booking = book(nobody)
            emails.not_booked(client, wanted.specialist)
            return booking
