"""What the directory asks of apps that lean on it. They set these when they are ready."""

from collections.abc import Callable, Collection
from datetime import datetime
from typing import Any

from directory.times import Times


def _none(specialist_ids: Collection[int], *, limit: int = 3) -> dict[int, list[datetime]]:
    return {}


# The next free starts (aware, UTC) of these specialists, as they are now. Set by booking.
next_starts: Callable[..., dict[int, list[datetime]]] = _none


def _no_hours(rows: list[dict[str, Any]], seed: int) -> None:
    return None


# Gives synthetic specialists their hours: takes the rows that have just been written, in the same transaction. Set
# by booking, when its `synthetic` is imported.
synthetic_hours: Callable[[list[dict[str, Any]], int], None] = _no_hours


def _nothing() -> None:
    return None


# Tells the planner about many new hours. Set along with `synthetic_hours`.
analyze_hours: Callable[[], None] = _nothing


def _save(*, specialist_id: int, save: Callable[[], Any]) -> Any:
    return save()


# Calls `save`, which changes whether a specialist can be booked, so that no booking slips in beside it.
edit_specialist: Callable[..., Any] = _save


def _no_articles(specialist_id: int, language_code: str) -> list[dict[str, str]]:
    return []


# The articles that a specialist wrote or reviewed, newest first: `title`, `url`, `role`. Set by articles.
articles_by: Callable[[int, str], list[dict[str, str]]] = _no_articles


def _no_locks(specialist_ids: Collection[int]) -> None:
    return None


# Locks the hours of these specialists until the commit: nobody books with them or changes them meanwhile.
lock_hours: Callable[[Collection[int]], None] = _no_locks


def _no_times(specialist_ids: Collection[int], *, now: datetime) -> dict[int, Times]:
    return {}


# What the directory's rows keep of the free times of these specialists, as they are at `now`.
times: Callable[..., dict[int, Times]] = _no_times


def _no_replies(specialist_ids: Collection[int]) -> dict[int, int]:
    return {}


# How many minutes requests usually wait for these specialists' answers; those with too few answers are left out.
reply_minutes: Callable[[Collection[int]], dict[int, int]] = _no_replies


def _nothing_to_cancel(*, specialist_id: int, by: str) -> int:
    return 0


# Cancels what is still to come with a specialist who leaves or is suspended, and tells the clients; how many it were.
# `by`: "specialist" or "moderator". Set by booking.
cancel_consultations: Callable[..., int] = _nothing_to_cancel


def _nobody() -> Any:
    return []


# The numbers of specialists who have left requests unanswered and haven't answered one since. Set by booking.
leaving_unanswered: Callable[[], Any] = _nobody


def _none_ahead(*, specialist_id: int) -> int:
    return 0


# How many consultations, settled or asked for, are still to come with a specialist. Set by booking.
consultations_ahead: Callable[..., int] = _none_ahead
