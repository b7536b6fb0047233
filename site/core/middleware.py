"""Headers that depend on where in the site a request went, and what holds for every request."""

import re
from collections.abc import Callable
from typing import Any

import structlog
from csp.middleware import CSPMiddleware, PolicyParts
from django.conf import settings
from django.db import connection
from django.http import HttpRequest, HttpResponse, QueryDict
from django.http.response import HttpResponseBase
from django.middleware.locale import LocaleMiddleware
from django.utils.cache import patch_vary_headers
from django.utils.datastructures import MultiValueDictKeyError
from django.utils.translation import get_language_from_path
from django.views.defaults import bad_request

from core.locks import lock_waiters
from core.logs import describe
from core.views import is_passing, unavailable

logger = structlog.get_logger(__name__)

CMS_PREFIX = "/cms/"
NUL = "\x00"
COUNTS = re.compile(r"-(?:count|order)\Z")  # of blocks; those of Django's formsets are in capitals


class PolicyMiddleware(CSPMiddleware):
    """The strict Content-Security-Policy everywhere, and the CMS's own under `/cms/`.

    A preview is a public page that the CMS frames. It comes through here as a request of its own, with the
    address of the page.
    """

    def get_policy_parts(
        self, request: HttpRequest, response: HttpResponseBase, report_only: bool = False
    ) -> PolicyParts:
        parts: Any = super().get_policy_parts(request, response, report_only)
        if report_only or parts.config is not None:
            return parts
        if getattr(request, "is_preview", False):
            parts.config = settings.PREVIEW_POLICY
        elif request.path_info.startswith(CMS_PREFIX):
            parts.config = settings.CMS_POLICY
        return parts


class RevalidationMiddleware:
    """What says nothing about caches isn't given by any without asking: they would keep it for a time of their own."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        response.headers.setdefault("Cache-Control", "no-cache")
        return response


class CmsInputMiddleware:
    """Takes out of what is sent to the CMS what neither a person can mean nor Wagtail's screens can bear.

    NUL, which PostgreSQL has no text with; and of searches all but the first words, since Wagtail nests a condition
    for each of them, and the index has no words of thousands of letters. The search box shows what was searched for.
    """

    SEARCHES = ("q", "term", "search")
    MOST_WORDS = 20
    LONGEST = 200  # characters, of all words together

    def __init__(self, get_response: Any) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if request.path_info.startswith(CMS_PREFIX):
            request.GET = self._searchable(without_nul(request.GET))  # type: ignore[assignment]
        response: HttpResponseBase = self.get_response(request)
        return response

    def process_view(self, request: HttpRequest, *view: Any) -> None:
        """Not before: a form is read as the view wants it read."""
        if request.path_info.startswith(CMS_PREFIX) and request.method == "POST":
            request.POST = countable(without_nul(request.POST))  # type: ignore[assignment]

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """A form without fields that its page has didn't arrive whole: nothing is saved of it, and the person is told.

        Wagtail's editors read the parts of a StreamField without asking whether they are there.
        """
        if not (request.path_info.startswith(CMS_PREFIX) and isinstance(exception, MultiValueDictKeyError)):
            return None
        logger.warning("form_incomplete", field=str(exception))
        return bad_request(request, exception)

    def _searchable(self, data: QueryDict) -> QueryDict:
        for name in self.SEARCHES:
            words = data.get(name, "").split()
            text = " ".join(words[: self.MOST_WORDS])[: self.LONGEST]
            if name in data and (len(words) > self.MOST_WORDS or len(data[name]) > self.LONGEST):
                data = data.copy()
                data[name] = text
        return data


def without_nul(data: QueryDict) -> QueryDict:
    """The same fields, without any NUL in their names and values."""
    if not any(NUL in text for name, values in data.lists() for text in (name, *values)):
        return data
    cleaned = QueryDict(mutable=True, encoding=data.encoding)
    for name, values in data.lists():
        for value in values:
            cleaned.appendlist(name.replace(NUL, ""), value.replace(NUL, ""))
    return cleaned


def countable(data: QueryDict) -> QueryDict:
    """The same fields, without those counts and places of a StreamField's blocks that are no numbers."""
    wrong = [
        name for name in data if COUNTS.search(name) and not re.fullmatch(r"[0-9]{1,6}", str(data[name]))
    ]
    if not wrong:
        return data
    data = data.copy()
    for name in wrong:
        del data[name]
    return data


class LanguageMiddleware(LocaleMiddleware):
    """Django's, which looks under `/<language>/` for an address that there is nothing at.

    What a view without a language doesn't find is nowhere else either: Django would look for a picture or a screen of
    the CMS among the pages.
    """

    def process_response(self, request: HttpRequest, response: Any) -> Any:
        meant = request.resolver_match and not get_language_from_path(request.path_info)
        if response.status_code == 404 and meant:
            patch_vary_headers(response, ["Accept-Language"])
            return response
        return super().process_response(request, response)


class UnavailableMiddleware:
    """What can't be had right now is a page that says so, and sends what was typed again; and few wait for it.

    What fails before or behind views, in other middleware, is told by `core.views.server_error`.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        with connection.execute_wrapper(lock_waiters.around):
            return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if not is_passing(exception):
            return None
        logger.error("unavailable", error=describe(exception))
        return unavailable(request)
