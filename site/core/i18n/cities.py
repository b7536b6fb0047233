"""Cities as people know them, for time zones: their names in the reader's language, and the zone that a text means.

Their names are data (`city_names/*.tsv`): a column for each language, and English where there is none. A large city
without a zone of its own (Lviv, Munich) is a row with the zone whose clock it has. What else people type stands in a
file by itself: it is found, and shown to nobody.
"""

import difflib
import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable
from datetime import UTC, datetime
from functools import cache, lru_cache
from importlib import resources
from typing import NamedTuple

from django.utils import translation
from django.utils.translation import get_language

from core.i18n import zones
from core.i18n.countries import all_names, country_name
from core.i18n.languages import join_words

LONGEST = 80  # letters that anybody looks for
SHORTEST_START = 3  # letters of a beginning that means the only city with it
ALIKE = 0.7  # difflib's measure, from which on a name is offered instead of another
NEAREST = 3


class Row(NamedTuple):
    zone: str
    country: str
    names: dict[str, str]


def name(key: str) -> str:
    """The city in a zone's name, in the language being read: Kyiv for Europe/Kyiv and for Europe/Kiev."""
    key = zones.current_name(key)
    row = _own_rows().get(key)
    return _here(row.names) if row else key.rpartition("/")[2].replace("_", " ")


def label(key: str) -> str:
    """The city and its country: Kyiv, Ukraine. A zone that is no place's, such as UTC, keeps its name."""
    key = zones.current_name(key)
    row = _own_rows().get(key)
    return _label(row) if row else key


def options() -> list[tuple[str, str]]:
    """All cities with their country in the language being read, sorted, and their clocks' distance to UTC now."""
    hour = datetime.now(UTC).replace(minute=0, second=0, microsecond=0)
    return _options(get_language() or "en", hour)


def find(text: str) -> list[str]:
    """The zones that somebody may mean by a city, a country, an old or a present name, in any language we have.

    The only one with that name, or that begins so, stands alone. Several are for the reader to choose from; none: it
    is unknown.
    """
    if zones.load_zone(text.strip()):
        return [zones.current_name(text.strip())]
    wanted = _folded(text)
    for names in _indexes():
        if zone_names := names.get(wanted):
            return zone_names
    if len(wanted) < SHORTEST_START:
        return []
    cities = _indexes()[0]
    return _unique(
        zone
        for city_name, zone_names in cities.items()
        if city_name.startswith(wanted)
        for zone in zone_names
    )


def nearest(text: str) -> list[str]:
    """At most three zones to offer for a text that means none, or several."""
    if found := find(text):
        return found[:NEAREST]
    names = {known: found for index in reversed(_indexes()) for known, found in index.items()}
    alike = difflib.get_close_matches(_folded(text), names, n=3 * NEAREST, cutoff=ALIKE)
    return _unique(zone for known in alike for zone in names[known])[:NEAREST]


def _here(names: dict[str, str]) -> str:
    return names.get(get_language() or "en") or names["en"]


def _label(row: Row) -> str:
    return join_words([_here(row.names), country_name(row.country)])


@lru_cache(maxsize=32)  # some languages, this hour and the last
def _options(language: str, hour: datetime) -> list[tuple[str, str]]:
    with translation.override(language):
        found = [(_label(row), zones.offset(row.zone, hour)) for row in _rows()]
    return sorted(found, key=lambda option: _folded(option[0]))


def _folded(text: str) -> str:
    """`text` without case, accents, punctuation, and what stands in brackets."""
    text = re.sub(r"\(.*?\)", " ", text[:LONGEST])
    letters = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", text).casefold())
    kept = (one if one.isalnum() else " " for one in letters if not unicodedata.combining(one))
    return " ".join("".join(kept).split())


def _unique(found: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(found))


@cache
def _indexes() -> list[dict[str, list[str]]]:
    """Folded names and their zones: those of cities, then old and technical names, then countries."""
    cities: dict[str, list[str]] = defaultdict(list)
    technical: dict[str, list[str]] = defaultdict(list)
    countries: dict[str, list[str]] = defaultdict(list)
    for row in _rows():
        for language, place_name in row.names.items():
            cities[_folded(place_name)].append(row.zone)
            cities[_folded(f"{place_name} {country_name(row.country, language)}")].append(row.zone)
    for (zone,), names in _table("other_names.tsv", keys=1):
        cities[_folded(names["name"])].append(zone)
    for row in _own_rows().values():
        cities[_folded(row.zone.rpartition("/")[2])].append(row.zone)
        technical[_folded(row.zone)].append(row.zone)
        for place_name in all_names(row.country):
            countries[_folded(place_name)].append(row.zone)
    for old, new in zones.aliases().items():
        technical[_folded(old)].append(new)
        technical[_folded(old.rpartition("/")[2])].append(new)
    return [
        {place_name: _unique(zone_names) for place_name, zone_names in index.items()}
        for index in (cities, technical, countries)
    ]


@cache
def _own_rows() -> dict[str, Row]:
    """The row of each zone's own city, by the zone."""
    rows: dict[str, Row] = {}
    for row in _rows():
        rows.setdefault(row.zone, row)
    return rows


@cache
def _rows() -> list[Row]:
    return [
        Row(zone, country, names)
        for (zone, country), names in _table("cities.tsv", keys=2)
        if zones.load_zone(zone)
    ]


def _table(file: str, *, keys: int) -> list[tuple[tuple[str, ...], dict[str, str]]]:
    """The rows of a file of names: what each is about, and its names by language."""
    lines = resources.files("core.i18n").joinpath("city_names", file).read_text("utf-8").splitlines()
    head, *rows = [line.split("\t") for line in lines if not line.startswith("#")]
    return [(tuple(row[:keys]), dict(zip(head[keys:], row[keys:], strict=True))) for row in rows]
