"""From a chosen time to a request or a settled consultation."""

import secrets
import uuid
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from booking import emails, tokens
from booking.availability import is_free
from booking.errors import (
    AlreadyBooked,
    Blocked,
    BookingError,
    ClientBusy,
    HoldElsewhere,
    HoldExpired,
    KeyReused,
    SlotTaken,
    SlotUnavailable,
    Stale,
    TooMany,
)
from booking.models import DURATION, ActionToken, BlockedClient, Booking, BookingEvent, Schedule
from booking.services.expiry import end_holds
from booking.services.steps import (
    Actor,
    Shown,
    Status,
    in_transaction,
    lock_booking,
    lock_client,
    record,
    refused,
    require_start,
    step,
    wall_clock,
)
from booking.slots import read_hours, refresh_next_slots
from core.mail.outbox import enqueue
from directory.models import Specialist


@dataclass(frozen=True, kw_only=True)
class ClientDetails:
    """What a client tells: a name or nickname, where to write, in which language and on which clock.

    `answers` are to the editors' questions, as `Booking.answers` keeps them. `is_verified`: the address is known to
    be theirs, so no e-mail has to prove it.
    """

    name: str
    email: str
    language: str
    time_zone: str
    note: str = ""
    with_guardian: bool = False
    answers: tuple[tuple[str, str], ...] = ()
    user: Any = None
    is_verified: bool = False

    @property
    def key(self) -> bytes:
        """What tells one client from another: nobody can turn it back into an address."""
        return tokens.client_key(self.email)

    @property
    def mailbox_key(self) -> bytes:
        """What moderators block them by."""
        return tokens.mailbox_key(self.email)


@dataclass(frozen=True, kw_only=True)
class Nobody(ClientDetails):
    """Stands for a client who must not have another time, so that a stranger can't tell (docs/decisions/0010).

    A time is held for them as for everybody, but it is nobody's: no name, no address, no mail, and no link that
    could confirm it. `stands_for` makes the same form sent again the same hold.
    """

    stands_for: str
    name: str = ""
    email: str = ""

    @property
    def key(self) -> bytes:
        return tokens.client_key(f"nobody:{self.stands_for}")

    @property
    def mailbox_key(self) -> bytes:
        return self.key


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
    client_key, mailbox_key = client.key, client.mailbox_key
    wanted: dict[str, Any] = {
        "schedule_id": specialist.pk,
        "start": start,
        "client_key": client_key,
        "mailbox_key": mailbox_key,
        "key": key,
        "held": held,
    }
    # Once here, so that those who come too late needn't queue for the locks, and once behind them.
    if earlier := _settled(**wanted, now=now or timezone.now()):
        return earlier
    # Always the client first, then the schedule: no deadlocks. Their mailbox too, so that nobody is blocked meanwhile.
    for locked in dict.fromkeys([mailbox_key, client_key]):
        lock_client(locked)
    schedule = Schedule.objects.select_for_update(no_key=True).filter(specialist=specialist).first()
    if schedule is None:
        raise SlotUnavailable
    # Locked too, so that nobody is suspended between the check below and the commit.
    specialist = Specialist.objects.select_for_update(no_key=True).get(pk=schedule.pk)
    now = now or timezone.now()  # after the wait for the locks

    if earlier := _settled(**wanted, now=now):
        return earlier

    # The client's holds elsewhere are only ended: their schedules aren't locked, and the ticker looks them up.
    end_holds(Booking.objects.filter(Q(schedule=schedule) | Q(client_key=client_key)), now=now)
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
        "client_key": client_key,
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
            booking = _change(held, details) if held else _hold(schedule, key, details)
    except IntegrityError as error:
        raise refused(error) from error
    if client.is_verified:
        _enter(booking, now)
    elif isinstance(client, Nobody):
        pass
    elif held is None:
        emails.confirm_address(booking, tokens.issue(booking, ActionToken.Purpose.CLIENT))
    elif not booking.tokens.exists():
        _send_another_link(booking)
    refresh_next_slots([schedule.pk], now=now)
    return booking


def _hold(schedule: Schedule, key: uuid.UUID, details: dict[str, Any]) -> Booking:
    booking = Booking(schedule=schedule, status=Status.HELD, idempotency_key=key, **details)
    booking.save(force_insert=True)
    record(booking, "", Actor.CLIENT)
    return booking


def _change(held: Booking, details: dict[str, Any]) -> Booking:
    """Make the hold, which is locked, another one."""
    was_at, was_for = held.starts_at, bytes(held.client_key)
    for name, value in details.items():
        setattr(held, name, value)
    held.save(update_fields=[*details, "updated_at"])
    if was_for != held.client_key:
        held.tokens.all().delete()
    if was_at != held.starts_at:
        record(held, held.status, Actor.CLIENT, BookingEvent.Kind.MOVED)
    return held


def _send_another_link(booking: Booking) -> None:
    """Mail the link that confirms once more: a mail of its own, under a key of its own."""
    token = tokens.issue(booking, ActionToken.Purpose.CLIENT)
    key = f"{booking.uid}:{booking.sequence}:{secrets.token_hex(4)}:confirm_address"
    enqueue(emails.to_client(booking, "confirm_address", token), key=key)


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
        _send_another_link(booking)


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


def _settled(
    *,
    schedule_id: int,
    start: datetime,
    client_key: bytes,
    mailbox_key: bytes,
    key: uuid.UUID,
    held: Booking | None,
    now: datetime,
) -> Booking | None:
    """The booking that was already made with `key`, or None if nothing is in the way of a new one.

    Raises what `request_booking` raises for a committed booking that is in the way of a new one. `held` is in nobody's.
    """
    # One question for all that may be in the way, and for the form sent again: whoever comes too late should hear so
    # quickly, and a booking that is committed meanwhile is either seen as both or not at all.
    is_theirs = Q(client_key=client_key) & (
        Q(status__in=Booking.ACTIVE) | Q(created_at__gt=now - timedelta(days=7))
    )
    is_then = Q(schedule=schedule_id, blocked__contains=start, status__in=Booking.ACTIVE)
    rows = Booking.objects.filter(is_theirs | is_then | Q(idempotency_key=key)).order_by()
    bookings = list(rows.exclude(pk=held.pk) if held else rows)
    for earlier in bookings:
        if earlier.idempotency_key == key:
            same = (earlier.schedule_id, earlier.starts_at, bytes(earlier.client_key))
            if same != (schedule_id, start, client_key):
                raise KeyReused
            return earlier
    if BlockedClient.objects.filter(mailbox_key=mailbox_key).exists():
        raise Blocked
    own = [booking for booking in bookings if bytes(booking.client_key) == client_key]
    if refusal := _in_the_way(own, schedule_id, start, now):
        raise refusal
    if any(booking not in own and _keeps_its_time(booking, now) for booking in bookings):
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
    _enter(booking, now)
    return booking


def _enter(booking: Booking, now: datetime) -> None:
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
