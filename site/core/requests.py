"""Requests that no browser sends: refused with a plain 400 before anything reads them."""

import codecs
from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponse, HttpResponseBadRequest
from django.http.multipartparser import MultiPartParserError
from django.http.request import split_domain_port, validate_host
from django.http.response import HttpResponseBase
from django.utils.http import parse_header_parameters

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

LONGEST_HOST = 260  # characters: a name has 253 at most, and a port
LONGEST_TYPE = 1_000  # characters of a Content-Type; a boundary has 70 at most
CHARSETS = {"utf-8", "ascii"}  # what browsers send; Python knows a hundred more, some of which aren't texts
REFUSAL = b"Bad request\n"
Respond = Callable[[HttpRequest], HttpResponseBase]


def is_readable(headers: Mapping[str, Any]) -> bool:
    """Whether a request, by its WSGI environment, is for one of our hosts and in a charset that forms come in."""
    return _is_ours(headers.get("HTTP_HOST")) and _is_text(headers.get("CONTENT_TYPE", ""))


def _is_ours(host: str | None) -> bool:
    """Whether `host`, with or without a port, is one of ALLOWED_HOSTS. Without one, Django asks for the server's."""
    if host is None:
        return True
    if len(host) > LONGEST_HOST:
        return False
    domain, _port = split_domain_port(host)
    return bool(domain) and validate_host(domain, settings.ALLOWED_HOSTS)


def _is_text(content_type: str) -> bool:
    """Whether the parameters of a Content-Type can be read, and its charset is one of forms."""
    if len(content_type) > LONGEST_TYPE:
        return False
    try:
        charset = parse_header_parameters(content_type)[1].get("charset", "utf-8")
        return codecs.lookup(charset).name in CHARSETS
    except (LookupError, ValueError):  # NUL among them
        return False


def only_readable(application: "WSGIApplication") -> "WSGIApplication":
    """`application`, which never hears of requests for other hosts, nor of those that can't be read."""

    def answer(environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        if is_readable(environ):
            return application(environ, start_response)
        start_response(
            "400 Bad Request", [("Content-Type", "text/plain"), ("Content-Length", str(len(REFUSAL)))]
        )
        return [REFUSAL]

    return answer


class ReadableRequestMiddleware:
    """The same inside Django, where no server of ours stands in front; and bodies that can't be read are a 400."""

    def __init__(self, get_response: Respond) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if not is_readable(request.META):
            return HttpResponseBadRequest(REFUSAL, content_type="text/plain")
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Callable[..., Any], args: Any, kwargs: Any
    ) -> HttpResponse | None:
        """Read a form before anything else does. What Django doesn't expect in it is the sender's mistake."""
        if request.method == "POST":
            try:
                request.POST  # noqa: B018 - reading is what it is for
            except (LookupError, ValueError, MultiPartParserError) as error:
                raise BadRequest from error
        return None
