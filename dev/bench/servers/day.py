"""A made-up day of the site: who reads what when, and what is booked and edited meanwhile. The same seed, the same day.

It is a log in the order of time. Nothing here knows a database.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from random import Random

READ, BOOK, EDIT = "read", "book", "edit"
DAY = 24 * 60 * 60

# What a reader comes for: shares of all pages that are read.
SHARES = {
    "article": 35,
    "home": 15,
    "profile": 13,
    "directory": 12,
    "directory, filtered": 9,
    "article list": 7,
    "slots": 6,
    "help-now": 3,
}
SOURCE_SHARE = 0.5  # of readers who read the source language; the other languages share the rest
STAYS = 0.7  # the share of readers of a page who read one more: 3.3 pages a reader
LONGEST_VISIT = 12  # pages
SECONDS_A_PAGE = 90


@dataclass(frozen=True, order=True)
class Event:
    """What happens, `second` after midnight. `address` is of a read page; the others choose by their own `number`."""

    second: int
    kind: str
    address: str = ""
    number: int = 0


# Addresses by language, then by what is there, the most read first.
Addresses = Mapping[str, Mapping[str, Sequence[str]]]


def log(
    addresses: Addresses, source: str, *, readers: int, bookings: int, edits: int, seed: int
) -> list[Event]:
    """The log of a day. `source` is the language that half of the readers read, if there are others."""
    random = Random(seed)  # noqa: S311 - a made-up day, no secret
    events = [
        event
        for _reader in range(readers)
        for event in visit(random, addresses[language(random, addresses, source)])
    ]
    for kind, count in ((BOOK, bookings), (EDIT, edits)):
        events += [
            Event(waking_second(random), kind, number=random.randrange(1 << 30)) for _one in range(count)
        ]
    return sorted(events)


def language(random: Random, addresses: Addresses, source: str) -> str:
    others = sorted(set(addresses) - {source})
    if not others or random.random() < SOURCE_SHARE:
        return source
    return random.choice(others)


def visit(random: Random, addresses: Mapping[str, Sequence[str]]) -> list[Event]:
    """The pages that one reader reads, one after the other."""
    kinds = [kind for kind in SHARES if addresses.get(kind)]
    weights = [SHARES[kind] for kind in kinds]
    second = waking_second(random)
    events: list[Event] = []
    while not events or (len(events) < LONGEST_VISIT and random.random() < STAYS):
        kind = random.choices(kinds, weights)[0]
        events.append(Event(min(second, DAY - 1), READ, popular(random, addresses[kind])))
        second += 1 + int(random.expovariate(1 / SECONDS_A_PAGE))
    return events


def popular(random: Random, addresses: Sequence[str]) -> str:
    """One of them: the first is read twice as much as the second, three times as much as the third (Zipf)."""
    return random.choices(addresses, [1 / place for place in range(1, len(addresses) + 1)])[0]


def waking_second(random: Random) -> int:
    """A moment of the day: most about noon and in the evening, some at night."""
    hour = random.choices(
        [random.gauss(12.5, 2.5), random.gauss(20.5, 2), random.uniform(0, 24)], [45, 40, 15]
    )[0]
    return int(hour % 24 * 3600)
