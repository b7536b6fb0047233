"""From rows to free times: reads schedules, and keeps each specialist's next free time."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from django.db.models import Q
from django.utils import timezone

from booking.availability import DateException, Rules, Window, free_starts
from booking.models import Booking, Schedule
from booking.zones import load_zone
from directory.models import Specialist

Status = Booking.Status
BATCH = 500


@dataclass
class Hours:
    """All that one specialist's free times follow from."""

    schedule: Schedule
    is_open: bool
    rules: Rules
    windows: list[Window] = field(default_factory=list)
    exceptions: list[DateException] = field(default_factory=list)
    busy: list[tuple[datetime, datetime]] = field(default_factory=list)

    def starts(
        self, *, now: datetime, since: datetime, until: datetime, limit: int | None = None
    ) -> list[datetime]:
        """Free starts in [since, until), aware, in UTC, sorted. None for a closed schedule."""
        if not self.is_open:
            return []
        return free_starts(
            self.rules,
            self.windows,
            self.exceptions,
            self.busy,
            now=now,
            since=since,
            until=until,
            limit=limit,
        )

    def next_starts(self, *, now: datetime, limit: int = 1) -> list[datetime]:
        return self.starts(
            now=now, since=now, until=now + timedelta(days=self.rules.horizon_days + 2), limit=limit
        )


def read_hours(specialist_ids: Collection[int], *, now: datetime | None = None) -> dict[int, Hours]:
    """The hours of these specialists by number; those without a schedule are left out. 4 queries for any number."""
    now = now or timezone.now()
    schedules = Schedule.objects.filter(pk__in=specialist_ids).select_related("specialist")
    hours = {schedule.pk: _empty(schedule, schedule.specialist) for schedule in schedules}
    if not hours:
        return {}
    for pk, weekday, start, end in Schedule.objects.filter(pk__in=hours, windows__isnull=False).values_list(
        "pk", "windows__weekday", "windows__start", "windows__end"
    ):
        hours[pk].windows.append(Window(weekday, start, end))
    for pk, first, last, start, end in Schedule.objects.filter(
        pk__in=hours, exceptions__last__gte=now.date() - timedelta(days=2)
    ).values_list("pk", "exceptions__first", "exceptions__last", "exceptions__start", "exceptions__end"):
        hours[pk].exceptions.append(DateException(first, last, start, end))
    for pk, start, end in (
        _taking_time(now).filter(schedule__in=hours).values_list("schedule_id", "starts_at", "ends_at")
    ):
        hours[pk].busy.append((start, end))
    return hours


def hours_of(schedule: Schedule, specialist: Specialist, *, now: datetime | None = None) -> Hours:
    """The hours of one schedule, read now: 3 queries."""
    now = now or timezone.now()
    hours = _empty(schedule, specialist)
    hours.windows = [Window(*row) for row in schedule.windows.values_list("weekday", "start", "end")]
    hours.exceptions = [
        DateException(*row)
        for row in schedule.exceptions.filter(last__gte=now.date() - timedelta(days=2)).values_list(
            "first", "last", "start", "end"
        )
    ]
    hours.busy = list(_taking_time(now).filter(schedule=schedule).values_list("starts_at", "ends_at"))
    return hours


def next_starts(specialist_ids: Collection[int], *, limit: int = 3) -> dict[int, list[datetime]]:
    """The next free starts of these specialists, as they are at this moment, each on the specialist's own clock."""
    now = timezone.now()
    found = {}
    for pk, hours in read_hours(specialist_ids, now=now).items():
        zone = load_zone(hours.schedule.time_zone)
        found[pk] = [start.astimezone(zone) for start in hours.next_starts(now=now, limit=limit)]
    return found


def refresh_next_slots(specialist_ids: Iterable[int], *, now: datetime | None = None) -> None:
    """Write down the next free time of these specialists, and until when it holds.

    It holds until the notice before it has begun; then the ticker asks again.
    """
    now = now or timezone.now()
    ids = sorted(set(specialist_ids))
    hours = read_hours(ids, now=now)
    for pk in ids:
        starts = hours[pk].next_starts(now=now) if pk in hours else []
        Specialist.objects.filter(pk=pk).update(
            next_slot_at=starts[0] if starts else None,
            next_slot_stale_at=stale_at(starts, hours[pk], now) if pk in hours else None,
        )


def stale_at(starts: list[datetime], hours: Hours, now: datetime) -> datetime | None:
    """When a next free time must be looked up again: as its notice begins, or tomorrow if there is none."""
    if not hours.is_open or (not hours.windows and not hours.exceptions):
        return None
    if not starts:
        return now + timedelta(hours=6)  # the horizon moves on by a day at the specialist's midnight
    return starts[0] - timedelta(minutes=hours.rules.notice)


def refresh_stale(*, now: datetime | None = None) -> int:
    """Look up again what has run out. Returns how many specialists that were."""
    now = now or timezone.now()
    done = 0
    while ids := list(
        Specialist.objects.filter(next_slot_stale_at__lte=now)
        .order_by("next_slot_stale_at")
        .values_list("pk", flat=True)[:BATCH]
    ):
        refresh_next_slots(ids, now=now)
        done += len(ids)
        if len(ids) < BATCH:
            break
    return done


def by_local_date(starts: Iterable[datetime], zone: object) -> dict[object, list[datetime]]:
    """Starts under the date they have on the clock of `zone`."""
    days: dict[object, list[datetime]] = defaultdict(list)
    for start in starts:
        local = start.astimezone(zone)  # type: ignore[arg-type]  # a ZoneInfo
        days[local.date()].append(local)
    return dict(days)


def _empty(schedule: Schedule, specialist: Specialist) -> Hours:
    is_open = (
        schedule.is_open
        and specialist.offers_free_consultation
        and specialist.is_accepting
        and specialist.state == Specialist.State.PUBLISHED
    )
    return Hours(schedule=schedule, is_open=is_open, rules=schedule.rules)


def _taking_time(now: datetime):  # type: ignore[no-untyped-def]  # a Booking queryset
    """Bookings that take a time away or count against a daily limit: active ones, and those of the last two days."""
    return (
        Booking.objects.filter(ends_at__gte=now.astimezone(UTC) - timedelta(days=2))
        .filter(status__in=[*Booking.ACTIVE, Status.COMPLETED, Status.NO_SHOW])
        .exclude(Q(status=Status.HELD) & Q(hold_expires_at__lte=now))
    )
