"""Free times as pages list them: under dates, on one clock, some days at a time."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.http import HttpRequest
from django.utils.dateparse import parse_date

from booking.forms import START_FORMAT, parse_start
from booking.reasons import why_none
from booking.slots import Hours, by_local_date
from core.i18n import zones

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
    since, until = midnight(first, zone), midnight(first + timedelta(days=DAYS_A_PAGE), zone)
    starts_by_date = by_local_date(hours.starts(now=now, since=since, until=until), zone)
    upcoming, is_before = None, False
    if not starts_by_date:
        later = hours.starts(now=now, since=until, until=midnight(last + timedelta(days=1), zone), limit=1)
        is_before = not later and since > midnight(today, zone)
        if is_before:
            later = hours.starts(now=now, since=midnight(today, zone), until=since, limit=1)
        upcoming = later[0].astimezone(zone) if later else None
    return {
        "days": [
            {
                "date": day,
                "slots": [
                    {
                        "value": start.astimezone(UTC).strftime(START_FORMAT),
                        "start": start,
                        "is_chosen": start == chosen,
                        "repeats": sum(other.time() == start.time() for other in starts) > 1,
                    }
                    for start in starts
                ],
            }
            for day, starts in sorted(starts_by_date.items())
        ],
        "first": first,
        "final": first + timedelta(days=DAYS_A_PAGE - 1),
        "earlier": max(first - timedelta(days=DAYS_A_PAGE), today) if first > today else None,
        "later": first + timedelta(days=DAYS_A_PAGE) if first + timedelta(days=DAYS_A_PAGE) <= last else None,
        "upcoming": upcoming,
        "is_before": is_before,  # the upcoming one, since there is none on these days or later
        "why": None if starts_by_date else why_none(hours, now=now, since=since, until=until),
        "is_open": hours.is_open,
        "other_now": now.astimezone(zones.load_zone(hours.schedule.time_zone))
        if zones.load_zone(hours.schedule.time_zone)
        else None,
        "local_now": now.astimezone(zone),
    }


def parse_date_or_none(text: str | None) -> date | None:
    try:
        return parse_date(text or "")
    except ValueError:
        return None


def midnight(day: date, zone: ZoneInfo) -> datetime:
    """The first instant of `day` on the clock of `zone`, in UTC. In a gap, the instant of the transition or before."""
    return datetime.combine(day, time.min, tzinfo=zone).astimezone(UTC)
