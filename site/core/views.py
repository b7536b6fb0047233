"""Pages that belong to no app."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """The page for a form whose security token is missing or old. What was typed is still there with *Back*."""
    return render(request, "403_csrf.html", status=403)


def robots(request: HttpRequest) -> HttpResponse:
    """`/robots.txt`: private links and searches are nobody's to index."""
    lines = ["User-agent: *", "Disallow: /cms/", "Disallow: /*/bookings/", "Disallow: /*/account/"]
    return HttpResponse(
        "\n".join([*lines, f"Sitemap: {settings.SITE_URL}/sitemap.xml", ""]),
        content_type="text/plain; charset=utf-8",
    )
