"""What waits for somebody: shown in the header as a number, and on the account's page line by line."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, kw_only=True)
class Waiting:
    """`text` names what waits with its number, in the language being read; `url` is where to see to it."""

    text: str
    url: str
    count: int = 1


Provider = Callable[[Any], Iterator[Waiting]]
_providers: list[Provider] = []


def register(provider: Provider) -> Provider:
    """Add an app's provider; apps do so when they are ready. It takes a user, and asks nothing that isn't theirs."""
    _providers.append(provider)
    return provider


def waiting_for(user: Any) -> list[Waiting]:
    """All that waits for `user`, in the order of the apps."""
    return [item for provider in _providers for item in provider(user)]
