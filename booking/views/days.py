"""Free times as pages list them: under dates, on one clock, some days at a time."""

from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.http import HttpRequest
from django.utils.dateparse import parse_date

from booking.forms import START_FORMAT, parse_start
from booking.reasons import why_none
from booking.slots import Hours, by_local_date, next_change_of
from core.i18n import zones
from core.i18n.zones import midnight, next_midnight
from core.page_cache.reading import goes_by, true_until

DAYS_A_PAGE = 14


def on_both_clocks(start: datetime, zone: ZoneInfo, context: dict[str, Any]) -> dict[str, Any]:
    """A start on both clocks; `other_start` only if the specialist's shows something else."""
    other_zone = context["specialist_zone"]
    local = start.astimezone(zone)
    other = start.astimezone(other_zone) if other_zone else local
    differs = other.utcoffset() != local.utcoffset()
    return {
        "start": local,
        "start_value": start.astimezone(UTC).strftime(START_FORMAT),
        "other_start": other if differs else None,
    }


def slot_days(request: HttpRequest, hours: Hours, zone: ZoneInfo, now: datetime) -> dict[str, Any]:
    """Free times of 14 days under their dates on the client's clock, and the ways to earlier and later ones.

    They begin on the day that is asked for, else on that of the time chosen before, else today.
    """
    today = now.astimezone(zone).date()
    last = today + timedelta(days=hours.rules.horizon_days + 1)
    chosen = parse_start(request.POST.get("start") or request.GET.get("start"))
    asked = parse_date_or_none(request.POST.get("from") or request.GET.get("from"))
    if asked is None and chosen:
        asked = chosen.astimezone(zone).date()
    first = min(max(asked, today), last) if asked else today
    if "from" in request.GET:
        goes_by(("from", first.isoformat()))
    since, until = midnight(first, zone), midnight(first + timedelta(days=DAYS_A_PAGE), zone)
    starts = hours.starts(now=now, since=since, until=until)
    starts_by_date = by_local_date(starts, zone)
    later: list[datetime] = []
    upcoming, is_before = None, False
    if not starts:
        later = hours.starts(now=now, since=until, until=midnight(last + timedelta(days=1), zone), limit=1)
        is_before = not later and since > midnight(today, zone)
        if is_before:
            later = hours.starts(now=now, since=midnight(today, zone), until=since, limit=1)
        upcoming = later[0].astimezone(zone) if later else None
    local_now, other_zone = now.astimezone(zone), zones.load_zone(hours.schedule.time_zone)
    other_now = now.astimezone(other_zone) if other_zone else None
    true_until(next_change_of(hours, starts or later, now=now))
    true_until(next_midnight(now, zone))
    # Clocks are put forward and back at a quarter of an hour. The minute counts where the page says what time it is,
    # and where the reason for there being none can change with any that is taken.
    says_time = other_now is not None and other_now.utcoffset() != local_now.utcoffset()
    minutes = 1 if says_time or not starts else 15
    this_minute = now.replace(second=0, microsecond=0)
    true_until(this_minute + timedelta(minutes=minutes - this_minute.minute % minutes))
    return {
        "days": [
            {
                "date": day,
                "slots": [
                    {
                        "value": start.astimezone(UTC).strftime(START_FORMAT),
                        "start": start,
                        "is_chosen": start == chosen,
                        "repeats": sum(other.time() == start.time() for other in day_starts) > 1,
                    }
                    for start in day_starts
                ],
            }
            for day, day_starts in sorted(starts_by_date.items())
        ],
        "first": first,
        "final": first + timedelta(days=DAYS_A_PAGE - 1),
        "earlier": max(first - timedelta(days=DAYS_A_PAGE), today) if first > today else None,
        "later": first + timedelta(days=DAYS_A_PAGE) if first + timedelta(days=DAYS_A_PAGE) <= last else None,
        "upcoming": upcoming,
        "is_before": is_before,  # the upcoming one, since there is none on these days or later
        "why": None if starts_by_date else why_none(hours, now=now, since=since, until=until),
        "is_open": hours.is_open,
        "other_now": other_now,
        "local_now": local_now,
    }


def parse_date_or_none(text: str | None) -> date | None:
    try:
        return parse_date(text or "")
    except ValueError:
        return None
