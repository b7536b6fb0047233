"""What the account's pages and the header ask for."""

from datetime import datetime
from typing import Any

from django import template
from django.http import HttpRequest
from django.template.context import Context
from django.urls import NoReverseMatch, reverse
from django.utils.formats import date_format
from django.utils.translation import gettext

from accounts import sessions
from accounts.waiting import Waiting, waiting_on
from core.zones import load_zone

register = template.Library()


@register.simple_tag(takes_context=True)
def waiting(context: Context) -> list[Waiting]:
    """What waits for the reader; nothing where there is no request, as on the page of an error."""
    request = context.get("request")
    return waiting_on(request) if request else []


@register.filter
def total(items: list[Waiting]) -> int:
    """How many things wait, in all lines together."""
    return sum(item.count for item in items)


@register.simple_tag(takes_context=True)
def account_pages(context: Context) -> list[dict[str, Any]]:
    """The account's pages as its navigation shows them; none while the CMS's second factor is still to be set up."""
    request: HttpRequest = context["request"]
    if must_enrol(request):
        return []
    here = request.resolver_match.url_name if request.resolver_match else ""
    pages = [
        (gettext("Overview"), "account_home", ["account_home"]),
        (gettext("Settings"), "account_preferences", ["account_preferences"]),
        (gettext("E-mail address"), "account_email", ["account_email"]),
        (gettext("Password"), "account_change_password", ["account_change_password", "account_set_password"]),
        (gettext("Second factor and passkeys"), "mfa_index", ["mfa_"]),
        (gettext("Devices logged in"), "usersessions_list", ["usersessions_list"]),
        (gettext("Your data"), "account_data", ["account_data"]),
    ]
    return [
        {
            "title": title,
            "url": address,
            "current": any(str(here).startswith(own) for own in names),
        }
        for title, name, names in pages
        if (address := address_of(name))
    ]


def address_of(name: str) -> str:
    """The address of the page called `name`, empty if there is none."""
    try:
        return reverse(name)
    except NoReverseMatch:
        return ""


@register.filter
def must_enrol(request: HttpRequest) -> bool:
    """Whether this reader may use the CMS and has no second factor yet, or hasn't shown it."""
    return sessions.is_staff(request) and not sessions.showed_second_factor(request)


@register.filter
def works_in_cms(request: HttpRequest) -> bool:
    """Whether this reader may use the CMS."""
    return sessions.is_staff(request)


@register.filter
def on_own_clock(moment: datetime, user: Any) -> str:
    """A date with the time, on the user's clock and as the language writes it: 24 November 2026, 09:30."""
    return date_format(moment.astimezone(load_zone(user.time_zone)), "DATETIME_FORMAT")


@register.filter
def device(user_agent: str) -> str:
    """What somebody reads with, in words: Firefox on Windows."""
    from ua_parser import parse  # its patterns take a tenth of a second to load: on this page alone

    found = parse(user_agent)
    browser = found.user_agent.family if found.user_agent else ""
    system = found.os.family if found.os else ""
    if browser and system:
        return gettext("%(browser)s on %(system)s") % {"browser": browser, "system": system}
    return browser or system or gettext("A browser that doesn’t say its name")


@register.filter
def in_fours(secret: str) -> str:
    """A long secret in groups of four, as people read it aloud and type it."""
    return " ".join(secret[start : start + 4] for start in range(0, len(secret), 4))
