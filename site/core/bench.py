"""What `manage.py bench` measures. Apps add their pages and their writes in a `bench` module of their own."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass

Find = Callable[[], str | None]

# Pages by name: a function that finds an address in whatever the database holds, or None if nothing fits.
pages: dict[str, Find] = {}


@dataclass(frozen=True)
class Write:
    """Something that commits. `undo` removes what the last `run` left, and isn't measured."""

    run: Callable[[], object]
    undo: Callable[[], object]


# Writes by name: each gives its Write in a context that prepares it and cleans up after all rounds.
writes: dict[str, Callable[[], AbstractContextManager[Write]]] = {}


def page(name: str) -> Callable[[Find], Find]:
    """Register a function that finds the address of a page to measure."""

    def register(find: Find) -> Find:
        pages[name] = find
        return find

    return register
