"""When somebody is free soon: the parts of the week that the directory filters by. Pure: no database, no clock."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

SOON = timedelta(days=7)
KEPT = 8  # free starts kept with a row
ANY = "any"
MORNING = "morning"
AFTERNOON = "afternoon"
EVENING = "evening"
WEEKEND = "weekend"
PARTS = (ANY, MORNING, AFTERNOON, EVENING, WEEKEND)
NOON, DUSK = 12, 17  # hours of the specialist's day


@dataclass(frozen=True)
class FreeTimes:
    """What a row keeps of a specialist's free times; all aware."""

    upcoming: tuple[datetime, ...] = ()
    soon: frozenset[str] = frozenset()
    advance_at: datetime | None = None
    stale_at: datetime | None = None


def parts_of(start: datetime) -> set[str]:
    """The parts of the week that a start is in, on the clock that it carries."""
    part = MORNING if start.hour < NOON else AFTERNOON if start.hour < DUSK else EVENING
    return {ANY, part} | ({WEEKEND} if start.weekday() >= 5 else set())


def free_soon(starts: Iterable[datetime], *, now: datetime) -> frozenset[str]:
    """The parts in which some of `starts` (each on the specialist's clock) are less than 7 days away."""
    return frozenset(part for start in starts if start < now + SOON for part in parts_of(start))


def next_change(starts: Sequence[datetime], *, now: datetime, notice: timedelta) -> datetime | None:
    """When `free_soon` says something else, if nobody books: a part gets its first start, or loses its last.

    `starts` are sorted, and none is nearer than the notice. None if that never happens with these.
    """
    changes = []
    for part in PARTS:
        until: datetime | None = None  # since when it has been free without a break, and until then
        for start in starts:
            if part not in parts_of(start):
                continue
            enters, leaves = start - SOON, start - notice
            if until is None and enters >= now:
                until = enters
                break
            if until is not None and enters > until:
                break
            until = leaves
        if until is not None:
            changes.append(until)
    return min(changes, default=None)
