"""What waits for moderators. An app registers a queue once, when it is ready; every place that shows queues follows.

From one registration come the menu item of the CMS with its number (moderation.wagtail_hooks), a line on the CMS's
first page (moderation.panels), the number in the account's header and its line there (`waiting`), and the daily mail
(moderation.emails).
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.http import urlencode

from accounts.waiting import Waiting
from core.users import AnyUser


@dataclass(frozen=True, kw_only=True)
class Section:
    """A part of the CMS's first page, with a line for each of its queues. `title` is lazily translated."""

    name: str
    title: Any
    order: int


@dataclass(frozen=True, kw_only=True)
class Detail:
    """What a line of the first page says after the number, in the language being read."""

    text: str
    url: str = ""
    is_urgent: bool = False


def no_details() -> Iterable[Detail]:
    return ()


@dataclass(frozen=True, kw_only=True)
class Queue:
    """Something that moderators look at until it is empty.

    `permission` ("app.codename") says who sees it, everywhere. `rows` are what waits; they are counted with one query.
    The list is at `url_name`; `query` leaves only what waits in it.

    `line` is what the first page says, `account_line` what the account says: each an `ngettext_lazy` of `count`.
    Without `account_line`, it doesn't count among what waits for somebody. Without a `title`, the menu doesn't have it.
    `is_mailed`: moderators get a mail once a day as long as something is in it.
    """

    name: str
    permission: str
    rows: Callable[[], QuerySet[Any]]
    url_name: str
    query: Mapping[str, str] = field(default_factory=dict)
    section: Section
    line: Any
    details: Callable[[], Iterable[Detail]] = no_details
    account_line: Any = None
    title: Any = None
    icon: str = "tasks"
    order: int = 300
    is_mailed: bool = False

    @property
    def list_url(self) -> str:
        return reverse(self.url_name)

    @property
    def waiting_url(self) -> str:
        """The list with nothing but what waits."""
        return f"{self.list_url}?{urlencode(self.query)}" if self.query else self.list_url


_queues: dict[str, Queue] = {}


def register(queue: Queue) -> Queue:
    """Make a queue known. Raises ValueError if there is another of its name."""
    if queue.name in _queues:
        raise ValueError(f"There is a queue named {queue.name} already.")
    _queues[queue.name] = queue
    return queue


def queues_for(user: AnyUser) -> list[Queue]:
    """The queues that `user` may see, in the order in which they were registered."""
    return [queue for queue in _queues.values() if user.has_perm(queue.permission)]


def count_on(request: HttpRequest, queue: Queue) -> int:
    """How many wait in `queue`: menu and first page of the CMS ask once together. 1 query, then none."""
    if not hasattr(request, "_waiting_in_queues"):
        request._waiting_in_queues = {}  # type: ignore[attr-defined]
    counts: dict[str, int] = request._waiting_in_queues  # type: ignore[attr-defined]
    if queue.name not in counts:
        counts[queue.name] = queue.rows().count()
    return counts[queue.name]


def waiting(user: AnyUser) -> Iterator[Waiting]:
    """What the account says to those who may see a queue. 1 query for each of these queues."""
    for queue in queues_for(user):
        if queue.account_line is not None and (count := queue.rows().count()):
            yield Waiting(text=queue.account_line % {"count": count}, url=queue.waiting_url, count=count)


def something_waits() -> bool:
    """Whether anything waits that moderators get a mail about. At most 1 query for each of these queues."""
    return any(queue.rows().exists() for queue in _queues.values() if queue.is_mailed)
