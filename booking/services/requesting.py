"""From a chosen time to a hold, or to what the schedule makes of it at once."""

import uuid
from datetime import UTC, datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils import timezone

from booking import emails, tokens
from booking.availability import is_free
from booking.errors import SlotUnavailable, Stale
from booking.models import DURATION, ActionToken, Booking, BookingEvent, Schedule
from booking.services.clients import ClientDetails, Nobody
from booking.services.confirming import enter, send_another_link
from booking.services.conflicts import settled
from booking.services.expiry import end_holds
from booking.services.steps import Actor, Status, in_transaction, record, refused, wall_clock
from booking.slots import read_hours, refresh_next_slots
from core.mail.keys import lock_keys
from directory.models import Specialist


@in_transaction
def request_booking(
    *,
    specialist: Specialist,
    start: datetime,
    client: ClientDetails,
    key: uuid.UUID,
    held: Booking | None = None,
    keeps_longer: bool = False,
    now: datetime | None = None,
) -> Booking:
    """Hold `start` (aware) for `client` for 15 minutes, or until it begins, and mail them the link that confirms it.

    For a client whose address is verified it is requested or settled at once. `key` makes it idempotent: the same
    key gives the same booking again, and writes nothing.
    `held` is a hold with this specialist of the same browser, which becomes this one: another time, another address,
    other details. Links to an address that it no longer has open nothing. `keeps_longer`: its 15 minutes begin anew.
    Raises SlotUnavailable if the specialist doesn't offer that time now, SlotTaken if another booking has it,
    AlreadyBooked or ClientBusy if the client has a consultation that is in the way, HoldElsewhere if another of
    their times waits to be confirmed, TooMany after BOOKINGS_A_WEEK, Blocked if moderators have blocked the address,
    KeyReused if the key was used for something else, Stale if `held` isn't a hold any more, Busy if locks can't be had.
    """
    start = start.astimezone(UTC)
    client_keys, mailbox_keys = client.keys, client.mailbox_keys
    wanted: dict[str, Any] = {
        "schedule_id": specialist.pk,
        "start": start,
        "client_keys": client_keys,
        "mailbox_keys": mailbox_keys,
        "key": key,
        "held": held,
    }
    # Once here, so that those who come too late needn't queue for the locks, and once behind them.
    if earlier := settled(**wanted, now=now or timezone.now()):
        return earlier
    # Always the client first, then the schedule: no deadlocks. Their mailbox too, so that nobody is blocked meanwhile.
    lock_keys(mailbox_keys, client_keys)
    schedule = Schedule.objects.select_for_update(no_key=True).filter(specialist=specialist).first()
    if schedule is None:
        raise SlotUnavailable
    # Locked too, so that nobody is suspended between the check below and the commit.
    specialist = Specialist.objects.select_for_update(no_key=True).get(pk=schedule.pk)
    now = now or timezone.now()  # after the wait for the locks

    if earlier := settled(**wanted, now=now):
        return earlier

    # The client's holds elsewhere are only ended: their schedules aren't locked, and the ticker looks them up.
    end_holds(Booking.objects.filter(Q(schedule=schedule) | Q(client_key__in=client_keys)), now=now)
    if held is not None:
        held = Booking.objects.select_for_update(no_key=True).get(pk=held.pk)
        if held.status != Status.HELD or held.schedule_id != schedule.pk:
            raise Stale
    without = held.pk if held else None
    hours = read_hours([schedule.pk], now=now, without=without)[
        schedule.pk
    ]  # read after the lock: nobody changes them now
    if not hours.is_open or not is_free(
        start, hours.rules, hours.windows, hours.exceptions, hours.busy, now=now
    ):
        raise SlotUnavailable

    end = start + timedelta(minutes=DURATION)
    expires = held.hold_expires_at if held and not keeps_longer else None
    details: dict[str, Any] = {
        "starts_at": start,
        "ends_at": end,
        "blocked": (start, end + timedelta(minutes=schedule.gap)),
        "hold_expires_at": min(expires or now + settings.BOOKING_HOLD, start),
        "client": client.user,
        "client_key": client_keys[0],
        "client_name": client.name,
        "client_email": client.email,
        "client_language": client.language,
        "client_time_zone": client.time_zone,
        "note": client.note,
        "with_guardian": client.with_guardian,
        "answers": [list(pair) for pair in client.answers],
        "wall_start": wall_clock(start, schedule.time_zone),
    }
    try:
        with transaction.atomic():
            booking = _change(held, details, client_keys) if held else _hold(schedule, key, details)
    except IntegrityError as error:
        raise refused(error) from error
    if client.is_verified:
        enter(booking, now)
    elif isinstance(client, Nobody):
        pass
    elif held is None:
        emails.confirm_address(booking, tokens.issue(booking, ActionToken.Purpose.CLIENT))
    elif not booking.tokens.exists():
        send_another_link(booking)
    refresh_next_slots([schedule.pk], now=now)
    return booking


def _hold(schedule: Schedule, key: uuid.UUID, details: dict[str, Any]) -> Booking:
    booking = Booking(schedule=schedule, status=Status.HELD, idempotency_key=key, **details)
    booking.save(force_insert=True)
    record(booking, "", Actor.CLIENT)
    return booking


def _change(held: Booking, details: dict[str, Any], client_keys: list[bytes]) -> Booking:
    """Make the hold, which is locked, another one. `client_keys` are those of whom it is for from now on."""
    was_at, was_for = held.starts_at, bytes(held.client_key)
    for name, value in details.items():
        setattr(held, name, value)
    held.save(update_fields=[*details, "updated_at"])
    if was_for not in client_keys:
        held.tokens.all().delete()
    if was_at != held.starts_at:
        record(held, held.status, Actor.CLIENT, BookingEvent.Kind.MOVED)
    return held
