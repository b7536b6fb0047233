"""Finding the page of an address, and reading it as what it is.

Wagtail walks the tree, two queries a level, before it has the page: 8 for an article. Here all addresses on the way
are asked for at once, and remembered; then the page is read from the tables of its type alone. What Wagtail does
with the result (hooks, restrictions, previews) is unchanged: the route is put where it looks first.
"""

import functools
from dataclasses import dataclass
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db.models import IntegerField
from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.utils.translation import get_language
from wagtail.models import Page, Site
from wagtail.url_routing import RouteResult
from wagtail.views import serve as wagtail_serve

from core.caching import remembered
from core.models import BasePage
from core.models.pages import Crumb
from core.page_cache.process import cache
from core.page_cache.reading import depends_on, reading
from core.page_tags import ADDRESS, FRONT_PAGE, LINK, PAGE, PICTURE
from core.prepared import Given, PreparedModels

MOST_PARTS = 20  # of an address: no tree is so deep, and each is looked up


@dataclass(frozen=True)
class Way:
    """The page that has the longest part of an address that exists, and the pages above it, from the front page on."""

    pk: int
    model: Any
    length: int  # parts of the address that lead to the page
    above: tuple[Crumb, ...]


class NotThere(LookupError):
    """No page has exactly this address. `way` leads to the one above it that exists, if there is one."""

    def __init__(self, way: Way | None) -> None:
        self.way = way


def the_site() -> Site | None:
    """The one site of an installation, remembered; ALLOWED_HOSTS says which names it answers to."""
    return remembered("site", "all", lambda: Site.objects.filter(is_default_site=True).first())


def root_paths() -> dict[str, str]:
    """The path of each language's front page, remembered."""

    def read() -> dict[str, str]:
        site = the_site()
        if site is None:
            return {}
        own = Page.objects.filter(pk=site.root_page_id).values("translation_key")
        roots = Page.objects.filter(translation_key__in=own).values_list("locale__language_code", "url_path")
        with reading(FRONT_PAGE):
            return dict(roots)

    return remembered("roots", "all", read)


def follow_root_paths() -> None:
    """Let Wagtail remember where the front pages are as we do: it would for an hour, in each process by itself."""
    read = Site.get_site_root_paths

    def fresh() -> Any:
        Site.clear_site_root_paths_cache()
        with reading(FRONT_PAGE):
            return read()

    Site.get_site_root_paths = staticmethod(lambda: remembered("root_paths", "all", fresh))


def find_way(root_path: str, parts: tuple[str, ...]) -> Way | None:
    """The way to an address. Ways to nothing aren't remembered: there is no end of them. 1 query, or none."""
    addresses = [root_path + "".join(f"{part}/" for part in parts[:depth]) for depth in range(len(parts) + 1)]

    def read() -> Way:
        way = _read_way(root_path, addresses)
        if way is None or way.length < len(parts):
            raise NotThere(way)
        return way

    try:
        return cache.remembered(("way", addresses[-1]), read)
    except NotThere as error:
        return error.way


def _read_way(root_path: str, addresses: list[str]) -> Way | None:
    with reading(*map(ADDRESS, addresses), found=[LINK]):
        rows = list(
            Page.objects.filter(url_path__in=addresses)
            .order_by("-depth", "pk")
            .values_list("pk", "content_type_id", "url_path", "title", "locale__language_code")
        )
    if not rows:
        return None
    (pk, content_type, url_path, _title, _language), *above = rows
    for one, *_rest in above[:-1]:  # the last is the front page, whose title nobody is shown
        depends_on(LINK(one))
    return Way(
        pk=pk,
        model=ContentType.objects.get_for_id(content_type).model_class(),
        length=url_path.removeprefix(root_path).count("/"),
        above=tuple(Crumb.of(title, path, language) for _pk, _type, path, title, language in reversed(above)),
    )


@functools.cache
def _pages(model: type[BasePage]) -> PreparedModels:
    """A page of a type by its number, with what its template needs of others."""

    def make() -> Any:
        pages = model._base_manager.select_related("locale", "social_image", *model.routing_related)
        return pages.filter(pk=Given("pk", IntegerField()))

    return PreparedModels(make)


def find_route(request: HttpRequest, path: str) -> RouteResult | None:
    """The page that answers `path` (without the language) and what is left of the path for it; None for a 404."""
    request._wagtail_site = the_site()  # type: ignore[attr-defined]  # where Wagtail looks first
    root_path = root_paths().get(get_language() or "")
    if root_path is None:  # a language without a home page has no pages at all
        return None
    parts = tuple(part for part in path.split("/") if part)
    if len(parts) > MOST_PARTS:
        return None
    way = find_way(root_path, parts)
    if way is None or not issubclass(way.model, BasePage):
        return None
    with reading(PAGE(way.pk), found=[PICTURE, *way.model.routing_kinds]):
        pages = _pages(way.model).rows(pk=way.pk)
    if not pages:  # deleted in this moment
        return None
    [page] = pages
    page.routed_ancestors = list(way.above)
    try:
        route: RouteResult = page.route(request, list(parts[way.length :]))
    except Http404:
        return None
    return route


def serve(request: HttpRequest, path: str) -> HttpResponseBase:
    """Wagtail's own view, with the route found already."""
    request._wagtail_route_for_request = find_route(request, path)  # type: ignore[attr-defined]  # Wagtail's cache
    return wagtail_serve(request, path)
