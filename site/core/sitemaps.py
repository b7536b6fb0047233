"""The sitemap: every language's real pages, each with its alternates."""

from collections import defaultdict
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from wagtail.models import Page, Site, get_page_models

from core.models import BasePage
from core.models.pages import path_of, unrestricted

# More addresses, from apps that make pages out of queries: functions that return entries as below.
more: list[Callable[[], list[dict[str, Any]]]] = []

MOST = 50_000  # addresses in one file: sitemaps.org


def sitemap(request: HttpRequest) -> HttpResponse:
    """`/sitemap.xml`: live, public pages that are no aliases, in all languages. 2 queries whatever the number.

    Wagtail's own holds the default language's tree alone, and no alternates.
    """
    languages = dict(settings.LANGUAGES)
    # A page that was copied under another language's front page has no address: it is not below its own.
    below_front_page = Q(pk__in=[])
    for root in Site.get_site_root_paths():
        if root.language_code in languages:
            below_front_page |= Q(
                locale__language_code=root.language_code, url_path__startswith=root.root_path
            )
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
    by_key: dict[Any, dict[str, str]] = defaultdict(dict)
    rows = list(pages[:MOST])
    for page in rows:
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
    for find in more:
        entries += find()
    return render(request, "sitemap.xml", {"entries": entries}, content_type="application/xml")
