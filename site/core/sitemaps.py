"""The sitemap: every language's real pages, each with its alternates."""

from collections import defaultdict
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.db.models import Max, Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from wagtail.models import Page, get_page_models

from core.models import BasePage
from core.models.pages import path_of, unrestricted
from core.page_cache.reading import goes_by, may_be_kept, reading
from core.page_tags import HIDDEN, PAGE, RESTRICTION
from core.routing import root_paths

# More addresses, from apps that make pages out of queries: functions that return entries as below.
more: list[Callable[[], list[dict[str, Any]]]] = []

MOST = 50_000  # addresses in one file: sitemaps.org
WIDTH = 5_000  # numbers of pages that a part of a large sitemap covers
QUERIES = "queries"  # the part with `more`


def sitemap(request: HttpRequest) -> HttpResponse:
    """`/sitemap.xml`: live, public pages that are no aliases, in all languages; a list of parts on a large site.

    Wagtail's own holds the default language's tree alone, and no alternates. 4 queries and those of `more`, or 1 for
    the list; a part reads some thousands of pages, whatever their number.
    """
    may_be_kept()
    with reading(PAGE, HIDDEN, RESTRICTION):
        return _sitemap(request)


def _sitemap(request: HttpRequest) -> HttpResponse:
    part = request.GET.get("part")
    if part is not None:
        goes_by(("part", part))  # one that there isn't is a 404
    last = (Page.objects.aggregate(last=Max("pk"))["last"] or 0) // WIDTH
    if part is None and last > 0:
        address = settings.SITE_URL + request.path
        parts = [f"{address}?part={name}" for name in [*range(last + 1), QUERIES]]
        return render(request, "sitemap_index.xml", {"parts": parts}, content_type="application/xml")
    if part is None:
        entries = [*_pages(0), *_queries()]
    elif part == QUERIES:
        entries = _queries()
    elif part in map(str, range(last + 1)):
        entries = _pages(int(part))
    else:
        raise Http404
    return render(request, "sitemap.xml", {"entries": entries[:MOST]}, content_type="application/xml")


def _queries() -> list[dict[str, Any]]:
    return [entry for find in more for entry in find()]


def _pages(part: int) -> list[dict[str, Any]]:
    """The entries of the pages whose numbers are in this part. 3 queries."""
    languages = dict(settings.LANGUAGES)
    # A page that was copied under another language's front page has no address: it is not below its own.
    below_front_page = Q(pk__in=[])
    for code, path in root_paths().items():
        if code in languages:
            below_front_page |= Q(locale__language_code=code, url_path__startswith=path)
    pages = (
        unrestricted(Page.objects.live())
        .filter(below_front_page, alias_of__isnull=True)
        .select_related("locale")
        .only("url_path", "translation_key", "last_published_at", "locale__language_code", "path", "depth")
        .order_by("path")
    )
    for model in get_page_models():
        if issubclass(model, BasePage) and (hidden := model.hidden()) is not None:
            pages = pages.exclude(pk__in=hidden.values("pk"))
    rows = list(pages.filter(pk__gte=part * WIDTH, pk__lt=(part + 1) * WIDTH))
    by_key: dict[Any, dict[str, str]] = defaultdict(dict)
    for page in pages.filter(translation_key__in={page.translation_key for page in rows}):
        by_key[page.translation_key][page.locale.language_code] = settings.SITE_URL + path_of(page)
    entries = []
    for page in rows:
        links = by_key[page.translation_key]
        alternates = [(code, links[code]) for code in languages if code in links] if len(links) > 1 else []
        if alternates and settings.LANGUAGE_CODE in links:
            alternates.append(("x-default", links[settings.LANGUAGE_CODE]))
        entries.append(
            {
                "url": links[page.locale.language_code],
                "changed": page.last_published_at,
                "alternates": alternates,
            }
        )
    return entries
