"""Changing what a specialist offers."""

import hashlib
from collections.abc import Callable
from datetime import datetime, timedelta
from itertools import zip_longest
from typing import Any, TypeVar

from django.utils import timezone

from booking import emails
from booking.errors import ScheduleChanged
from booking.models import Booking, DateException, Schedule, WeeklyWindow
from booking.services.steps import Actor, Kind, Status, in_transaction, step
from booking.slots import refresh_next_slots
from directory import index

R = TypeVar("R")
NOT_TYPED = ("missed_requests", "paused_at")  # nobody types these


@in_transaction
def edit_schedule(
    *, specialist_id: int, save: Callable[[], R], shown: str | None = None, now: datetime | None = None
) -> R:
    """Change a specialist's hours, or what else decides whether they can be booked, by calling `save`.

    `save` runs with the schedule's row locked: a booking is either there before the change, or checked against
    it. Bookings stay as they are; only the pause that they keep from others follows the schedule's new one. Whoever
    has a consultation is told when the way to join it changes, their calendar too.
    `shown` is the `fingerprint` of what the form began with. Raises ScheduleChanged if it isn't so any more.
    Returns what `save` returns; raises what it raises, and then nothing has changed. Raises Busy if the lock can't
    be had.
    """
    before = Schedule.objects.select_for_update(no_key=True).filter(pk=specialist_id).first()
    if shown is not None and shown != fingerprint(specialist_id):
        raise ScheduleChanged
    result = save()
    now = now or timezone.now()
    if schedule := Schedule.objects.filter(pk=specialist_id).first():
        _fit_pauses(schedule, now=now)
        if before is not None and _plain(before.joining) != _plain(schedule.joining):
            _tell_joining(schedule, now=now)
    index.rebuild([specialist_id], now=now)
    return result


def fingerprint(specialist_id: int) -> str:
    """What stands for all that people set of a schedule, its hours and exceptions: another one after each change."""
    rows: list[Any] = [
        {name: value for name, value in row.items() if name not in NOT_TYPED}
        for row in Schedule.objects.filter(pk=specialist_id).values()
    ]
    for model in (WeeklyWindow, DateException):
        queryset = model.objects.filter(schedule__pk=specialist_id)
        names = [field.attname for field in model._meta.concrete_fields if not field.primary_key]
        rows += sorted(queryset.values_list(*names), key=repr)
    return hashlib.sha256(repr(rows).encode()).hexdigest()


@in_transaction
def resume(*, schedule_id: int, now: datetime | None = None) -> None:
    """Offer free consultations again after missed requests had paused them."""
    Schedule.objects.select_for_update(no_key=True).get(pk=schedule_id)
    Schedule.objects.filter(pk=schedule_id).update(paused_at=None, missed_requests=0)
    refresh_next_slots([schedule_id], now=now)


def _plain(text: str) -> list[str]:
    """The words alone: another line end or blank is no other way to join."""
    return text.split()


def _tell_joining(schedule: Schedule, *, now: datetime) -> None:
    """Tell everybody with a settled consultation that isn't over how to join it now: one change more of each."""
    rows = schedule.bookings.filter(status=Status.CONFIRMED, ends_at__gt=now).order_by("pk")
    rows = rows.select_related("schedule__specialist__profession", "schedule__specialist__user")
    for booking in rows.select_for_update(no_key=True, of=("self",)):
        step(
            booking,
            to=Status.CONFIRMED,
            allowed=[Status.CONFIRMED],
            actor=Actor.SITE,
            kind=Kind.JOINING,
            sequence=booking.sequence + 1,
        )
        emails.joining_changed(booking)


def _fit_pauses(schedule: Schedule, *, now: datetime) -> None:
    """Let active bookings block the pause that the schedule has now; where the next one is nearer, up to it."""
    bookings = list(schedule.bookings.active().filter(ends_at__gt=now).order_by("starts_at"))
    pause = timedelta(minutes=schedule.gap)
    changes = []
    for booking, following in zip_longest(bookings, bookings[1:]):
        end = booking.ends_at + pause
        if following:
            end = min(end, following.starts_at)
        if end != booking.blocked.upper:
            changes.append((end > booking.blocked.upper, booking.pk, (booking.starts_at, end)))
    for _grows, pk, blocked in sorted(changes, key=lambda change: change[:2]):  # first what makes room
        Booking.objects.filter(pk=pk).update(blocked=blocked)
