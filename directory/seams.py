"""What the directory asks of apps that lean on it. They set these when they are ready."""

from collections.abc import Callable, Collection
from datetime import datetime
from typing import Any


def _none(specialist_ids: Collection[int], *, limit: int = 3) -> dict[int, list[datetime]]:
    return {}


# The next free starts (aware, UTC) of these specialists, as they are now. Set by booking.
next_starts: Callable[..., dict[int, list[datetime]]] = _none


def _no_hours(rows: list[dict[str, Any]], seed: int) -> None:
    return None


# Gives synthetic specialists their hours: takes the rows about to be written, in the same transaction, writes the
# schedules and fills in `next_slot_at` and `next_slot_stale_at`. Set by booking, when its `synthetic` is imported.
synthetic_hours: Callable[[list[dict[str, Any]], int], None] = _no_hours


def _nothing() -> None:
    return None


# Tells the planner about many new hours. Set along with `synthetic_hours`.
analyze_hours: Callable[[], None] = _nothing


def _save(*, specialist_id: int, save: Callable[[], Any]) -> Any:
    return save()


# Calls `save`, which changes whether a specialist can be booked, so that no booking slips in beside it.
edit_specialist: Callable[..., Any] = _save


def _nothing_to_cancel(*, specialist_id: int, by: str) -> int:
    return 0


# Cancels what is still to come with a specialist who leaves or is suspended, and tells the clients; how many it were.
# `by`: "specialist" or "moderator". Set by booking.
cancel_consultations: Callable[..., int] = _nothing_to_cancel


def _none_ahead(*, specialist_id: int) -> int:
    return 0


# How many consultations, settled or asked for, are still to come with a specialist. Set by booking.
consultations_ahead: Callable[..., int] = _none_ahead
