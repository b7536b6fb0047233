"""What a visitor asks the directory for: read from the address, written back to it, told in words."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any
from urllib.parse import urlencode

from django.http import QueryDict
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from core.i18n import languages
from core.i18n.currencies import money
from core.i18n.languages import language_name
from core.search.words import MOST_LETTERS, WORD
from directory import terms
from directory.models.specialists import Specialist
from directory.search.facets import FORMATS, KINDS, SOON, split_price
from directory.times import AFTERNOON, ANY, EVENING, MORNING, WEEKEND

ONE_OF = {"price_max"}  # kinds of which one option is enough
SOON_NAMES = {
    ANY: _("In the next 7 days"),
    MORNING: _("In the morning, before 12:00"),
    AFTERNOON: _("In the afternoon, 12:00–17:00"),
    EVENING: _("In the evening, from 17:00"),
    WEEKEND: _("On a Saturday or Sunday"),
}
TITLES = {
    "topic": _("Topic"),
    "language": _("Session language"),
    "format": _("Online or in person"),
    "place": _("Place"),
    "profession": _("Profession"),
    "method": _("Method"),
    "group": _("Who comes"),
    "gender": _("Gender"),
    "price_max": _("Price of a session"),
    "prescribes": _("Medicine"),
    "free": _("Free consultation"),
    SOON: _("Free time soon"),
}
NOTES = {
    SOON: _("Times of day are the specialist’s."),
    "price_max": _("Only those who are paid in this currency."),
}
BEST, RULE, SOONEST, PRICE, NAME = "best", "rule", "soonest", "price", "name"
SORTS = {
    BEST: _("Best match"),
    RULE: _("Our order"),
    SOONEST: _("Soonest free time"),
    PRICE: _("Price, lowest first"),
    NAME: _("Name"),
}
SORTED = {
    BEST: _("The best match comes first."),
    RULE: _(
        "Those with a free consultation in the next 14 days come first, then whoever is free soonest. "
        "Nobody can pay for a place."
    ),
    SOONEST: _("Whoever has the soonest free time comes first."),
    PRICE: _("The lowest price comes first. Prices in other currencies come last."),
    NAME: _("In the order of their names."),
}


@dataclass(frozen=True)
class DirectoryQuery:
    """One search. `options` holds the values chosen of each kind: any of them will do, but of every kind one must."""

    q: str = ""
    options: dict[str, tuple[str, ...]] = field(default_factory=dict)
    sort: str = ""

    @property
    def order(self) -> str:
        """The order of the results: as chosen, else the best match for a text, else the published rule."""
        return self.sort or (BEST if self.q else RULE)

    @property
    def is_narrowed(self) -> bool:
        return bool(self.q or self.options)

    def urlencode(self, **more: str) -> str:
        """The search as the query of an address, in one order, so that equal searches have equal addresses."""
        pairs = [("q", self.q)] if self.q else []
        pairs += [(kind, value) for kind in KINDS for value in self.options.get(kind, ())]
        pairs += [("sort", self.sort)] if self.sort else []
        return urlencode([*pairs, *more.items()])

    def without(self, kind: str, value: str | None = None) -> "DirectoryQuery":
        """The search without one option, without a kind of options, or without its text (`q`)."""
        if kind == "q":
            return replace(self, q="", sort="" if self.sort == BEST else self.sort)
        left = tuple(own for own in self.options.get(kind, ()) if value is not None and own != value)
        others = {name: values for name, values in self.options.items() if name != kind}
        return replace(self, options=others | ({kind: left} if left else {}))


def read(parameters: QueryDict, known: Iterable[tuple[str, str]]) -> DirectoryQuery:
    """The search that an address asks for. Options that there are none of are as if nothing was said.

    `known` are the options that somebody fits; terms that nobody has been described by yet count as well.
    """
    exist = set(known)
    options = {}
    for kind in KINDS:
        values = dict.fromkeys(parameters.getlist(kind)[:20])
        if kind in terms.BY_NAME:  # one that was renamed or merged is meant as what it is now
            values = dict.fromkeys(terms.BY_NAME[kind].model.find_slug(value) or value for value in values)
        valid = tuple(value for value in values if (kind, value) in exist or value in names(kind, "all"))
        if valid:
            options[kind] = valid[-1:] if kind in ONE_OF else valid
    q = " ".join(parameters.get("q", "").replace("\x00", "").split())[:MOST_LETTERS]
    q = q if WORD.search(q) else ""
    sort = parameters.get("sort", "")
    if sort not in SORTS or (sort == BEST and not q):
        sort = ""
    return DirectoryQuery(q=q, options=options, sort=sort)


def names(kind: str, language: str) -> Mapping[str, str]:
    """What the options of a kind are called, by value; empty for kinds that have too many to name beforehand."""
    if kind in terms.BY_NAME:
        return terms.BY_NAME[kind].model.names(language)
    if kind == "language":
        return languages.names()
    fixed: dict[str, dict[str, Any]] = {
        "format": FORMATS,
        "gender": dict(Specialist.Gender.choices),
        "prescribes": {"1": _("Can prescribe")},
        "free": {"1": _("Offers a free consultation")},
        SOON: SOON_NAMES,
    }
    return {value: str(name) for value, name in fixed.get(kind, {}).items()}


def name_of(kind: str, value: str, language: str) -> str:
    """What one option is called in `language`."""
    if kind == "price_max":
        return price_name(value)
    if kind == "language":
        return language_name(value)
    return names(kind, language).get(value, value)


def price_name(value: str) -> str:
    """`70EUR` as *up to €70*."""
    return gettext("Up to %(price)s") % {"price": money(*split_price(value))}


def chips(query: DirectoryQuery, language: str) -> list[dict[str, Any]]:
    """One chip per choice: its words, and the search without it."""
    choices: list[tuple[str, DirectoryQuery]] = []
    if query.q:
        choices.append((chip_of_words(query.q), query.without("q")))
    for kind in KINDS:
        for value in query.options.get(kind, ()):
            choices.append((chip_name(kind, value, language), query.without(kind, value)))
    return [{"title": title, "querystring": left.urlencode(), "query": left} for title, left in choices]


def chip_of_words(words: str) -> str:
    return gettext("“%(words)s”") % {"words": words}


def chip_name(kind: str, value: str, language: str) -> str:
    """An option by itself, without the heading that it stands under in the panel."""
    alone: dict[tuple[str, str], Callable[[], str]] = {
        ("free", "1"): lambda: gettext("Free consultation"),
        ("prescribes", "1"): lambda: gettext("Can prescribe medicine"),
        (SOON, ANY): lambda: gettext("Free in the next 7 days"),
        (SOON, MORNING): lambda: gettext("Free in the morning"),
        (SOON, AFTERNOON): lambda: gettext("Free in the afternoon"),
        (SOON, EVENING): lambda: gettext("Free in the evening"),
        (SOON, WEEKEND): lambda: gettext("Free at the weekend"),
    }
    return alone[kind, value]() if (kind, value) in alone else name_of(kind, value, language)
