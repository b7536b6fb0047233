"""What a specialist's page shows beside their own words."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.db.models import BigIntegerField, QuerySet, Value

from core.i18n.languages import language_name
from core.models import Topic
from core.page_cache.reading import reading, today
from core.page_tags import TOPIC
from core.prepared import Given, Prepared
from directory import ports
from directory.models.specialists import Specialist
from directory.models.taxonomies import ClientGroup, Method, Place, Profession
from directory.page_tags import CLIENT_GROUP, METHOD, SPECIALIST
from directory.search.cards import confirmed, price, reply_time, where

SLOTS_ON_A_PROFILE = 6


def _terms(kind: str, model: Any) -> QuerySet[Any, Any]:
    own = model.objects.filter(specialists=Given("specialist", BigIntegerField()))
    return own.order_by().annotate(kind=Value(kind)).values_list("kind", "slug", "name")


TERMS = Prepared(
    lambda: (
        _terms("topic", Topic)
        .union(_terms("method", Method), _terms("group", ClientGroup), all=True)
        .order_by("name")
    )
)


def profile(specialist: Specialist, language: str) -> dict[str, Any]:
    """The context of a profile. The facts come from the record, in the language being read."""
    topics = Topic.names(language)
    place = (
        Place.names(language).get(specialist.place.slug, specialist.place.name) if specialist.place else ""
    )
    starts = (
        ports.booking().next_starts([specialist.pk], limit=SLOTS_ON_A_PROFILE).get(specialist.pk, [])
        if specialist.offers_free_consultation
        else []
    )
    day = today()
    row = getattr(specialist, "search_row", None)
    terms: dict[str, list[tuple[str, str]]] = {"topic": [], "method": [], "group": []}
    # Which they are; their names say by themselves that they are shown.
    with reading(SPECIALIST(specialist.pk), found=[TOPIC, METHOD, CLIENT_GROUP]):
        for kind, slug, name in TERMS.rows(specialist=specialist.pk):
            terms[kind].append((slug, name))
    return {
        "specialist": specialist,
        "reply": reply_time(row.reply_minutes) if row and specialist.offers_free_consultation else "",
        "confirmed_on": confirmed(specialist, day, has_slot=bool(starts)),
        "articles": ports.articles().articles_by(specialist.pk, language),
        "profession": Profession.names(language).get(specialist.profession.slug, specialist.profession.name),
        "place": place,
        "topics": [(slug, topics.get(slug, name)) for slug, name in terms["topic"]],
        "methods": _named(terms["method"], Method.names(language)),
        "client_groups": _named(terms["group"], ClientGroup.names(language)),
        "where": where(specialist, place),
        "price": price(specialist),
        "languages": [language_name(code) for code in specialist.session_languages],
        "starts": starts,
        "is_accepting": specialist.is_accepting_on(day, has_slot=bool(starts)),
    }


def _named(terms: Iterable[tuple[str, str]], names: Mapping[str, str]) -> list[str]:
    """The names of a record's terms in the language of `names`: the terms of all languages share their slugs."""
    return sorted(names.get(slug, name) for slug, name in terms)
