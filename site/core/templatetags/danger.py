"""Help first: the box that shows where somebody types of danger, and the lines to call."""

from typing import Any

from django import template
from django.http import HttpRequest
from django.template.context import Context
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from core import helplines
from core.danger import LIFE, OVERDOSE, VIOLENCE, find, kind_of
from core.danger.asking import danger_of
from core.html import plain_text

register = template.Library()

TITLES = {
    LIFE: _("Are you in danger, or thinking of ending your life?"),
    OVERDOSE: _("Have you taken too much of something? Call now"),
    VIOLENCE: _("Is somebody hurting you or threatening you?"),
}
TEXTS = {
    LIFE: _("You can talk to somebody right now. You don’t have to give your name."),
    OVERDOSE: _("Call the emergency number now, even if you feel well. Say what you took and how much."),
    VIOLENCE: _(
        "If you are in danger now, call the emergency number. A helpline can tell you what you can do next."
    ),
}


def _request(context: Context) -> HttpRequest | None:
    request = context.get("request")
    return request if isinstance(request, HttpRequest) else None


@register.simple_tag(takes_context=True)
def danger(context: Context) -> dict[str, Any]:
    """What to show first because of what was typed: `title`, `text`, `kind`; nothing if nothing fired."""
    request = _request(context)
    kind = danger_of(request) if request else ""
    if not kind:
        return {}
    request._danger_shown = True  # type: ignore[union-attr]
    return {"kind": kind, "title": TITLES[kind], "text": TEXTS[kind]}


@register.simple_tag(takes_context=True)
def help_lines(context: Context, kind: str = LIFE) -> list[dict[str, Any]]:
    """The lines for a kind of danger in the reader's likely country, or countries if only a language tells. 1 query."""
    known = helplines.countries()
    found = [known[code] for code in helplines.likely(_request(context), known)]
    if len(found) > 1:  # one button each: which country it is, the reader knows
        return [{"country": country.name, "lines": country.for_kind(kind)[:1]} for country in found]
    return [{"country": country.name, "lines": country.for_kind(kind)} for country in found]


@register.simple_tag(takes_context=True)
def help_countries(context: Context) -> dict[str, Any]:
    """For the page of helplines: the reader's likely countries `first`, and all the `others`. 1 query."""
    request = _request(context)
    countries = helplines.countries()
    first = helplines.likely(request, countries)
    return {
        "first": [countries[code] for code in first],
        "others": [country for code, country in countries.items() if code not in first],
        "all": list(countries.values()),
        "chosen": first[0] if len(first) == 1 else "",
        "has_unchecked": any(not line.is_checked for country in countries.values() for line in country.lines),
        "language": get_language(),
    }


@register.simple_tag(takes_context=True)
def callout_lines(context: Context, value: Any) -> list[dict[str, Any]]:
    """The lines for a callout about danger: what kind it is about, its own words tell. 1 query."""
    return help_lines(context, kind_of(find(f"{value['title']}. {plain_text(str(value['html']))}")) or LIFE)
