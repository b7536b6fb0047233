"""What directory templates ask for."""

from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlencode

from django import template
from django.template.context import Context, RequestContext
from django.utils.translation import get_language, gettext

from core import cities
from core.languages import language_name, listed
from core.models.pages import path_of
from core.templatetags.content import day_and_time
from directory.models import Specialist, SpecialistPage
from directory.search.cards import free_soon

register = template.Library()


@register.simple_tag
def slot_links(starts: list[datetime], book_url: str) -> list[dict[str, str]]:
    """Free starts as the card's links: each opens the booking form for that time."""
    return [
        {
            "label": day_and_time(start),
            "datetime": start.isoformat(timespec="minutes"),
            "url": f"{book_url}?{urlencode({'start': utc_value(start)})}",
        }
        for start in starts
    ]


def utc_value(start: datetime) -> str:
    """A start as addresses carry it."""
    return start.astimezone(UTC).strftime("%Y-%m-%dT%H:%MZ")


@register.simple_tag
def city_of(moment: datetime) -> str:
    """The city that the moment's clock is named after, as the language calls it: Europe/Kyiv gives Kyiv."""
    return cities.name(str(moment.tzinfo))


@register.simple_tag(name="language_name")
def name_of_language(code: str) -> str:
    """The name of a language in the language being read."""
    return language_name(code)


@register.simple_tag
def free_specialists(limit: int = 3) -> list[dict[str, Any]]:
    """Cards of those whom one can talk to soonest, for free."""
    return free_soon(get_language() or "", limit=limit)


@register.simple_tag(takes_context=True)
def profile_facts(context: Context) -> list[dict[str, str]]:
    """Rows of facts for a profile; what isn't known is left out."""
    specialist = context["specialist"]
    rows = [
        (gettext("Languages"), listed(context["languages"]), "languages"),
        (gettext("Where"), context["where"], "map-pin"),
        (gettext("Price of a session"), context["price"], "wallet"),
        (gettext("Works with"), listed(context["client_groups"]), "user"),
        (gettext("Methods"), listed(context["methods"]), "list-checks"),
        (gettext("Practising since"), str(specialist.practising_since or ""), "calendar"),
        (gettext("Medicine"), gettext("Can prescribe") if specialist.can_prescribe else "", "shield"),
    ]
    return [{"term": term, "detail": detail, "icon": icon} for term, detail, icon in rows if detail]


@register.simple_tag
def person_data(page: SpecialistPage, profession: str) -> list[dict[str, Any]]:
    """schema.org ProfilePage with the Person it is about."""
    specialist = page.specialist
    person: dict[str, Any] = {
        "@type": "Person",
        "name": specialist.name,
        "jobTitle": profession,
        "knowsLanguage": specialist.session_languages,
        "url": page.full_address,
        "hasCredential": {
            "@type": "EducationalOccupationalCredential",
            "credentialCategory": profession,
            "recognizedBy": {"@type": "Organization", "name": specialist.credential_register},
            **({"url": specialist.credential_url} if specialist.credential_url else {}),
        },
    }
    return [{"@type": "ProfilePage", "mainEntity": person}]


@register.simple_tag(takes_context=True)
def own_profile(context: RequestContext) -> dict[str, str] | None:
    """How the reader's own profile stands, `text`, and its `url` if others see it; None for all who have none."""
    specialist = Specialist.objects.filter(user=context["request"].user).first()
    if specialist is None:
        return None
    pages = SpecialistPage.objects.live().filter(specialist=specialist, alias_of__isnull=True)
    public = pages.select_related("locale") if specialist.is_public else pages.none()
    paths = {page.locale.language_code: path_of(page) for page in public}
    path = paths.get(get_language() or "") or next(iter(paths.values()), "")
    return {"text": standing(Specialist.State(specialist.state)), "url": path}


def standing(state: Specialist.State) -> str:
    """What the state of a profile means to its owner."""
    return {
        Specialist.State.DRAFT: gettext("It is a draft: nobody else sees it yet."),
        Specialist.State.SUBMITTED: gettext("It is being checked: nobody else sees it yet."),
        Specialist.State.CHANGES_REQUESTED: gettext("It needs changes before it can be public."),
        Specialist.State.PUBLISHED: gettext("It is public."),
        Specialist.State.PAUSED: gettext("It is paused: nobody else sees it."),
        Specialist.State.SUSPENDED: gettext("It is suspended: nobody else sees it."),
    }[state]
