"""Pages that belong to no app."""

import posixpath
import sys
from datetime import UTC, datetime, timedelta

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db import InterfaceError, OperationalError
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.middleware.csrf import get_token
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.templatetags.static import static
from django.urls import reverse
from django.utils.cache import patch_cache_control
from django.views import defaults
from django.views.static import serve

from core.locks import TooManyWaiting
from core.media_files import has_no_room
from core.page_cache.reading import may_be_kept

# What is over in a moment: a lock or a connection that can't be had, a statement that took too long, no database.
PASSING = (OperationalError, InterfaceError, TooManyWaiting)
TRY_AGAIN = 10  # seconds until it is worth while, where we don't know better
NEVER_KEPT = ("csrf", "password", "code")  # parts of names of fields that are nobody's to print in a page
MOST_KEPT = 40_000  # characters
PICTURES_HOLD = timedelta(days=1)  # in browsers, as nginx says it too; a replaced picture has another name
SECURITY_TXT_HOLDS = timedelta(days=90)  # RFC 9116 recommends less than a year


def is_passing(error: BaseException | None) -> bool:
    """Whether something failed that will be over: the database, a lock, a disk without room."""
    return isinstance(error, PASSING) or has_no_room(error)


def unavailable(request: HttpRequest) -> HttpResponse:
    """503: something can't be had for a moment. The page has a button that sends what was typed once more.

    Nothing is read from the database. Passwords, codes and files aren't printed: their pages are opened anew.
    """
    typed = [(name, value) for name, values in _posted(request).items() for value in values]
    has_secret = any(part in name.lower() for name, _value in typed for part in NEVER_KEPT if part != "csrf")
    is_long = sum(len(value) for _name, value in typed) > MOST_KEPT
    context = {
        "path": request.get_full_path(),
        "is_form": request.method == "POST" and not (has_secret or is_long or request.FILES),
        "was_sent": request.method == "POST",
        # Browsers leave out a line break at the beginning of a box: theirs, and not one that was typed.
        "typed": [(name, f"\n{value}") for name, value in typed if name != "csrfmiddlewaretoken"],
        "csrf_token": get_token(request),
    }
    response = HttpResponse(render_to_string("503.html", context), status=503)
    response["Retry-After"] = str(TRY_AGAIN)
    response["Cache-Control"] = "private, no-store"
    return response


def _posted(request: HttpRequest) -> dict[str, list[str]]:
    try:
        return dict(request.POST.lists()) if request.method == "POST" else {}
    except Exception:  # what can't be read can't be sent again either
        return {}


def server_error(request: HttpRequest) -> HttpResponse:
    """What broke: for a moment (503), or until we mend it (500). Also what broke outside of views."""
    if is_passing(sys.exc_info()[1]):
        return unavailable(request)
    return defaults.server_error(request)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """The page for a form whose security token is missing or old. What was typed is still there with *Back*."""
    return render(request, "403_csrf.html", status=403)


def cms_login(request: HttpRequest) -> HttpResponse:
    """Where the CMS sends people it doesn't let in: strangers to the one log-in page, others to a plain no.

    Sending everybody to the log-in page would send those who are logged in back again, for ever.
    """
    if request.user.is_authenticated:
        raise PermissionDenied
    return to_log_in(request)


def to_log_in(request: HttpRequest) -> HttpResponse:
    """In place of other log-in pages: sends people to the one that there is, and afterwards where they wanted to go."""
    return redirect(f"{reverse('account_login')}?{request.GET.urlencode()}")


def no_door(request: HttpRequest, rest: str) -> HttpResponse:
    """In place of Wagtail's passwords for pages and documents, which could be guessed without end."""
    raise Http404


def favicon(request: HttpRequest) -> HttpResponse:
    """`/favicon.ico`, for who asks for it without having read a page: sends them to the picture."""
    response = redirect(static("img/favicon.ico"))
    patch_cache_control(response, public=True, max_age=int(PICTURES_HOLD.total_seconds()))
    return response


def robots(request: HttpRequest) -> HttpResponse:
    """`/robots.txt`: private links and searches are nobody's to index."""
    may_be_kept()
    lines = ["User-agent: *", "Disallow: /cms/", "Disallow: /*/bookings/", "Disallow: /*/account/"]
    return HttpResponse(
        "\n".join([*lines, f"Sitemap: {settings.SITE_URL}/sitemap.xml", ""]),
        content_type="text/plain; charset=utf-8",
    )


def security_txt(request: HttpRequest) -> HttpResponse:
    """`/.well-known/security.txt` (RFC 9116): who to tell about a weakness. Nothing where nobody is named."""
    if not settings.SECURITY_CONTACT:
        raise Http404
    today = datetime.now(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    lines = [
        f"Contact: {settings.SECURITY_CONTACT}",
        f"Expires: {today + SECURITY_TXT_HOLDS:%Y-%m-%dT%H:%M:%SZ}",
        f"Preferred-Languages: {settings.LANGUAGE_CODE}",
        f"Canonical: {settings.SITE_URL}{request.path}",
    ]
    return HttpResponse("\n".join([*lines, ""]), content_type="text/plain; charset=utf-8")


def media(request: HttpRequest, path: str) -> HttpResponseBase:
    """`/media/images/…`, where no web server in front serves it: pictures in the sizes that pages show.

    The pictures that these are made from, and whatever else lies beside them, are nobody's to download. What can't be
    a file's name is no file.
    """
    if not posixpath.normpath(path).startswith("images/"):
        raise Http404
    try:
        response = serve(request, path, document_root=str(settings.MEDIA_ROOT))
    except OSError as error:
        raise Http404 from error
    patch_cache_control(response, public=True, max_age=int(PICTURES_HOLD.total_seconds()))
    return response
