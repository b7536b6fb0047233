"""What time does to bookings: holds and requests end, consultations are over, old ones are erased."""

from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from booking import emails
from booking.models import MISSED_IN_A_ROW, Booking, Schedule
from booking.services.steps import Actor, Status, step
from booking.slots import refresh_next_slots, refresh_stale

COMPLETED_AFTER = timedelta(days=1)  # after its end: until then the two may say that somebody wasn't there


def tick(*, now: datetime | None = None) -> dict[str, int]:
    """All that is due, in one go: what was done, and how often. Safe on several machines at once."""
    return {
        "holds ended": expire_holds(now=now),
        "requests expired": expire_requests(now=now),
        "consultations completed": complete_past(now=now),
        "next times looked up": refresh_stale(now=now),
    }


def expire_holds(*, now: datetime | None = None) -> int:
    """End all holds whose 15 minutes are over, and free their times. Returns for how many specialists.

    One specialist a transaction, with the schedule's row locked as everybody else does. A schedule that is
    locked is left for the next time; whoever books there ends the old holds anyway.
    """
    now = now or timezone.now()
    return _each_schedule(
        Booking.objects.filter(status=Status.HELD, hold_expires_at__lte=now), end_holds, now
    )


def expire_requests(*, now: datetime | None = None) -> int:
    """End all requests and proposals whose time to answer is over, and tell both sides. Returns for how many
    specialists.

    The third request in a row that a specialist didn't answer pauses their free consultations, and they and the
    moderators are told. A proposal that the client didn't answer counts against nobody.
    """
    now = now or timezone.now()
    return _each_schedule(
        Booking.objects.filter(status=Status.REQUESTED, answer_by__lte=now), _end_requests, now
    )


def complete_past(*, now: datetime | None = None) -> int:
    """Mark confirmed consultations that ended a day ago as completed, if nobody said anything else."""
    now = now or timezone.now()
    over = Booking.objects.filter(status=Status.CONFIRMED, ends_at__lte=now - COMPLETED_AFTER)
    with transaction.atomic():
        bookings = list(over.select_for_update(skip_locked=True, of=("self",)))
        for booking in bookings:
            step(booking, to=Status.COMPLETED, allowed=[Status.CONFIRMED], actor=Actor.SITE)
    return len(bookings)


def erase_old(*, now: datetime | None = None, dry_run: bool = False) -> int:
    """Erase bookings that ended, or would have, more than `BOOKING_KEPT` ago. Returns how many.

    The privacy page promises it. With `dry_run` nothing is erased.
    """
    over = Booking.objects.filter(ends_at__lt=(now or timezone.now()) - settings.BOOKING_KEPT)
    count = over.count()
    if not dry_run:
        over.delete()  # its events and tokens go with it
    return count


def end_holds(bookings: Any, *, now: datetime) -> int:
    """End those of `bookings` that are holds out of time, and say how many. One that is locked is being ended."""
    due = _locked(bookings.filter(status=Status.HELD, hold_expires_at__lte=now))
    for booking in due:
        step(booking, to=Status.EXPIRED, allowed=[Status.HELD], actor=Actor.SITE)
    return len(due)


def _end_requests(bookings: Any, *, now: datetime) -> int:
    due = _locked(bookings.order_by("answer_by"))
    for booking in due:
        step(
            booking,
            to=Status.EXPIRED,
            allowed=[Status.REQUESTED],
            actor=Actor.SITE,
            awaits_client=booking.awaits_client,  # the row keeps who it was that didn't answer
        )
        emails.expired(booking)
        if not booking.awaits_client:
            _count_missed(booking, now)
    return len(due)


def _count_missed(booking: Booking, now: datetime) -> None:
    schedule = Schedule.objects.select_related("specialist__user").get(pk=booking.schedule_id)  # locked
    schedule.missed_requests += 1
    if schedule.missed_requests >= MISSED_IN_A_ROW and schedule.paused_at is None:
        schedule.paused_at = now
        emails.tell_paused(schedule)
    schedule.save(update_fields=["missed_requests", "paused_at"])


def _each_schedule(due: Any, end: Any, now: datetime) -> int:
    """Call `end` with what is due of each schedule, one a transaction, its row locked. Locked ones are left."""
    done = 0
    for pk in list(due.order_by("schedule_id").values_list("schedule_id", flat=True).distinct()):
        with transaction.atomic():
            if not list(Schedule.objects.select_for_update(no_key=True, skip_locked=True).filter(pk=pk)):
                continue
            if end(due.filter(schedule_id=pk), now=now):
                refresh_next_slots([pk], now=now)
                done += 1
    return done


def _locked(bookings: Any) -> list[Booking]:
    """These bookings, locked; those that somebody else is changing are left out."""
    rows = bookings.select_related("schedule__specialist__profession", "schedule__specialist__user")
    return list(rows.select_for_update(skip_locked=True, no_key=True, of=("self",)))
