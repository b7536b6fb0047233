"""The lines to call, for the country that a reader is likely in. No third party is asked where somebody is."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib import resources
from typing import Any, NamedTuple
from uuid import UUID

from django.conf import settings
from django.db.models import Q, TextField
from django.http import HttpRequest, QueryDict
from django.utils.translation import get_language
from django.utils.translation.trans_real import parse_accept_lang_header

from core.danger import VIOLENCE
from core.i18n.countries import CODES, country_name
from core.i18n.languages import join_words, language_name
from core.models.danger import Helpline, is_too_old
from core.page_cache.reading import VARIATIONS, Variation, goes_by, reading, varies_on
from core.page_tags import HELPLINE
from core.prepared import Given, Prepared

# Where a language is read, if nothing else says where: the countries whose lines come first.
COUNTRIES = {
    "ar": ["EG", "SA", "JO", "LB", "SY", "IQ", "AE", "MA", "DZ", "TN"],
    "de": ["DE", "AT", "CH"],
    "en": ["GB"],
    "uk": ["UA"],
}
KINDS = [Helpline.Kind.EMERGENCY, Helpline.Kind.CRISIS, Helpline.Kind.VIOLENCE, Helpline.Kind.CHILDREN]


class Row(NamedTuple):
    """What is read of a helpline in one language."""

    read_in: str
    key: UUID
    pk: int
    country: str
    kind: str
    position: int
    name: str
    display: str
    dial: str
    hours: str
    languages: str
    website: str
    callable_from: str
    verified_on: date | None


ROWS = Prepared(
    lambda: (
        Helpline.objects.filter(
            Q(locale__language_code=Given("language", TextField()))
            | Q(locale__language_code=Given("original", TextField()))
        )
        .order_by("pk")
        .values_list("locale__language_code", "translation_key", *Row._fields[2:])
    )
)


@dataclass(frozen=True)
class Line:
    """A line as readers see it."""

    kind: str
    kind_name: str
    name: str
    display: str
    dial: str
    hours: str
    languages: str
    website: str
    is_inside_only: bool
    is_checked: bool


@dataclass(frozen=True)
class Country:
    """A country with its lines, the emergency number first."""

    code: str
    name: str
    lines: tuple[Line, ...]

    def for_kind(self, kind: str) -> list[Line]:
        """The one or two lines for a kind of danger, the emergency number first."""
        wanted = Helpline.Kind.VIOLENCE if kind == VIOLENCE else Helpline.Kind.CRISIS
        emergency = [line for line in self.lines if line.kind == Helpline.Kind.EMERGENCY]
        return [*emergency[:1], *[line for line in self.lines if line.kind == wanted][:2]]


def countries(language: str | None = None) -> dict[str, Country]:
    """All countries that have lines, by name, in a language (the one being read). 1 query.

    Facts are those of the original, so that a number corrected there is right in every language at once.
    """
    language = language or get_language() or settings.LANGUAGE_CODE
    with reading(HELPLINE):
        rows = [Row(*row) for row in ROWS.rows(language=language, original=settings.LANGUAGE_CODE)]
    texts = {row.key: row for row in rows if row.read_in == language}
    kinds = {str(kind): str(kind.label) for kind in Helpline.Kind}
    languages = {codes: _languages(codes) for codes in {row.languages for row in rows}}
    lines_by_country: dict[str, list[Line]] = {}
    for row in sorted(
        (row for row in rows if row.read_in == settings.LANGUAGE_CODE),
        key=lambda row: (KINDS.index(Helpline.Kind(row.kind)), row.position, row.pk),
    ):
        if is_too_old(row.kind, row.verified_on):
            continue
        text = texts.get(row.key, row)
        lines_by_country.setdefault(row.country, []).append(
            Line(
                kind=row.kind,
                kind_name=kinds[row.kind],
                name=text.name,
                display=row.display,
                dial=row.dial,
                hours=text.hours,
                languages=languages[row.languages],
                website=row.website,
                is_inside_only=row.callable_from == Helpline.From.INSIDE,
                is_checked=row.verified_on is not None,
            )
        )
    named = {code: country_name(code, language) for code in lines_by_country}
    return {
        code: Country(code, named[code], tuple(lines_by_country[code]))
        for code in sorted(lines_by_country, key=lambda code: named[code].casefold())
    }


def _languages(codes: str) -> str:
    return join_words(language_name(code.strip()) for code in codes.split(",") if code.strip())


def likely(request: HttpRequest | None, known: Iterable[str]) -> list[str]:
    """The countries that somebody is likely in, best first, of those that are `known`; never empty if any is.

    What they chose (`country` in the address), their account's time zone, a region of their browser's languages, and
    at last the countries where the page's language is read.
    """
    known = list(known)
    for say in (chosen, _of_account, _of_browser):  # in this order: what isn't asked makes no difference
        if (code := say(request)) in known:
            return [code]
    of_language = [code for code in COUNTRIES.get(get_language() or "", []) if code in known]
    return of_language or known[:1]


def chosen(request: HttpRequest | None) -> str:
    code = varies_on("country", country_of(request.GET)) if request else ""
    if code:
        goes_by(("country", code))
    return code


def country_of(query: QueryDict) -> str:
    """The code of a country in an address; empty for what is none."""
    code = query.get("country", "").upper()
    return code if code in CODES else ""


def _of_account(request: HttpRequest | None) -> str:
    user: Any = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        return ""
    return countries_of_zones().get(user.time_zone, "")


def _of_browser(request: HttpRequest | None) -> str:
    header = request.headers.get("Accept-Language", "") if request else ""
    return varies_on("region", region_of(header, get_language() or ""))


def region_of(header: str, language: str) -> str:
    """The country that an Accept-Language header tells, for a page in `language`; empty if it tells none."""
    for code, _weight in parse_accept_lang_header(header):
        region = code.rpartition("-")[2].upper()
        # A browser in American English is what half the world has: it says little about where somebody is.
        if "-" in code and region in CODES and (code != "en-us" or language == "en"):
            return region
    return ""


VARIATIONS["country"] = Variation("", lambda environ: country_of(QueryDict(environ.get("QUERY_STRING", ""))))
VARIATIONS["region"] = Variation(
    "Accept-Language",
    lambda environ: region_of(environ.get("HTTP_ACCEPT_LANGUAGE", ""), environ["PATH_INFO"].split("/")[1]),
)


@cache
def countries_of_zones() -> dict[str, str]:
    """The country of each time zone that lies in one. Source: `zone.tab` of the `tzdata` package."""
    table = resources.files("tzdata").joinpath("zoneinfo", "zone.tab").read_text("utf-8")
    rows = [row.split("\t") for row in table.splitlines() if row and not row.startswith("#")]
    return {row[2]: row[0] for row in rows}
