"""What directory templates ask for."""

from datetime import UTC, date, datetime
from typing import Any
from urllib.parse import urlencode

from django import template
from django.template.context import Context, RequestContext
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import get_language, gettext, ngettext, override

from core.i18n import cities, countries
from core.i18n.languages import join_words, language_name
from core.models.pages import path_of
from core.page_cache.process import cache as page_cache
from core.page_cache.reading import current
from core.templatetags.content import day_and_time
from directory.checking.comparison import field_label
from directory.checking.review import ReviewStatus
from directory.models import Specialist, SpecialistPage
from directory.search.cards import free_soon
from directory.states import Action, can

register = template.Library()

BARS_HIGH = 10


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


@register.filter
def country_name(code: str) -> str:
    """The name of a country."""
    return countries.country_name(code)


register.filter("field_label", field_label)


@register.simple_tag
def specialist_card(card: dict[str, Any]) -> SafeString:
    """The card of a specialist (directory.search.cards), remembered as long as nothing that it shows changes."""

    def render() -> SafeString:
        if around := current():
            around.absorb(card["reading"])
        return render_to_string("pages/directory/card.html", {"card": card})

    # What it shows was read before this moment.
    return page_cache.remembered(("card as text", card["pk"], card["show"]), render, since=card["since"])


@register.simple_tag
def free_specialists(limit: int = 3) -> list[dict[str, Any]]:
    """Cards of those whom one can talk to soonest, for free."""
    return free_soon(get_language() or "", limit=limit)


@register.simple_tag(takes_context=True)
def profile_facts(context: Context) -> list[dict[str, str]]:
    """Rows of facts for a profile; what isn't known is left out."""
    specialist = context["specialist"]
    rows = [
        (gettext("Languages"), join_words(context["languages"]), "languages"),
        (gettext("Where"), context["where"], "map-pin"),
        (gettext("Price of a session"), context["price"], "wallet"),
        (gettext("Works with"), join_words(context["client_groups"]), "user"),
        (gettext("Methods"), join_words(context["methods"]), "list-checks"),
        (gettext("Practising since"), str(specialist.practising_since or ""), "calendar"),
        (gettext("Medicine"), gettext("Can prescribe") if specialist.can_prescribe else "", "shield"),
    ]
    return [{"term": term, "detail": detail, "icon": icon} for term, detail, icon in rows if detail]


@register.simple_tag
def checked_facts(specialist: Specialist) -> str:
    """What a moderator has checked about a specialist, in words."""
    found = [gettext("name, licence and country in the register")]
    found += [gettext("that they can prescribe medicine")] if specialist.can_prescribe else []
    found += [gettext("the contact of the practice")] if specialist.has_contact else []
    return join_words(found)


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
        **({"telephone": specialist.dialled} if specialist.practice_phone else {}),
        **({"sameAs": [specialist.practice_url]} if specialist.practice_url else {}),
    }
    if specialist.checked_on:  # as the badge: what nobody has checked is nobody's credential
        person["hasCredential"] = {
            "@type": "EducationalOccupationalCredential",
            "credentialCategory": profession,
            "recognizedBy": {"@type": "Organization", "name": specialist.credential_register},
            **({"url": specialist.credential_url} if specialist.credential_url else {}),
        }
    return [{"@type": "ProfilePage", "mainEntity": person}]


@register.simple_tag(takes_context=True)
def own_profile(context: RequestContext) -> dict[str, str] | None:
    """How the reader's own profile stands, `text`, and its `url` if others see it; None for all who have none."""
    specialist = Specialist.objects.filter(user=context["request"].user).first()
    if specialist is None:
        return None
    return {"text": state_sentence(Specialist.State(specialist.state)), "url": public_path(specialist)}


@register.simple_tag
def public_path(specialist: Specialist) -> str:
    """The address of a public profile, in the language being read if there is one; else empty."""
    if not specialist.is_public:
        return ""
    pages = SpecialistPage.objects.live().filter(specialist=specialist, alias_of__isnull=True)
    paths = {page.locale.language_code: path_of(page) for page in pages.select_related("locale")}
    return paths.get(get_language() or "") or next(iter(paths.values()), "")


@register.simple_tag
def profile_state(specialist: Specialist, now: ReviewStatus) -> str:
    """How a profile stands, in a sentence or two, for its owner."""
    if specialist.is_approved and now.is_waiting:
        return gettext("%(state)s A change of yours is being checked.") % {
            "state": state_sentence(Specialist.State(specialist.state))
        }
    return state_sentence(Specialist.State(specialist.state))


def state_sentence(state: Specialist.State) -> str:
    """What the state of a profile means to its owner."""
    return {
        Specialist.State.DRAFT: gettext("It is a draft: nobody else sees it yet."),
        Specialist.State.SUBMITTED: gettext("It is being checked: nobody else sees it yet."),
        Specialist.State.CHANGES_REQUESTED: gettext("It needs changes before it can be public."),
        Specialist.State.PUBLISHED: gettext("It is public."),
        Specialist.State.PAUSED: gettext("It is paused: nobody else sees it."),
        Specialist.State.SUSPENDED: gettext("It is suspended: nobody else sees it."),
    }[state]


@register.simple_tag
def checking_steps(specialist: Specialist, usual_days: int | None) -> list[dict[str, str]]:
    """What happens after a profile is sent in, as the component `steps` takes it."""
    return [
        {
            "title": gettext("A moderator looks you up"),
            "text": gettext("Is the name the same in the register, the licence active, the country right?"),
        },
        {"title": gettext("We write to you"), "text": how_long(usual_days)},
        {
            "title": gettext("Clients see the change")
            if specialist.is_approved
            else gettext("You are public"),
            "text": gettext("Or you read beside each field what should change, and send it in again."),
        },
    ]


@register.filter
def how_long(usual_days: int | None) -> str:
    """How long checking takes, as it really did of late."""
    if usual_days is None:
        return gettext("We check in the order in which profiles come in, the oldest first.")
    return ngettext(
        "Of late, most were checked within %(days)d day.",
        "Of late, most were checked within %(days)d days.",
        usual_days,
    ) % {"days": usual_days}


register.filter("language_name", language_name)


@register.filter("can")
def can_now(specialist: Specialist, action: str) -> bool:
    """Whether it can be done as the profile stands now; `action` is one of directory.states."""
    return can(specialist, Action(action))


@register.simple_tag
def url_in(code: str, name: str) -> str:
    """An address in another language than the one being read."""
    with override(code):
        return reverse(name)


@register.simple_tag
def bars(days: list[tuple[date, int]], most: int) -> list[dict[str, Any]]:
    """Numbers by day as bars for an SVG, BARS_HIGH units high and one unit apart; the greatest fills the height."""
    return [
        {"x": number, "y": BARS_HIGH - height, "height": height}
        for number, (_day, count) in enumerate(days)
        for height in [round(BARS_HIGH * count / most, 2) if most else 0]
    ]
