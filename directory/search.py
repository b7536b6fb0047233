"""The listing: plain GET filters, one order, and cards with exact next times."""

from datetime import datetime
from typing import Any

from django.core.paginator import Paginator
from django.db.models import Prefetch
from django.http import HttpRequest, QueryDict
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core.languages import language_name
from core.models import Topic
from directory import seams
from directory.models import Place, Profession, Specialist, SpecialistIndexPage, SpecialistPage

PAGE_SIZE = 12
MAX_PAGES = 100  # no request scans without limit; past it people narrow down
SLOTS_ON_A_CARD = 3
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
        "topics": sorted(topic_names.items(), key=lambda pair: pair[1]),
        "session_languages": session_languages(language),
        "formats": list(FORMATS.items()),
        "results": results,
        "total": total,
        "cards": cards(results.object_list, topic_names, language, now=now),
    }


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
    pages = SpecialistPage.objects.filter(locale__language_code=language).live().public()
    specialists = Specialist.objects.published().filter(pk__in=pages.values("specialist"))
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


def session_languages(language: str) -> list[tuple[str, str]]:
    """Languages that specialists of this directory really speak, by name. 1 query."""
    published = Specialist.objects.published().order_by()
    codes = published.values_list("session_languages", flat=True).distinct()[:500]
    spoken = {code for group in codes for code in group}
    return sorted(((code, language_name(code)) for code in spoken), key=lambda pair: pair[1])


def with_page(specialists: Any, language: str) -> Any:
    """With the page in this language as `pages_here[0]`, and what a card shows."""
    pages = SpecialistPage.objects.filter(locale__language_code=language, live=True).select_related("locale")
    here = Prefetch("pages", queryset=pages.defer("story", "approach", "faq"), to_attr="pages_here")
    return specialists.select_related("profession", "place", "portrait").prefetch_related(here)


def cards(
    specialists: list[Specialist], topic_names: dict[str, str], language: str, *, now: datetime
) -> list[dict[str, Any]]:
    """What each card shows, in flat names. Times are as they are now, on the specialist's clock."""
    starts = seams.next_starts([specialist.pk for specialist in specialists], limit=SLOTS_ON_A_CARD)
    professions, places = Profession.names(language), Place.names(language)
    return [
        {
            "specialist": specialist,
            "page": next(iter(specialist.pages_here), None),
            "profession": professions.get(specialist.profession.slug, specialist.profession.name),
            "place": places.get(specialist.place.slug, specialist.place.name) if specialist.place else "",
            "topics": [topic_names.get(topic.slug, topic.name) for topic in specialist.topics.all()],
            "languages": [language_name(code) for code in specialist.session_languages],
            "starts": starts.get(specialist.pk, []),
            "is_accepting": specialist.is_accepting_on(now.date()),
        }
        for specialist in specialists
    ]


def free_soon(language: str, *, topic_slugs: list[str] | None = None, limit: int = 3) -> list[dict[str, Any]]:
    """Cards of the first specialists in the published order who offer a free consultation, for other pages."""
    now = timezone.now()
    specialists = matching({"topic": "", "language": "", "format": "", "free": "1"}, language)
    if topic_slugs:
        specialists = specialists.filter(topics__slug__in=topic_slugs).distinct()
    found = list(
        with_page(specialists.in_listing_order(now=now)[:limit], language).prefetch_related("topics")
    )
    return cards(found, Topic.names(language), language, now=now)
