"""The listing: what was asked for, who fits, how many fit with each option, and the ways on."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any
from urllib.parse import parse_qsl

from django.conf import settings
from django.core.paginator import Paginator
from django.http import HttpRequest
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext, ngettext

from core.i18n.languages import join_words
from core.page_cache.process import cache as page_cache
from core.page_cache.reading import goes_by
from directory import terms
from directory.page_tags import DIRECTORY
from directory.search.backend import Options, Wording, counts, matching, page_of, understand
from directory.search.cards import Show, listed
from directory.search.facets import ALL, KINDS, SOON, known_numbers, split_price
from directory.search.query import (
    BEST,
    NOTES,
    ONE_OF,
    SORTED,
    SORTS,
    TITLES,
    DirectoryQuery,
    chip_of_words,
    chips,
    name_of,
    names,
    read,
)

PAGE_SIZE = 20
LONGEST_TYPED = 1000  # letters that the search field takes
MAX_PAGES = 100  # no request scans without limit; past it people narrow down
MOST_WAYS = 6  # choices that a search without results offers to drop, each of them counted
FEWEST = 3  # results that make a page worth a search engine's time
OPEN = ("free", SOON, "topic", "language")  # groups of the panel that are unfolded from the start


class Found(Sequence[Any]):
    """The results as the paginator takes them: counted already, read a page at a time."""

    def __init__(self, total: int, read_page: Any) -> None:
        self.total = total
        self.read_page = read_page

    def __len__(self) -> int:
        return min(self.total, PAGE_SIZE * MAX_PAGES)

    def __getitem__(self, wanted: Any) -> Any:
        return self.read_page(wanted.start, wanted.stop)


class Listing:
    """One search in one language, as the page shows it."""

    def __init__(self, request: HttpRequest, *, language: str, path: str) -> None:
        self.language, self.path = language, path
        self.now = timezone.now()
        self.known: Options = known_numbers(request.GET)
        self.query = read(request.GET, self.known)
        # As it was typed: the search reads the first words, danger is asked on all of them, and nothing typed is lost.
        self.typed = " ".join(request.GET.get("q", "").replace("\x00", "").split())[:LONGEST_TYPED]
        self.wording: Wording | None = understand(self.query, self.language)
        self.rows = matching(self.query, self.known, self.wording)
        self.counts = self._count()
        self.total = self.counts.get(ALL, 0)
        self.results = Paginator(Found(self.total, self._read), PAGE_SIZE).get_page(request.GET.get("page"))
        self.chips = chips(self.query, self.language)
        # Not the words: what people type is nobody's to keep.
        goes_by(*parse_qsl(replace(self.query, q="").urlencode()))
        if "page" in request.GET:
            goes_by(("page", str(self.results.number)))

    def _count(self) -> dict[tuple[str, str], int]:
        def read() -> dict[tuple[str, str], int]:
            return counts(self.query, self.known, self.wording)

        if self.query.q:  # what people type is nobody's to keep
            return read()
        return page_cache.remembered(("counts", replace(self.query, sort="").urlencode()), read)

    def _read(self, start: int, end: int) -> list[dict[str, Any]]:
        found = page_of(self.rows, self.query, self.wording, start=start, end=end, now=self.now)
        show = Show(
            self.language,
            wanted=self.query.options.get("topic", ()),
            parts=frozenset(self.query.options.get(SOON, ())),
        )
        return listed(found, show, DIRECTORY, now=self.now)

    @property
    def cards(self) -> list[dict[str, Any]]:
        return list(self.results.object_list)

    @cached_property
    def groups(self) -> list[dict[str, Any]]:
        """The groups of the panel: title, options with their counts, and how many of them are chosen."""
        option_groups = []
        for kind in KINDS:
            chosen = self.query.options.get(kind, ())
            options = self._options(kind, chosen)
            if options:
                option_groups.append(
                    {
                        "kind": kind,
                        "title": TITLES[kind],
                        "options": options,
                        "chosen": len(chosen),
                        "is_open": bool(chosen) or kind in OPEN,
                        "is_single": kind in ONE_OF,
                        "note": NOTES.get(kind, ""),
                    }
                )
        return option_groups

    def _options(self, kind: str, chosen: tuple[str, ...]) -> list[dict[str, Any]]:
        """Those that somebody fits, and those that are chosen."""
        counted = {value: count for (own, value), count in self.counts.items() if own == kind}
        values = [
            value for value in dict.fromkeys([*counted, *chosen]) if counted.get(value) or value in chosen
        ]
        named = names(kind, self.language)
        if kind in {"language", "price_max"}:
            called = {value: name_of(kind, value, self.language) for value in values}
        else:
            called = {value: named.get(value, value) for value in values}
        if kind == "price_max":
            values = telling(values, counted, chosen)
        elif kind in terms.BY_NAME or kind == "language":
            values.sort(key=lambda value: called[value].casefold())
        else:
            order = list(named)
            values.sort(key=lambda value: order.index(value) if value in order else len(order))
        return [
            {
                "value": value,
                "name": called[value],
                "count": counted.get(value, 0),
                "is_chosen": value in chosen,
            }
            for value in values
        ]

    @property
    def sentence(self) -> str:
        """What was searched, in words; nothing if everybody is listed."""
        if not self.chips:
            return ""
        choices = join_words(chip["title"] for chip in self.chips)
        if self.wording and self.wording.instead:
            return gettext("Nobody fits “%(typed)s”. Shown instead: “%(instead)s”.") % {
                "typed": self.query.q,
                "instead": self.wording.instead,
            }
        if self.wording and self.wording.is_alike:
            return gettext(
                "Nobody fits these words as they are typed. Shown are those with words spelled alike: %(what)s."
            ) % {"what": choices}
        if self.wording and self.wording.is_partial:
            return gettext(
                "Nobody fits all of these words. Shown are those who fit some of them: %(what)s."
            ) % {"what": choices}
        if self.wording and self.wording.people:
            return gettext("Names like this one: %(what)s.") % {"what": choices}
        return gettext("You searched for: %(what)s.") % {"what": choices}

    @property
    def order_note(self) -> str:
        return str(SORTED[self.query.order])

    @property
    def sorts(self) -> list[dict[str, Any]]:
        """The orders to choose from; the one that comes by itself has no value."""
        by_itself = replace(self.query, sort="").order
        orders = [order for order in SORTS if order != BEST or self.query.q]
        return [
            {
                "value": "" if order == by_itself else order,
                "name": SORTS[order],
                "is_chosen": order == self.query.order,
            }
            for order in sorted(orders, key=lambda order: order != by_itself)
        ]

    @cached_property
    def ways_out(self) -> list[dict[str, str]]:
        """For a search without results: each choice without which there are some, with how many, and a fresh start."""
        if self.total:
            return []
        ways = []
        for chip in self.chips[:MOST_WAYS]:
            left: DirectoryQuery = chip["query"]
            wording = self.wording if left.q else None
            if count := counts(left, self.known, wording).get(ALL, 0):
                label = ngettext("Without “%(filter)s”: %(count)d", "Without “%(filter)s”: %(count)d", count)
                title = chip["title"] if chip["title"] != chip_of_words(self.query.q) else self.query.q
                ways.append(
                    {"label": label % {"filter": title, "count": count}, "url": f"?{chip['querystring']}"}
                )
        return [*ways, {"label": gettext("Everyone"), "url": self.path}]

    @property
    def querystring(self) -> str:
        return self.query.urlencode()

    @property
    def landing(self) -> str:
        """The query of a page that search engines may keep: a topic, a topic and a language, or a place.

        Empty for everything else, and for pages with hardly anybody on them.
        """
        kinds = set(self.query.options)
        one_each = all(len(values) == 1 for values in self.query.options.values())
        plain = not self.query.q and not self.query.sort and self.results.number == 1
        makes_sense = kinds in ({"topic"}, {"topic", "language"}, {"place"})
        return self.querystring if plain and one_each and makes_sense and self.total >= FEWEST else ""

    @property
    def title(self) -> str:
        """The heading of such a page."""
        options = {
            kind: name_of(kind, values[0], self.language) for kind, values in self.query.options.items()
        }
        if not self.landing:
            return ""
        if "place" in options:
            return gettext("Specialists in %(place)s") % options
        if "language" in options:
            return gettext("%(topic)s: specialists who speak %(language)s") % options
        return gettext("%(topic)s: specialists") % options

    @cached_property
    def doors(self) -> list[dict[str, Any]]:
        """Links to the pages that search engines may keep: topics and places, and from a topic its languages."""
        if not self.query.is_narrowed and self.results.number == 1:
            kinds = {"topic": gettext("Specialists by topic"), "place": gettext("Specialists by place")}
        elif self.landing and set(self.query.options) == {"topic"}:
            kinds = {"language": gettext("In a language of your own")}
        else:
            return []
        link_groups = []
        for kind, title in kinds.items():
            links = [
                {
                    "title": option["name"],
                    "querystring": replace(
                        self.query, options=self.query.options | {kind: (option["value"],)}
                    ).urlencode(),
                }
                for option in self._options(kind, ())
                if option["count"] >= FEWEST
            ]
            if links:
                link_groups.append({"title": title, "links": links})
        return link_groups


def telling(values: Iterable[str], counted: Mapping[str, int], chosen: Collection[str]) -> list[str]:
    """The options of *price up to* that make a difference, those of the directory's own currency first.

    Where all that are paid in a currency cost less, a dearer option says nothing.
    """
    useful = []
    for currency in sorted(
        {split_price(value)[1] for value in values}, key=lambda one: (one != settings.DIRECTORY_CURRENCY, one)
    ):
        steps = sorted(
            (value for value in values if split_price(value)[1] == currency),
            key=lambda value: split_price(value)[0],
        )
        most = max(counted.get(value, 0) for value in steps)
        enough = next(at for at, value in enumerate(steps) if counted.get(value, 0) == most)
        useful += [value for at, value in enumerate(steps) if at <= enough or value in chosen]
    return useful


def listing(request: HttpRequest, *, language: str, path: str) -> dict[str, Any]:
    """The context of the directory of a language, whose page is at `path`."""
    found = Listing(request, language=language, path=path)
    return {"listing": found, "landing_query": f"?{found.landing}" if found.landing else ""}
