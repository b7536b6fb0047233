"""From rows to free times: reads schedules, and keeps each specialist's next free time."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.contrib.postgres.expressions import ArraySubquery
from django.db import transaction
from django.db.models import OuterRef, Q
from django.db.models.functions import JSONArray
from django.utils import timezone

from booking.availability import DateException, Rules, Window, free_starts
from booking.models import Booking, Schedule, WeeklyWindow
from booking.models import DateException as DateExceptionRow
from booking.models.records import BookingQuerySet
from core.zones import load_zone
from directory.models import Specialist

Status = Booking.Status
BATCH = 100  # schedules that wait for one refresh at most


@dataclass
class Hours:
    """All that one specialist's free times follow from."""

    schedule: Schedule
    is_open: bool
    rules: Rules
    windows: list[Window] = field(default_factory=list)
    exceptions: list[DateException] = field(default_factory=list)
    busy: list[tuple[datetime, datetime]] = field(default_factory=list)
    lapses: list[datetime] = field(default_factory=list)  # when unconfirmed bookings give their times back

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


def read_hours(
    specialist_ids: Collection[int], *, now: datetime | None = None, without: int | None = None
) -> dict[int, Hours]:
    """The hours of these specialists by number; those without a schedule are left out. 2 queries for any number.

    `without` is the number of a booking to leave out: one that is being moved is not in its own way.
    """
    now = now or timezone.now()
    recent = now.date() - timedelta(days=2)
    windows = WeeklyWindow.objects.filter(schedule=OuterRef("pk")).order_by()
    exceptions = DateExceptionRow.objects.filter(schedule=OuterRef("pk"), last__gte=recent).order_by()
    schedules = (
        Schedule.objects.filter(pk__in=specialist_ids)
        .select_related("specialist")
        .annotate(
            windows_here=ArraySubquery(windows.values(row=JSONArray("weekday", "start", "end"))),
            exceptions_here=ArraySubquery(exceptions.values(row=JSONArray("first", "last", "start", "end"))),
        )
    )
    hours = {}
    for schedule in schedules:
        own = hours[schedule.pk] = Hours(schedule=schedule, is_open=is_open(schedule), rules=schedule.rules)
        own.windows = [Window(*row) for row in schedule.windows_here]
        own.exceptions = [
            DateException(date.fromisoformat(first), date.fromisoformat(last), start, end)
            for first, last, start, end in schedule.exceptions_here
        ]
    if hours:
        taken = _taking_time(now).filter(schedule__in=hours).exclude(pk=without or 0)
        for pk, start, end, lapses_at in taken.values_list(
            "schedule_id", "starts_at", "ends_at", "hold_expires_at"
        ):
            hours[pk].busy.append((start, end))
            if lapses_at is not None:
                hours[pk].lapses.append(lapses_at)
    return hours


def is_open(schedule: Schedule) -> bool:
    """Whether anybody may see free times: the schedule is open, and so is the specialist, in public."""
    specialist = schedule.specialist
    return (
        schedule.is_open
        and schedule.paused_at is None
        and specialist.offers_free_consultation
        and specialist.is_accepting
        and specialist.is_public
    )


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

    It holds until the notice before it begins or a hold runs out; then the ticker asks again. The schedules'
    rows are locked first (whoever has one locked may pass that one): of two refreshes, the later has read what
    the earlier wrote, and an old answer never overwrites a new one.
    """
    ids = sorted(set(specialist_ids))
    with transaction.atomic():
        list(Schedule.objects.select_for_update(no_key=True).filter(pk__in=ids).order_by("pk"))
        _write_next_slots(ids, now=now or timezone.now())


def _write_next_slots(ids: Collection[int], *, now: datetime) -> None:
    hours = read_hours(ids, now=now)
    for pk in sorted(ids):
        starts = hours[pk].next_starts(now=now) if pk in hours else []
        Specialist.objects.filter(pk=pk).update(
            next_slot_at=starts[0] if starts else None,
            next_slot_stale_at=stale_at(starts, hours[pk], now) if pk in hours else None,
        )


def stale_at(starts: list[datetime], hours: Hours, now: datetime) -> datetime | None:
    """When a next free time must be looked up again.

    As its notice begins, or as a hold that may have an earlier one runs out, or in six hours if there is none.
    """
    if not hours.is_open or (not hours.windows and not hours.exceptions):
        return None
    if not starts:  # the horizon moves on by a day at the specialist's midnight
        return min([now + timedelta(hours=6), *hours.lapses])
    return min([starts[0] - timedelta(minutes=hours.rules.notice), *hours.lapses])


def refresh_stale(*, now: datetime | None = None) -> int:
    """Look up again what has run out. Returns how many specialists that were.

    Those whose schedule is locked are left for the next time: what locks it looks them up itself, or changes
    nothing about them.
    """
    now = now or timezone.now()
    stale = Specialist.objects.filter(next_slot_stale_at__lte=now)
    ids = list(stale.order_by("next_slot_stale_at").values_list("pk", flat=True))
    done = stale.filter(schedule__isnull=True).update(next_slot_at=None, next_slot_stale_at=None)
    for at in range(0, len(ids), BATCH):
        with transaction.atomic():
            schedules = Schedule.objects.select_for_update(no_key=True, skip_locked=True)
            free = [row.pk for row in schedules.filter(pk__in=ids[at : at + BATCH]).order_by("pk")]
            _write_next_slots(free, now=now)
        done += len(free)
    return done


def by_local_date(starts: Iterable[datetime], zone: ZoneInfo) -> dict[date, list[datetime]]:
    """Starts under the date they have on the clock of `zone`."""
    days: dict[date, list[datetime]] = defaultdict(list)
    for start in starts:
        local = start.astimezone(zone)
        days[local.date()].append(local)
    return dict(days)


def _taking_time(now: datetime) -> BookingQuerySet:
    """Bookings that take a time away or count against a limit: active ones, and those of the last nine days."""
    rows: BookingQuerySet = (
        Booking.objects.filter(ends_at__gte=now.astimezone(UTC) - timedelta(days=9))
        .filter(status__in=[*Booking.ACTIVE, Status.COMPLETED, Status.NO_SHOW])
        .exclude(Q(status=Status.HELD) & Q(hold_expires_at__lte=now))
    )
    return rows


def leaving_unanswered() -> Any:
    """The schedules whose specialist missed requests and has answered none since, as a subquery of numbers."""
    missed = Q(missed_requests__gt=0) | Q(paused_at__isnull=False)
    return Schedule.objects.filter(missed).values("pk")
