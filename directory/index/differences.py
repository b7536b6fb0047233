"""Where the rows differ from what they are made from: `manage.py check_directory`."""

from collections.abc import Collection, Iterator
from datetime import date, datetime, timedelta
from typing import Any

from django.utils import timezone

from directory.index.contents import read_contents
from directory.index.texts import wrong_texts
from directory.index.writing import CONTENT_COLUMNS
from directory.models import SearchRow, SearchText

OVERDUE = timedelta(hours=1)  # what waits longer than that for the worker is wrong


def differences(ids: Collection[int], *, now: datetime | None = None) -> Iterator[str]:
    """Where the rows of these specialists differ from what they are made from, one sentence each.

    Free times are compared as they are at `now`, and not at all where they wait for the next tick.
    """
    now = now or timezone.now()
    contents = read_contents(ids, now=now)
    kept = SearchRow.objects.in_bulk(list(ids))
    for pk in sorted(set(kept) - set(contents)):
        yield f"Specialist {pk} has a row and isn't listed."
    for pk, expected in contents.items():
        row = kept.get(pk)
        if row is None:
            yield f"Specialist {pk} is listed and has no row."
            continue
        waits = [moment for moment in (row.stale_at, row.advance_at) if moment is not None and moment <= now]
        if waits and min(waits) < now - OVERDUE:
            yield f"Specialist {pk}: the free times should have been looked up at {_short(min(waits))}."
        if _is_forgotten(row.stale_at, expected.row.stale_at):
            yield f"Specialist {pk}: nothing looks the free times up in time."
        for name in [
            *CONTENT_COLUMNS,
            *([] if waits else ["soon", "next_slot_at", "upcoming", "advance_at"]),
        ]:
            is_, must = getattr(row, name), getattr(expected.row, name)
            # A row that has moved on by itself knows fewer than eight.
            if name == "upcoming":
                must = must[: len(is_)]
            if is_ != must:
                yield f"Specialist {pk}: {name} is {_short(is_)}, not {_short(must)}."
    left = SearchText.objects.filter(specialist__in=ids).exclude(specialist__in=contents)
    for pk in left.order_by("specialist").values_list("specialist", flat=True).distinct():
        yield f"Specialist {pk} has words and isn't listed."
    yield from wrong_texts(contents)


def _is_forgotten(kept: datetime | None, latest: datetime | None) -> bool:
    """Whether the moment to look again is missing, or later than one worked out now: that can only be the same."""
    return latest is not None and (kept is None or kept > latest)


def _short(value: Any) -> str:
    return value.isoformat() if isinstance(value, date | datetime) else repr(value)[:200]
