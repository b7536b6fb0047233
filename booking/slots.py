"""From rows to free times: reads schedules, and keeps each specialist's next free time."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from statistics import median
from typing import Any
from zoneinfo import ZoneInfo

from django.db import connection, transaction
from django.db.models import OuterRef, Q, Subquery
from django.utils import timezone

from booking.availability import DateOverride, Rules, Window, free_starts
from booking.models import Booking, BookingEvent, Schedule
from core.i18n.zones import load_zone, next_midnight
from core.page_cache.reading import reading, true_until
from directory import index
from directory.models import SearchRow, Specialist
from directory.page_tags import SPECIALIST, TIMES
from directory.times import KEPT, SOON, FreeTimes, free_soon, next_change

Status = Booking.Status
BATCH = 100  # schedules that wait for one refresh at most
NEAR = timedelta(days=15)  # read at once for what is soon, and for what will be
LOOK_AGAIN = timedelta(hours=6)  # where there is no free time
# What is read of a schedule and of its specialist, and what takes a time away or counts against a limit: active
# bookings, and those of the last nine days.
SCHEDULE = [field.attname for field in Schedule._meta.concrete_fields]
OPENNESS = [  # in the order of the model's fields, as from_db takes them
    field.attname
    for field in Specialist._meta.concrete_fields
    if field.attname in {"id", "state", "offers_free_consultation", "is_accepting"}
]
TAKING = [*Booking.ACTIVE, Status.COMPLETED, Status.NO_SHOW]
HOURS = f"""
    SELECT {", ".join(f"schedule.{name}" for name in SCHEDULE)}, {", ".join(f"specialist.{name}" for name in OPENNESS)},
        ARRAY(
            SELECT json_build_array(weekday, start, "end") FROM booking_weeklywindow AS hours
            WHERE hours.schedule_id = schedule.specialist_id
        ),
        ARRAY(
            SELECT json_build_array(first, last, start, "end") FROM booking_dateexception AS exception
            WHERE exception.schedule_id = schedule.specialist_id AND last >= %s
        )
    FROM booking_schedule AS schedule JOIN directory_specialist AS specialist ON specialist.id = specialist_id
    WHERE specialist_id = ANY(%s)
"""  # noqa: S608 - names of our own
TAKEN = """
    SELECT schedule_id, starts_at, ends_at, hold_expires_at FROM booking_booking
    WHERE schedule_id = ANY(%s) AND ends_at >= %s AND status = ANY(%s)
        AND NOT (status = 'held' AND hold_expires_at IS NOT NULL AND hold_expires_at <= %s) AND id <> %s
"""
REMEMBERED = timedelta(days=90)  # answers that reply times are made from
FEWEST_ANSWERS = 3


@dataclass
class Hours:
    """All that one specialist's free times follow from."""

    schedule: Schedule
    is_open: bool
    rules: Rules
    windows: list[Window] = field(default_factory=list)
    exceptions: list[DateOverride] = field(default_factory=list)
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

    In SQL, since each page with free times asks this, and the ORM takes longer to write the questions than PostgreSQL
    to answer them. Of the specialist, only what `is_open` asks is read along.
    """
    now = now or timezone.now()
    hours: dict[int, Hours] = {}
    with reading(*map(TIMES, specialist_ids), found=[SPECIALIST]), connection.cursor() as cursor:
        cursor.execute(HOURS, [(now.date() - timedelta(days=2)), list(specialist_ids)])
        for *row, windows, exceptions in cursor.fetchall():
            schedule = Schedule.from_db(connection.alias, SCHEDULE, row[: len(SCHEDULE)])
            schedule.specialist = Specialist.from_db(connection.alias, OPENNESS, row[len(SCHEDULE) :])
            hours[schedule.pk] = Hours(
                schedule=schedule,
                is_open=is_open(schedule),
                rules=schedule.rules,
                windows=[Window(*window) for window in windows],
                exceptions=[
                    DateOverride(date.fromisoformat(first), date.fromisoformat(last), start, end)
                    for first, last, start, end in exceptions
                ],
            )
        if hours:
            cursor.execute(TAKEN, [list(hours), now - timedelta(days=9), TAKING, now, without or 0])
            for pk, start, end, lapses_at in cursor.fetchall():
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


def next_starts(
    specialist_ids: Collection[int], *, limit: int = 3, ends: dict[int, datetime] | None = None
) -> dict[int, list[datetime]]:
    """The next free starts of these specialists, as they are at this moment, each on the specialist's own clock.

    `ends` is filled with the moments until which each answer holds if nobody books or writes.
    """
    now = timezone.now()
    found = {}
    for pk, hours in read_hours(specialist_ids, now=now).items():
        zone = load_zone(hours.schedule.time_zone)
        starts = hours.next_starts(now=now, limit=limit)
        found[pk] = [start.astimezone(zone) for start in starts]
        end = next_change_of(hours, starts, now=now)
        true_until(end)
        if ends is not None:
            ends[pk] = end
    return found


def next_change_of(hours: Hours, starts: Sequence[datetime], *, now: datetime) -> datetime:
    """Until when `starts`, the first free ones, are these if nobody books or writes; aware.

    Until the first can't be booked any more, somebody's hold runs out, or a day begins on the specialist's clock.
    """
    zone = load_zone(hours.schedule.time_zone) or UTC
    given_back = [lapse for lapse in hours.lapses if lapse > now]
    notice = timedelta(minutes=hours.rules.notice)
    return min([next_midnight(now, zone), *given_back, *(start - notice for start in starts[:1])])


def lock_hours(specialist_ids: Collection[int]) -> None:
    """Let nobody else book with these specialists, or change their hours, until the commit."""
    list(Schedule.objects.select_for_update(no_key=True).filter(pk__in=specialist_ids).order_by("pk"))


def refresh_next_slots(specialist_ids: Iterable[int], *, now: datetime | None = None) -> None:
    """Write down the next free times of these specialists, and until when they hold.

    The schedules' rows are locked first (whoever has one locked may pass that one): of two refreshes, the later
    has read what the earlier wrote, and an old answer never overwrites a new one.
    """
    ids = sorted(set(specialist_ids))
    now = now or timezone.now()
    with transaction.atomic():
        lock_hours(ids)
        index.write_times({pk: FreeTimes() for pk in ids} | free_times(ids, now=now))


def free_times(specialist_ids: Collection[int], *, now: datetime) -> dict[int, FreeTimes]:
    """What the directory keeps of the free times of these specialists, as they are at `now`. 2 queries."""
    return {pk: kept_times(hours, now=now) for pk, hours in read_hours(specialist_ids, now=now).items()}


def kept_times(hours: Hours, *, now: datetime) -> FreeTimes:
    """The next eight starts, when in the next 7 days somebody is free, and when that must be looked up again.

    It must when a hold that may have an earlier time runs out, when the last of the eight can't be booked any
    more, when a part of the week gets its first start or loses its last, and after some hours anyway where there
    is no start at all, since the horizon moves on by a day at the specialist's midnight.
    """
    if not hours.is_open or (not hours.windows and not hours.exceptions):
        return FreeTimes()
    zone = load_zone(hours.schedule.time_zone) or UTC
    notice = timedelta(minutes=hours.rules.notice)
    near = [start.astimezone(zone) for start in hours.starts(now=now, since=now, until=now + NEAR)]
    upcoming = near[:KEPT] if len(near) >= KEPT else hours.next_starts(now=now, limit=KEPT)
    looked_up = [now + LOOK_AGAIN, *hours.lapses]
    if upcoming:
        looked_up[0] = upcoming[-1] - notice
        looked_up.append(now + SOON)  # what lies beyond `near` comes near by then
        if change := next_change(near, now=now, notice=notice):
            looked_up.append(change)
        if hours.rules.horizon_days <= SOON.days:
            looked_up.append(next_midnight(now, zone))
    return FreeTimes(
        upcoming=tuple(start.astimezone(UTC) for start in upcoming),
        soon=free_soon(near, now=now),
        advance_at=upcoming[0] - notice if upcoming else None,
        stale_at=min(looked_up),
    )


def refresh_stale(*, now: datetime | None = None) -> int:
    """Look up again what has run out, and let first times that are over give way. Returns how many rows changed.

    Those whose schedule is locked are left for the next time: what locks it looks them up itself, or changes
    nothing about them.
    """
    now = now or timezone.now()
    stale = SearchRow.objects.filter(stale_at__lte=now)
    ids = list(stale.order_by("stale_at").values_list("pk", flat=True))
    orphans = stale.filter(specialist__schedule__isnull=True).values_list("pk", flat=True)
    done = 0
    for at in range(0, len(ids), BATCH):
        with transaction.atomic():
            schedules = Schedule.objects.select_for_update(no_key=True, skip_locked=True)
            free = [row.pk for row in schedules.filter(pk__in=ids[at : at + BATCH]).order_by("pk")]
            index.write_times({pk: FreeTimes() for pk in free} | free_times(free, now=now))
        done += len(free)
    without = list(orphans)
    index.write_times({pk: FreeTimes() for pk in without})
    return done + len(without) + index.advance(now=now)


def reply_minutes(specialist_ids: Collection[int]) -> dict[int, int]:
    """How long these specialists' answers to requests usually take: the median of the last 90 days, in minutes.

    0 for those who settle consultations at once; nobody's with fewer than three answers. 2 queries.
    """
    schedules = Schedule.objects.filter(pk__in=specialist_ids)
    minutes = dict.fromkeys(schedules.filter(confirms_by_hand=False).values_list("pk", flat=True), 0)
    asked = BookingEvent.objects.filter(
        booking=OuterRef("booking"),
        to_status=Status.REQUESTED,
        actor=BookingEvent.Actor.CLIENT,
        pk__lt=OuterRef("pk"),
    )
    answers = (
        BookingEvent.objects.filter(
            booking__schedule__in=specialist_ids,
            booking__schedule__confirms_by_hand=True,
            from_status=Status.REQUESTED,
            actor=BookingEvent.Actor.SPECIALIST,
            at__gte=timezone.now() - REMEMBERED,
        )
        .annotate(asked_at=Subquery(asked.order_by("-pk").values("at")[:1]))
        .values_list("booking__schedule", "at", "asked_at")  # type: ignore[misc]  # annotated above
    )
    waits: dict[int, list[float]] = defaultdict(list)
    for pk, answered_at, asked_at in answers:
        if asked_at is None:
            continue
        waits[pk].append((answered_at - asked_at).total_seconds() / 60)
    minutes |= {
        pk: max(1, round(median(minutes_waited)))
        for pk, minutes_waited in waits.items()
        if len(minutes_waited) >= FEWEST_ANSWERS
    }
    return minutes


def by_local_date(starts: Iterable[datetime], zone: ZoneInfo) -> dict[date, list[datetime]]:
    """Starts under the date they have on the clock of `zone`."""
    days: dict[date, list[datetime]] = defaultdict(list)
    for start in starts:
        local = start.astimezone(zone)
        days[local.date()].append(local)
    return dict(days)


def leaving_unanswered() -> Any:
    """The schedules whose specialist missed requests and has answered none since, as a subquery of numbers."""
    missed = Q(missed_requests__gt=0) | Q(paused_at__isnull=False)
    return Schedule.objects.filter(missed).values("pk")
