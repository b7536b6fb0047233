"""Pages that belong to no app."""

import posixpath

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.static import serve


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


def robots(request: HttpRequest) -> HttpResponse:
    """`/robots.txt`: private links and searches are nobody's to index."""
    lines = ["User-agent: *", "Disallow: /cms/", "Disallow: /*/bookings/", "Disallow: /*/account/"]
    return HttpResponse(
        "\n".join([*lines, f"Sitemap: {settings.SITE_URL}/sitemap.xml", ""]),
        content_type="text/plain; charset=utf-8",
    )


def media(request: HttpRequest, path: str) -> HttpResponseBase:
    """`/media/images/…`, where no web server in front serves it: pictures in the sizes that pages show.

    The pictures that these are made from, and whatever else lies beside them, are nobody's to download. What can't be
    a file's name is no file.
    """
    if not posixpath.normpath(path).startswith("images/"):
        raise Http404
    try:
        return serve(request, path, document_root=str(settings.MEDIA_ROOT))
    except OSError as error:
        raise Http404 from error
