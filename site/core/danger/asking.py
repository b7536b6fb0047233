"""Whether what somebody has typed on this site, in this request or the one before, shows help first.

Everything that is typed outside the CMS is asked, by this one middleware: a new form needs nothing. A form that is
shown again has the box on it; one that leads on has it on the next page.
"""

import re
from collections.abc import Callable, Iterator
from itertools import product

from django.conf import settings
from django.core.exceptions import RequestDataTooBig, SuspiciousOperation
from django.http import HttpRequest
from django.http.multipartparser import MultiPartParserError
from django.http.request import RawPostDataException, UnreadablePostError
from django.http.response import HttpResponseBase
from django.utils.cache import patch_cache_control, patch_vary_headers
from django.utils.crypto import constant_time_compare, get_random_string, salted_hmac

from core.danger import KINDS, danger_in
from core.secret_keys import site_secrets

COOKIE = "next_page"  # until a page has shown the box; neither name nor value say what about: others see the device
SECONDS = 600
SEARCHED = ("q",)  # what people type into addresses
# Never read: secrets, and what the page itself wrote into the form.
UNREAD = re.compile(r"password|csrf|token|code|secret|proof|key|credential", re.IGNORECASE)
NOT_WORDS = re.compile(r"\S+@\S+|https?://\S+|[\d\s:./+\-T]*")


def typed(request: HttpRequest) -> Iterator[str]:
    """The texts that somebody has typed into this request."""
    for name in SEARCHED:
        yield from request.GET.getlist(name)
    if request.method != "POST":
        return
    try:
        fields = list(request.POST.lists())
    except (
        RawPostDataException,
        UnreadablePostError,
        RequestDataTooBig,
        SuspiciousOperation,
        MultiPartParserError,
    ):
        return  # then no view has read a form either
    for name, values in fields:
        if not UNREAD.search(name):
            yield from (value for value in values if not NOT_WORDS.fullmatch(value.strip()))


def danger_of(request: HttpRequest) -> str:
    """The kind of danger that shows help first on this page; empty if nothing does. 1 query if something was typed."""
    if not hasattr(request, "_danger"):
        in_cms = request.path_info.startswith("/cms/")
        now = "" if in_cms else danger_in(typed(request))
        request._danger = now or _opened(request.COOKIES.get(COOKIE, ""))  # type: ignore[attr-defined]
    kind: str = request._danger  # type: ignore[attr-defined]
    return kind


def _sealed(kind: str) -> str:
    """A value that says nothing to whoever lacks the site's key, different each time and equally long."""
    nonce = get_random_string(12)
    return nonce + salted_hmac(COOKIE, nonce + kind, algorithm="sha256").hexdigest()


def _opened(value: str) -> str:
    """The kind that `_sealed` made this value from; empty if it made it from none."""
    nonce, seal = value[:12], value[12:]
    for kind, secret in product(KINDS, site_secrets()) if seal else ():
        made = salted_hmac(COOKIE, nonce + kind, secret=secret, algorithm="sha256").hexdigest()
        if constant_time_compare(seal, made):
            return kind
    return ""


class DangerMiddleware:
    """Carries the box over to the page that a form leads to."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        if getattr(request, "_danger_shown", False):
            patch_cache_control(response, private=True)
            patch_vary_headers(response, ["Accept-Language", "Cookie"])
            if COOKIE in request.COOKIES:
                response.delete_cookie(COOKIE, samesite="Lax")
        elif request.method == "POST" and 300 <= response.status_code < 400 and (kind := danger_of(request)):
            response.set_cookie(
                COOKIE,
                _sealed(kind),
                max_age=SECONDS,
                httponly=True,
                samesite="Lax",
                secure=settings.SESSION_COOKIE_SECURE,
            )
        return response
