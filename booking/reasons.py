"""Why a page has no free time to show. Without database, like `availability`."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import NamedTuple

from booking.availability import DateOverride
from booking.slots import Hours
from core.i18n.zones import load_zone


class NothingFreeReason(StrEnum):
    CLOSED = "closed"  # no free consultations at the moment: closed, paused, or not offered
    NOT_ACCEPTING = "not_accepting"  # no new clients at all
    AWAY = "away"  # closed on these days, open on others
    FULL = "full"  # all that was offered is booked
    NO_HOURS = "no_hours"  # nothing is offered on these days


class Why(NamedTuple):
    reason: NothingFreeReason
    until: date | None = None  # the last day away


def why_none(hours: Hours, *, now: datetime, since: datetime, until: datetime) -> Why:
    """Why nothing starts in [since, until), where nothing does."""
    if not hours.is_open:
        return Why(_why_closed(hours))
    unbooked = replace(hours, busy=[])
    if unbooked.starts(now=now, since=since, until=until, limit=1):
        return Why(NothingFreeReason.FULL)
    usual = replace(unbooked, exceptions=[])
    zone = load_zone(hours.rules.time_zone)
    last = _last_day_away(hours.exceptions, since.astimezone(zone).date(), until.astimezone(zone).date())
    if last and usual.starts(now=now, since=since, until=until, limit=1):
        return Why(NothingFreeReason.AWAY, last)
    return Why(NothingFreeReason.NO_HOURS)


def _why_closed(hours: Hours) -> NothingFreeReason:
    schedule = hours.schedule
    offers = schedule.is_open and schedule.paused_at is None and schedule.specialist.offers_free_consultation
    return NothingFreeReason.NOT_ACCEPTING if offers else NothingFreeReason.CLOSED


def _last_day_away(exceptions: list[DateOverride], first: date, last: date) -> date | None:
    """The end of the first run of closed days between two dates, wherever it lies; None if none is closed."""
    end: date | None = None
    for closed in sorted((one for one in exceptions if one.start is None), key=lambda one: one.first):
        touches = closed.first <= last if end is None else closed.first <= end + timedelta(days=1)
        if closed.last >= first and touches:
            end = max(end or closed.last, closed.last)
    return end
