"""What the directory asks of apps that lean on it. They provide it when they are ready; until then there is none."""

from collections.abc import Callable, Collection
from datetime import datetime
from typing import Any, Protocol

from directory.times import FreeTimes


class BookingPort(Protocol):
    """What the directory asks about consultations."""

    def next_starts(
        self, specialist_ids: Collection[int], *, limit: int = 3, ends: dict[int, datetime] | None = None
    ) -> dict[int, list[datetime]]:
        """The next free starts (aware) of these specialists, as they are now; `ends`: filled with until when."""

    def free_times(self, specialist_ids: Collection[int], *, now: datetime) -> dict[int, FreeTimes]:
        """What the directory's rows keep of the free times of these specialists, as they are at `now`."""

    def reply_minutes(self, specialist_ids: Collection[int]) -> dict[int, int]:
        """How many minutes requests usually wait for these specialists' answers, but for those with too few."""

    def lock_hours(self, specialist_ids: Collection[int]) -> None:
        """Let nobody book with these specialists, or change their hours, until the commit."""

    def edit_specialist(self, *, specialist_id: int, save: Callable[[], Any]) -> Any:
        """Call `save`, which changes whether a specialist can be booked, so that no booking slips in beside it."""

    def cancel_consultations(self, *, specialist_id: int, by: str) -> int:
        """Cancel what is to come with a specialist who leaves or is suspended; how many it were.

        `by`: "specialist" or "moderator". The clients are told.
        """

    def consultations_ahead(self, *, specialist_id: int) -> int:
        """How many consultations, settled or asked for, are still to come with a specialist."""

    def leaving_unanswered(self) -> Any:
        """The numbers of specialists who have left requests unanswered and haven't answered one since."""


class NoBooking:
    """A directory of people with whom nobody can book."""

    def next_starts(
        self, specialist_ids: Collection[int], *, limit: int = 3, ends: dict[int, datetime] | None = None
    ) -> dict[int, list[datetime]]:
        return {}

    def free_times(self, specialist_ids: Collection[int], *, now: datetime) -> dict[int, FreeTimes]:
        return {}

    def reply_minutes(self, specialist_ids: Collection[int]) -> dict[int, int]:
        return {}

    def lock_hours(self, specialist_ids: Collection[int]) -> None:
        return None

    def edit_specialist(self, *, specialist_id: int, save: Callable[[], Any]) -> Any:
        return save()

    def cancel_consultations(self, *, specialist_id: int, by: str) -> int:
        return 0

    def consultations_ahead(self, *, specialist_id: int) -> int:
        return 0

    def leaving_unanswered(self) -> Any:
        return []


class ArticlesPort(Protocol):
    """What the directory asks about articles."""

    def articles_by(self, specialist_id: int, language_code: str) -> list[dict[str, str]]:
        """The articles that a specialist wrote or reviewed, newest first: `title`, `url`, `role`."""


class NoArticles:
    def articles_by(self, specialist_id: int, language_code: str) -> list[dict[str, str]]:
        return []


class _Providers:
    """Who answers: one of each kind."""

    booking: BookingPort = NoBooking()
    articles: ArticlesPort = NoArticles()


def provide(*, booking: BookingPort | None = None, articles: ArticlesPort | None = None) -> None:
    """Called by an app when it is ready: an object, or a module, with these functions."""
    _Providers.booking = booking or _Providers.booking
    _Providers.articles = articles or _Providers.articles


def booking() -> BookingPort:
    return _Providers.booking


def articles() -> ArticlesPort:
    return _Providers.articles
