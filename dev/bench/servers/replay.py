"""Replaying a day against a server with the page cache, and comparing what it says with pages rendered anew."""

import gzip
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from random import Random

from django.conf import settings
from tqdm import tqdm
from wagtail.models import Page

from articles.models import ArticleIndexPage, ArticlePage
from dev.bench.contents import directory as asked
from dev.bench.servers import changes, day
from dev.bench.servers.day import BOOK, EDIT, READ, Event
from dev.bench.servers.processes import Answer, Server
from dev.bench.servers.site import Site
from directory.models import SpecialistIndexPage, SpecialistPage
from home.models import HomePage, StandardPage

PROCESSES = 2
SEED = 1
AFTER_A_CHANGE = 10  # reads that are all compared
SAMPLE = 50  # of the others, one in so many
SOON = 0.1  # seconds in which a process must have heard of a change
MOST_SHOWN = 5  # wrong addresses that are named


@dataclass
class Day:
    """What came of it. `wrong` has the addresses that were still answered wrongly SOON after the last change."""

    readers: int
    bookings: int = 0
    edits: int = 0
    reads: int = 0
    hits: int = 0
    compared: int = 0
    late: int = 0  # right when asked again SOON after
    wrong: list[str] = field(default_factory=list)

    @property
    def hit_rate(self) -> float:
        """In per cent of the reads."""
        return round(100 * self.hits / max(self.reads, 1), 1)

    def sentences(self) -> list[str]:
        named = f" ({', '.join(sorted(set(self.wrong))[:MOST_SHOWN])})" if self.wrong else ""
        read = (
            f"A day of {self.readers:,} readers, {self.bookings} bookings and {self.edits} edits: "
            f"{self.reads:,} pages read, {self.hit_rate} % of them from the page cache."
        )
        compared = (
            f"{self.compared:,} of them compared with the page rendered anew: {len(self.wrong)} wrong{named}; "
            f"{self.late} right only {SOON * 1000:.0f} ms later."
        )
        return [read, compared]


def measure(site: Site, *, readers: int, say: Callable[[str], None]) -> Day:
    """Replay a day of so many readers, with bookings and edits in proportion, on the database in use."""
    bookings, edits = max(readers // 50, 1), max(readers // 500, 1)
    source = settings.LANGUAGE_CODE
    events = day.log(addresses(), source, readers=readers, bookings=bookings, edits=edits, seed=SEED)
    say(
        f"Replaying a day of {readers:,} readers, who read {sum(event.kind == READ for event in events):,} pages …"
    )
    with (
        site.serve("replay", page_cache=True, processes=PROCESSES) as cached,
        site.serve("rendered anew", page_cache=False, DJANGO_SETTINGS_MODULE=ANEW) as fresh,
    ):
        return Replay(cached, fresh, Day(readers)).run(events)


ANEW = "config.settings.bench_anew"  # a process without page cache remembers menus for some minutes


class Replay:
    """One day's events, one after the other, as fast as they are answered."""

    def __init__(self, cached: Server, fresh: Server, result: Day) -> None:
        self.cached, self.fresh, self.result = cached, fresh, result
        self.changed_at = 0.0

    def run(self, events: Iterable[Event]) -> Day:
        to_compare = 0
        for event in tqdm(list(events), desc="Replay", disable=None, leave=False):
            if event.kind == READ:
                answer = self.read(event.address)
                self.result.reads += 1
                self.result.hits += answer.is_hit
                if to_compare or self.result.reads % SAMPLE == 0:
                    self.compare(event.address, answer)
                to_compare = max(to_compare - 1, 0)
                continue
            change = changes.book if event.kind == BOOK else changes.edit
            shown_on = change(Random(event.number))  # noqa: S311 - what to change, no secret
            self.changed_at = time.perf_counter()
            self.result.bookings += event.kind == BOOK and bool(shown_on)
            self.result.edits += event.kind == EDIT
            to_compare = AFTER_A_CHANGE
            for address in shown_on:
                self.compare(address, self.read(address))
        return self.result

    def read(self, address: str) -> Answer:
        return self.cached.get(address, **{"Accept-Encoding": "gzip"})

    def compare(self, address: str, answer: Answer) -> None:
        """Count whether this answer is what the page says if it is rendered anew.

        A process hears of a change a moment after it, and a time may pass between two renderings: what differs is
        asked for again, when the last change is long enough ago for every process to have heard of it.
        """
        self.result.compared += 1
        if self.is_right(address, answer):
            return
        time.sleep(max(self.changed_at + SOON - time.perf_counter(), 0))
        if all(self.is_right(address, self.read(address)) for _process in range(2 * PROCESSES)):
            self.result.late += 1
        else:
            self.result.wrong.append(address)

    def is_right(self, address: str, answer: Answer) -> bool:
        anew = self.fresh.get(address, **{"Accept-Encoding": "identity"})
        return (answer.status, text(answer)) == (anew.status, text(anew))


def text(answer: Answer) -> bytes:
    """The body as the browser reads it."""
    return gzip.decompress(answer.body) if answer.headers.get("Content-Encoding") == "gzip" else answer.body


# --- What there is to read ---------------------------------------------------------------------------------------


def addresses() -> dict[str, dict[str, list[str]]]:
    """All that readers come for, by language and kind, as the day wants it."""
    found = {code: in_language(code) for code, _name in settings.LANGUAGES}
    return {code: kinds for code, kinds in found.items() if kinds["home"]}


def in_language(code: str) -> dict[str, list[str]]:
    def paths(model: type[Page], **only: str) -> list[str]:
        pages = model.objects.live().public().filter(locale__language_code=code, **only).order_by("-pk")
        return [page.path_here for page in pages[:500]]

    directory = paths(SpecialistIndexPage)
    filters = [f"topic={topic}&language={spoken}" for topic in asked.TOPICS for spoken in asked.LANGUAGES]
    bookable = SpecialistPage.objects.live().filter(
        locale__language_code=code, specialist__search_row__next_slot_at__isnull=False
    )
    return {
        "article": paths(ArticlePage),
        "home": paths(HomePage),
        "profile": paths(SpecialistPage),
        "directory": directory,
        "directory, filtered": [
            f"{path}?{options}" for path in directory for options in [*filters, "page=2"]
        ],
        "article list": paths(ArticleIndexPage),
        "slots": [slots(code, slug) for slug in bookable.values_list("specialist__slug", flat=True)[:500]],
        "help-now": paths(StandardPage, slug="help-now"),
    }


def slots(code: str, slug: str) -> str:
    return f"/{code}/specialists/{slug}/book/"
