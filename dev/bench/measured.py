"""What `manage.py bench` measures. The modules beside this one add pages, writes and questions."""

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from random import Random

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


@dataclass(frozen=True)
class Load:
    """What many clients do, each once. `doubles` counts what only one of them should have got, and others got too."""

    actions: Sequence[Callable[[], object]]
    doubles: Callable[[], int]


PrepareLoad = Callable[[int], AbstractContextManager[Load]]

# Loads by name: each gives so many clients something to do, in a context that prepares it and cleans up. The first
# is the one that the others are measured beside: it is run serially.
loads: dict[str, PrepareLoad] = {}
# How many times the first load's p95 that of another may be, in one run, whatever the machine.
max_ratios: dict[str, float] = {}


@dataclass(frozen=True)
class Read:
    """A question to the database. `ask` gets a random generator, the same as what it is measured `beside`."""

    ask: Callable[[Random], object]
    beside: str


# Reads by name, each after what it is measured beside; and what they need that isn't there, made once.
reads: dict[str, Read] = {}
before_reads: list[Callable[[], object]] = []
# Make so many times as much to ask about, in SQL alone: for sizes that would take hours to write properly.
multiply: list[Callable[[int], object]] = []


def page(name: str) -> Callable[[Find], Find]:
    """Register a function that finds the address of a page to measure."""

    def register(find: Find) -> Find:
        pages[name] = find
        return find

    return register
