"""Finding the page of an address in one query.

Wagtail walks the tree, two queries a level, before it has the page: 8 for an article. Here all the addresses on the
way are asked for at once, joined with every page type, so that the page arrives as what it is. What Wagtail
does with the result (hooks, restrictions, previews) is unchanged: the route is put where it looks first.
"""

from functools import cache

from django.contrib.contenttypes.models import ContentType
from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.utils.translation import get_language
from wagtail.models import Page, Site, get_page_models
from wagtail.url_routing import RouteResult
from wagtail.views import serve as wagtail_serve

from core.caching import remembered
from core.models import BasePage


@cache
def specific_relations() -> list[str]:
    """The relations from a page to each of its types, with what each type wants to be read along."""
    relations = []
    for model in get_page_models():
        if issubclass(model, BasePage):
            name = model._meta.model_name or ""
            relations += [name, *(f"{name}__{relation}" for relation in model.routing_related)]
    return relations


def the_site(request: HttpRequest) -> Site | None:
    """The one site of an installation, remembered; ALLOWED_HOSTS says which names it answers to."""
    site = remembered(
        "site", "all", lambda: Site.objects.select_related("root_page").filter(is_default_site=True).first()
    )
    request._wagtail_site = site  # type: ignore[attr-defined]  # where Wagtail looks first
    return site


def find_route(request: HttpRequest, path: str) -> RouteResult | None:
    """The page that answers `path` (without the language) and what is left of the path for it; None for a 404."""
    site = the_site(request)
    if site is None:
        return None
    root_path = next(
        (
            root.root_path
            for root in Site.get_site_root_paths()
            if (root.site_id, root.language_code) == (site.pk, get_language())
        ),
        None,
    )
    if root_path is None:  # a language without a home page has no pages at all
        return None
    components = [component for component in path.split("/") if component]
    addresses = [
        root_path + "".join(f"{part}/" for part in components[:depth]) for depth in range(len(components) + 1)
    ]
    pages = list(
        Page.objects.filter(url_path__in=addresses)
        .select_related("locale", *specific_relations())
        .order_by("-depth")
    )
    if not pages:
        return None
    page, *ancestors = pages
    name = ContentType.objects.get_for_id(page.content_type_id).model
    specific = getattr(page, name, None) or page.specific
    specific._state.fields_cache.setdefault("locale", page.locale)
    specific.routed_ancestors = ancestors[::-1]
    depth = page.url_path.removeprefix(root_path).count("/")
    try:
        return specific.route(request, components[depth:])
    except Http404:
        return None


def serve(request: HttpRequest, path: str) -> HttpResponseBase:
    """Wagtail's own view, with the route found already."""
    request._wagtail_route_for_request = find_route(request, path)  # type: ignore[attr-defined]  # Wagtail's cache
    return wagtail_serve(request, path)
