"""What a specialist's page shows beside their own words."""

from typing import Any

from django.http import HttpRequest
from django.utils import timezone

from core.languages import language_name
from core.models import Topic
from directory import seams
from directory.models import ClientGroup, Method, Place, Profession, SpecialistPage

SLOTS_ON_A_PROFILE = 6


def profile(request: HttpRequest, page: SpecialistPage) -> dict[str, Any]:
    """The context of a profile. The facts come from the record, in the language being read."""
    language = page.locale.language_code
    specialist = page.specialist
    topics = Topic.names(language)
    return {
        "specialist": specialist,
        "profession": Profession.names(language).get(specialist.profession.slug, specialist.profession.name),
        "place": Place.names(language).get(specialist.place.slug, "") if specialist.place else "",
        "topics": [(topic.slug, topics.get(topic.slug, topic.name)) for topic in specialist.topics.all()],
        "methods": _named(specialist.methods, Method, language),
        "client_groups": _named(specialist.client_groups, ClientGroup, language),
        "languages": [language_name(code) for code in specialist.session_languages],
        "starts": seams.next_starts([specialist.pk], limit=SLOTS_ON_A_PROFILE).get(specialist.pk, []),
        "is_accepting": specialist.is_accepting_on(timezone.localdate()),
    }


def _named(related: Any, model: Any, language: str) -> list[str]:
    """The names of a record's terms in `language`: 1 query, since the terms of all languages share their slugs."""
    slugs = related.values("slug")
    rows = (
        model.objects.filter(slug__in=slugs)
        .order_by("locale_id")
        .values_list("slug", "name", "locale__language_code")
    )
    names: dict[str, str] = {}
    for slug, name, code in rows:
        if code == language or slug not in names:
            names[slug] = name
    return sorted(names.values())
