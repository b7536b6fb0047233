"""Which links a browser may follow in advance: the rules it gets, and on which pages it learns of them.

Browsers that know speculation rules fetch a page when somebody is about to open it: their pointer rests on its link.
That must cost nobody anything, so only pages of the tree are fetched early, under an address without parameters.
Whatever has a view of its own, be it an account, a booking or what a feature adds later, isn't: a view may say
something private, and its address may hold a token.

A policy that forbids inline scripts forbids inline rules as well. A header names their file instead.
"""

import json
import re
from collections.abc import Callable, Iterator
from fnmatch import fnmatch
from functools import cache
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from django.urls.resolvers import LocalePrefixPattern, RoutePattern
from django.views.decorators.cache import cache_control

PARAMETER = re.compile(r"<[^>]+>")
PAGES = "wagtail_serve"  # the address of every page of the tree
HOLDS = 86_400  # seconds


class SpeculationMiddleware:
    """Names the file with the rules on every page that is the same for everybody."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        if is_for_everybody(request, response):
            response["Speculation-Rules"] = f'"{reverse("speculation_rules")}"'
        return response


def is_for_everybody(request: HttpRequest, response: HttpResponseBase) -> bool:
    """A page of the tree that nobody in particular asked for."""
    match = request.resolver_match
    return (
        match is not None
        and match.url_name == PAGES
        and request.method == "GET"
        and response.status_code == 200
        and response.get("Content-Type", "").startswith("text/html")
        and not getattr(request, "is_preview", False)
        and "private" not in response.get("Cache-Control", "")
    )


@cache_control(public=True, max_age=HOLDS)
def rules(request: HttpRequest) -> HttpResponse:
    """`/speculation-rules.json`."""
    return HttpResponse(json.dumps(speculation_rules()), content_type="application/speculationrules+json")


@cache
def speculation_rules() -> dict[str, Any]:
    """The rules, for all languages: they are matched with the address of each link on the page."""
    pages = [{"pathname": f"/{code}/*", "search": ""} for code in dict(settings.LANGUAGES)]
    paths = set(paths_of_views())
    paths = {path for path in paths if not any(fnmatch(path, wider) for wider in paths - {path})}
    views = [{"pathname": f"/:language/{path}"} for path in sorted(paths)]
    where = {
        "and": [
            {"href_matches": pages},
            {"not": {"href_matches": views}},
            {"not": {"selector_matches": "[rel~=nofollow], [download], [target]"}},
        ]
    }
    return {"prefetch": [{"source": "document", "where": where, "eagerness": "moderate"}]}


def paths_of_views() -> Iterator[str]:
    """What stands behind `/<language>/` in the address of every view but that of pages, as a URLPattern."""
    for entry in get_resolver().url_patterns:
        if isinstance(entry, URLResolver) and isinstance(entry.pattern, LocalePrefixPattern):
            yield from _below(entry, "")


def _below(resolver: URLResolver, before: str) -> Iterator[str]:
    for entry in resolver.url_patterns:
        if isinstance(entry, URLPattern) and entry.name == PAGES:
            continue
        if not isinstance(entry.pattern, RoutePattern):
            raise NotImplementedError(f"{entry.pattern} is an expression: how would a browser read it?")
        path = before + PARAMETER.sub("*", str(entry.pattern))
        if isinstance(entry, URLPattern):
            yield path
        elif path:
            yield f"{path}*"  # all that is below it
        else:
            yield from _below(entry, path)
