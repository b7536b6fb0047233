"""What waits for somebody: shown in the header as a number, and on the account's page line by line."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from django.http import HttpRequest

from accounts import sessions
from core.users import User


@dataclass(frozen=True, kw_only=True)
class Waiting:
    """`text` names what waits with its number, in the language being read; `url` is where to see to it."""

    text: str
    url: str
    count: int = 1


Provider = Callable[[User], Iterator[Waiting]]
_providers: list[tuple[Provider, bool]] = []


def register(provider: Provider, *, staff: bool = False) -> Provider:
    """Add an app's provider; apps do so when they are ready. It takes a user, and asks nothing that isn't theirs.

    Every page of everybody who is logged in asks it: one query at most. `staff`: only those who may use the CMS
    are asked for, so that rights needn't be read for all others.
    """
    _providers.append((provider, staff))
    return provider


def waiting_for(user: User, *, staff: bool = False) -> list[Waiting]:
    """All that waits for `user`, in the order of the apps; with `staff`, what waits in the CMS too."""
    return [
        item for provider, needs_staff in _providers if staff or not needs_staff for item in provider(user)
    ]


def waiting_on(request: HttpRequest) -> list[Waiting]:
    """What waits for whoever made this request: nothing for strangers, and asked once for header and page together."""
    user = getattr(request, "user", None)  # a request that failed early has none
    if user is None or not user.is_authenticated:
        return []
    if not hasattr(request, "_waiting"):
        request._waiting = waiting_for(user, staff=sessions.is_staff(request))  # type: ignore[attr-defined]
    return list(request._waiting)  # type: ignore[attr-defined]
