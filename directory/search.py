"""The listing: plain GET filters, one order, and cards with exact next times."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any, cast

from django import forms
from django.core.paginator import Paginator
from django.db.models import Exists, OuterRef, Prefetch, Subquery
from django.http import HttpRequest, QueryDict
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _
from wagtail.models import Locale

from core.caching import remembered
from core.languages import language_name, listed
from core.models import Topic
from core.models.pages import path_of, unrestricted
from directory import seams
from directory.models import Place, Profession, Specialist, SpecialistIndexPage, SpecialistPage

PAGE_SIZE = 12
MAX_PAGES = 100  # no request scans without limit; past it people narrow down
SLOTS_ON_A_CARD = 3
SYMBOLS = {"EUR": "€", "USD": "$", "GBP": "£"}
FORMATS = {"online": _("Online"), "in_person": _("In person")}


def listing(request: HttpRequest, page: SpecialistIndexPage) -> dict[str, Any]:
    """The context of the directory: filters as asked for, options, results with their cards."""
    language = page.locale.language_code
    topic_names = Topic.names(language)
    chosen = filters(request.GET, topic_names)
    now = timezone.now()
    specialists = matching(chosen, language).in_listing_order(now=now)
    paginator = Paginator(specialists, PAGE_SIZE)
    total = paginator.count
    paginator.count = min(total, PAGE_SIZE * MAX_PAGES)
    results = paginator.get_page(request.GET.get("page"))
    results.object_list = list(with_page(results.object_list, language).prefetch_related("topics"))
    return {
        "chosen": chosen,
        "query": chosen_query(chosen),
        "chips": chips(chosen, topic_names),
        "reset_url": page.path_here if any(chosen.values()) else "",
        "ways_out": ways_out(chosen, topic_names, language) if not total else [],
        "form": FilterForm(chosen, topics=topic_names, languages=session_languages(language)),
        "results": results,
        "total": total,
        "cards": cards(results.object_list, topic_names, language, now=now),
    }


class FilterForm(forms.Form):
    """The filters as controls. What they say is read from the address alone (`filters`)."""

    topic = forms.ChoiceField(label=_("Topic"), required=False)
    language = forms.ChoiceField(label=_("Session language"), required=False)
    format = forms.ChoiceField(
        label=_("Online or in person"), required=False, choices=[("", _("Either")), *FORMATS.items()]
    )
    free = forms.BooleanField(label=_("Offers a free consultation"), required=False)

    def __init__(
        self, chosen: dict[str, str], *, topics: dict[str, str], languages: list[tuple[str, str]]
    ) -> None:
        super().__init__(
            initial={**chosen, "free": bool(chosen["free"])}, label_suffix="", auto_id="filter_%s"
        )
        by_name = sorted(topics.items(), key=lambda pair: pair[1])
        choices: dict[str, Any] = {
            "topic": [("", _("Any topic")), *by_name],
            "language": [("", _("Any language")), *languages],
        }
        for name, options in choices.items():
            cast(forms.ChoiceField, self.fields[name]).choices = options
        self.fields["free"].widget = forms.CheckboxInput(
            attrs={"value": "1"}, check_test=lambda value: bool(value)
        )


def filters(query: QueryDict, topic_names: dict[str, str]) -> dict[str, str]:
    """What was asked for, cleaned: unknown values are as if nothing was said."""
    chosen = {
        "topic": query.get("topic", "") if query.get("topic") in topic_names else "",
        "language": query.get("language", "")[:12],
        "format": query.get("format", "") if query.get("format") in FORMATS else "",
        "free": "1" if query.get("free") == "1" else "",
    }
    if not chosen["language"].replace("-", "").isalpha():
        chosen["language"] = ""
    return chosen


def matching(chosen: dict[str, str], language: str) -> Any:
    """Published specialists with a page in `language` that every filter lets through."""
    # Subqueries rather than joins: PostgreSQL then walks the index of the order and stops when the page is full.
    here = Locale.objects.filter(language_code=language).values("pk")[:1]
    pages = unrestricted(SpecialistPage.objects.filter(locale_id=Subquery(here)).live())
    specialists = Specialist.objects.published().filter(Exists(pages.filter(specialist=OuterRef("pk"))))
    if chosen["topic"]:
        specialists = specialists.about(chosen["topic"])
    if chosen["language"]:
        specialists = specialists.speaking(chosen["language"])
    if chosen["format"] == "online":
        specialists = specialists.filter(is_online=True)
    if chosen["format"] == "in_person":
        specialists = specialists.filter(place__isnull=False)
    if chosen["free"]:
        specialists = specialists.filter(offers_free_consultation=True)
    return specialists


def chosen_query(chosen: dict[str, str]) -> str:
    """The filters as a query, without the page."""
    query = QueryDict(mutable=True)
    query.update({name: value for name, value in chosen.items() if value})
    return query.urlencode()


def chips(chosen: dict[str, str], topic_names: dict[str, str]) -> list[dict[str, Any]]:
    """One chip per filter in use: its words, and the query without it."""
    words = {
        "topic": topic_names.get(chosen["topic"], ""),
        "language": language_name(chosen["language"]) if chosen["language"] else "",
        "format": FORMATS.get(chosen["format"], ""),
        "free": _("Free consultation") if chosen["free"] else "",
    }
    return [
        {"title": title, "query": chosen_query({**chosen, name: ""})}
        for name, title in words.items()
        if title
    ]


def ways_out(chosen: dict[str, str], topic_names: dict[str, str], language: str) -> list[dict[str, str]]:
    """For a search without results: each filter that would give some if it went, with how many, and a fresh start."""
    ways = []
    for chip in chips(chosen, topic_names):
        count = matching(filters(QueryDict(chip["query"]), topic_names), language).count()
        if count:
            label = ngettext("Without “%(filter)s”: %(count)d", "Without “%(filter)s”: %(count)d", count)
            ways.append(
                {"label": label % {"filter": chip["title"], "count": count}, "url": f"?{chip['query']}"}
            )
    return [*ways, {"label": gettext("Everyone"), "url": "?"}]


def session_languages(language: str) -> list[tuple[str, str]]:
    """Languages that specialists of this directory really speak, by name. Remembered for some minutes."""

    def read() -> list[str]:
        published = Specialist.objects.published().order_by()
        groups = published.values_list("session_languages", flat=True).distinct()
        return sorted({code for group in groups for code in group})

    spoken = remembered("session_languages", language, read)
    return sorted(((code, language_name(code)) for code in spoken), key=lambda pair: pair[1])


def with_page(specialists: Any, language: str) -> Any:
    """With the page in this language as `pages_here[0]`, and what a card shows."""
    pages = SpecialistPage.objects.filter(locale__language_code=language, live=True).select_related("locale")
    here = Prefetch("pages", queryset=pages.defer("story", "approach", "faq"), to_attr="pages_here")
    return specialists.select_related("profession", "place", "portrait").prefetch_related(
        here, "portrait__renditions"
    )


def cards(
    specialists: Iterable[Any],
    topic_names: dict[str, str],
    language: str,
    *,
    now: datetime,
    times: bool = True,
) -> list[dict[str, Any]]:
    """What each card shows, under the names that the component takes. Free times are as they are now."""
    specialists = list(specialists)
    starts = seams.next_starts([one.pk for one in specialists], limit=SLOTS_ON_A_CARD) if times else {}
    professions, places = Profession.names(language), Place.names(language)
    found = []
    for specialist in specialists:
        page = next(iter(specialist.pages_here), None)
        place = places.get(specialist.place.slug, specialist.place.name) if specialist.place else ""
        own = starts.get(specialist.pk, []) if specialist.offers_free_consultation else []
        found.append(
            {
                "name": specialist.name,
                "url": path_of(page) if page else "",
                "portrait": specialist.portrait,
                "initials": specialist.initials,
                "profession": professions.get(specialist.profession.slug, specialist.profession.name),
                "checked_on": date_format(specialist.checked_on, "DATE_FORMAT")
                if specialist.checked_on
                else "",
                "is_free": specialist.offers_free_consultation,
                "topics": [topic_names.get(topic.slug, topic.name) for topic in specialist.topics.all()],
                "session_languages": listed(language_name(code) for code in specialist.session_languages),
                "where": where(specialist, place),
                "price": price(specialist),
                "starts": own,
                "book_url": f"/{language}/specialists/{specialist.slug}/book/",
                "is_accepting": specialist.is_accepting_on(now.date()),
            }
        )
    return found


def where(specialist: Specialist, place: str) -> str:
    """Place and online, as far as they are so."""
    return " · ".join(
        part for part in (place, str(FORMATS["online"]) if specialist.is_online else "") if part
    )


def price(specialist: Specialist) -> str:
    """The price of a session: €60–75, or nothing where it isn't told."""
    low, high = specialist.price_min, specialist.price_max
    if low is None:
        return ""
    amount = f"{low}–{high}" if high and high != low else str(low)
    symbol = SYMBOLS.get(specialist.currency)
    return f"{symbol}{amount}" if symbol else f"{amount} {specialist.currency}"


def free_soon(
    language: str,
    *,
    topic_slugs: list[str] | None = None,
    session_languages: list[str] | None = None,
    without: int | None = None,
    limit: int = 3,
    times: bool = True,
) -> list[dict[str, Any]]:
    """Cards of the first specialists in the published order who offer a free consultation, for other pages.

    They work on one of the topics and speak one of the languages, if any are given. `without`: the number of one to
    leave out.
    """
    now = timezone.now()
    specialists = matching({"topic": "", "language": "", "format": "", "free": "1"}, language)
    if topic_slugs:
        specialists = specialists.filter(topics__slug__in=topic_slugs).distinct()
    if session_languages:
        specialists = specialists.filter(session_languages__overlap=session_languages)
    if without:
        specialists = specialists.exclude(pk=without)
    found = list(
        with_page(specialists.in_listing_order(now=now)[:limit], language).prefetch_related("topics")
    )
    return cards(found, Topic.names(language), language, now=now, times=times)
