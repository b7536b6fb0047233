"""E-mails that people may turn off, by kind. What an account's safety or a booking depends on is no kind here."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from core.users import User


@dataclass(frozen=True, kw_only=True)
class Kind:
    """`name` is stored in `User.muted`. `label` and `help` are lazily translated. `concerns`: who gets such mail."""

    name: str
    label: Any
    help: Any = ""
    concerns: Callable[[Any], bool] = lambda user: True


_kinds: dict[str, Kind] = {}


def register(kind: Kind) -> Kind:
    """Make a kind known; apps do so when they are ready."""
    _kinds[kind.name] = kind
    return kind


def kinds_for(user: User) -> list[Kind]:
    """The kinds of mail that `user` may get at all."""
    return [kind for kind in _kinds.values() if kind.concerns(user)]


def wants(user: User, kind: Kind) -> bool:
    """Whether `user` has left this kind turned on, as all are at first."""
    return kind.name not in user.muted
