"""What the account's pages and the header ask for."""

from datetime import datetime
from typing import Any

from django import template
from django.http import HttpRequest
from django.template.context import Context
from django.urls import reverse
from django.utils.formats import date_format

from accounts import sessions
from accounts.browsers import browser_in_words
from accounts.pages import pages_of
from accounts.second_factors import are_unreadable
from accounts.waiting import Waiting, waiting_on
from core.i18n.zones import load_zone
from core.users import User

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
    here = str(request.resolver_match.url_name) if request.resolver_match else ""
    return [
        {
            "title": page.title,
            "url": reverse(page.name),
            "current": here == page.name or here.startswith(page.also),
        }
        for page in pages_of(request.user)
    ]


@register.filter
def has_unreadable_factor(user: User) -> bool:
    """Whether something of `user` was encrypted with a secret that the site has no more. 1 query."""
    return are_unreadable(user)


@register.filter
def must_enrol(request: HttpRequest) -> bool:
    """Whether this reader needs a second factor and has none yet, or hasn't shown it."""
    return sessions.must_show_factor(request)


@register.filter
def works_in_cms(request: HttpRequest) -> bool:
    """Whether this reader may use the CMS."""
    return sessions.is_staff(request)


@register.filter
def on_own_clock(moment: datetime, user: User) -> str:
    """A date with the time, on the user's clock and as the language writes it: 24 November 2026, 09:30."""
    return date_format(moment.astimezone(load_zone(user.time_zone)), "DATETIME_FORMAT")


register.filter("device", browser_in_words)


@register.filter
def in_fours(secret: str) -> str:
    """A long secret in groups of four, as people read it aloud and type it."""
    return " ".join(secret[start : start + 4] for start in range(0, len(secret), 4))
