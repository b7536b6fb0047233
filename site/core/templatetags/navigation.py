"""The menus and the links to other languages."""

from typing import Any
from urllib.parse import quote_plus

from django import template
from django.conf import settings
from django.db.models import OuterRef, Subquery
from django.http import HttpRequest
from django.template.base import NodeList, Parser, Token
from django.template.context import Context, RequestContext
from django.template.loader import render_to_string
from django.utils.encoding import escape_uri_path, iri_to_uri
from django.utils.html import escape
from django.utils.safestring import SafeString
from django.utils.translation import get_language, get_language_info, gettext
from wagtail.models import Page

from core.caching import remembered
from core.models import Menu, MenuItem
from core.models.pages import path_in, path_of, unrestricted
from core.page_cache.process import cache as page_cache
from core.page_cache.reading import depends_on, reading
from core.page_tags import LINK, MENU, PAGE, PUBLISHED, RESTRICTION, TRANSLATION
from core.prepared import Given, Prepared

register = template.Library()

# Room in links for the query of the address (`with_query`): characters for private use stand in no text.
ROOM_FOR_QUERY = "\ue000"
ROOM_IN_NEXT = "\ue001"  # in an address that is itself a parameter


def read_menus(language_code: str) -> dict[str, dict[str, Any]]:
    """The menus of a language by position: title and items. 1 query; live pages of that language only."""
    translated = Page.objects.filter(
        translation_key=OuterRef("page__translation_key"), locale=OuterRef("menu__locale"), live=True
    )
    rows = (
        MenuItem.objects.filter(menu__locale__language_code=language_code)
        .annotate(
            page_title=Subquery(translated.values("title")[:1]),
            url_path=Subquery(translated.values("url_path")[:1]),
            page_here=Subquery(translated.values("pk")[:1]),
        )
        .order_by("menu__position", "sort_order")
        .values_list(
            "menu__position",
            "menu__title",
            "label",
            "page_title",
            "url_path",
            "page_here",
            "page__translation_key",
        )
    )
    with reading(MENU(language_code), found=[TRANSLATION, LINK]):
        read = list(rows)
    menus: dict[str, dict[str, Any]] = {}
    for position, title, label, page_title, url_path, page, key in read:
        depends_on(TRANSLATION(key))
        if url_path is None:
            continue
        depends_on(LINK(page))
        # /<home slug>/articles/… → /<language>/articles/…: the home page's own slug is not part of the address
        path = url_path.split("/", 2)[2]
        menu = menus.setdefault(position, {"title": title, "links": []})
        menu["links"].append({"title": label or page_title, "url": f"/{language_code}/{path}"})
    return menus


@register.simple_tag(takes_context=True)
def navigation(context: RequestContext) -> dict[str, Any]:
    """What header and footer show: `main` and `footer` menus, and the addresses of home and of help.

    `back` is where somebody who logs in from here comes back to, with room for the query (`with_query`).
    """
    language = get_language() or settings.LANGUAGE_CODE
    menus = remembered("menus", language, lambda: read_menus(language))
    request = context.get("request")
    here = request.path if request else ""
    main = [
        {**link, "current": here.startswith(link["url"])}
        for link in menus.get(Menu.Position.HEADER, {}).get("links", [])
    ]
    return {
        "main": main,
        "footer": [menu for position, menu in sorted(menus.items()) if position != Menu.Position.HEADER],
        "home_url": f"/{language}/",
        "help_url": f"/{language}/help-now/",
        "help_title": gettext("Help now"),
        "back": "" if request is None or is_way_in(request) else escape_uri_path(request.path) + ROOM_IN_NEXT,
        "note": gettext("Attune is not crisis care. If you are in danger, call your emergency number."),
    }


def is_way_in(request: HttpRequest) -> bool:
    """Whether this page is one of allauth's: nobody comes back to those after logging in."""
    match = request.resolver_match
    return match is not None and match.func.__module__.startswith("allauth.")


TRANSLATIONS = Prepared(
    lambda: (
        unrestricted(Page.objects.filter(translation_key=Given("key"), alias_of__isnull=True).live())
        .order_by()
        .values_list("locale__language_code", "url_path")
    )
)


def translations_of(page: Page) -> dict[str, str]:
    """The paths of live, public translations of `page` that are real (no aliases), itself included, by language.

    1 query, or none.
    """
    if not hasattr(page, "_live_translations"):

        def read() -> dict[str, str]:
            with reading(TRANSLATION(page.translation_key), RESTRICTION):
                rows = TRANSLATIONS.rows(key=page.translation_key)
            known = dict(settings.LANGUAGES)
            return {code: path_in(code, path) for code, path in rows if code in known}

        page._live_translations = page_cache.remembered(("translations", page.translation_key), read)
    else:  # perhaps in another part of the page
        depends_on(TRANSLATION(page.translation_key), RESTRICTION)
    return page._live_translations


@register.simple_tag(takes_context=True)
def language_links(context: RequestContext) -> list[dict[str, Any]]:
    """The languages this very page is really there in, as plain links, each under its own name.

    Pages that are not Wagtail's (booking, account) exist in every language under the same address.
    """
    request, page = context.get("request"), context.get("page")
    current = get_language()
    match = request.resolver_match if request else None
    # Booking knows the profile's page too, and isn't it.
    if isinstance(page, Page) and page.pk and (match is None or match.view_name in {"", "wagtail_serve"}):
        paths = translations_of(page)
    else:
        paths = all_languages(request)
    return [
        {
            "code": code,
            "name": get_language_info(code)["name_local"].capitalize(),
            "url": paths[code],
            "current": code == current,
        }
        for code, _name in settings.LANGUAGES
        if code in paths
    ]


@register.simple_tag
def language_list(languages: list[dict[str, Any]]) -> SafeString:
    """`navigation/languages.html`, written once for both menus that show it, with room for the query (`with_query`)."""
    return render_to_string("navigation/languages.html", {"languages": languages, "query": ROOM_FOR_QUERY})


class WithQueryNode(template.Node):
    def __init__(self, nodelist: NodeList) -> None:
        self.nodelist = nodelist

    def render(self, context: Context) -> str:
        request = context.get("request")
        brought = request.META.get("QUERY_STRING", "") if request else ""
        goes_along = request is not None and request.method == "GET" and "next" not in request.GET
        query = brought if goes_along else context.get("query_of_form", "")
        html: str = self.nodelist.render(context)
        in_next = quote_plus(f"?{iri_to_uri(brought)}") if brought else ""
        # First those: a query may hold what stands for the room, too.
        html = html.replace(quote_plus(ROOM_IN_NEXT), in_next)
        return html.replace(ROOM_FOR_QUERY, escape(f"?{query}") if query else "")


@register.tag
def with_query(parser: Parser, token: Token) -> WithQueryNode:
    """`{% with_query %}` … `{% endwith_query %}`: put the query of the address into the links that have room for it.

    So the part itself is the same whatever the query, and is kept (`{% fragment %}`). A search or a chosen time goes
    along to other languages: what stands in an address means the same in each. A form that came back with errors says
    itself which query it had (`query_of_form`).
    """
    nodelist = parser.parse(("endwith_query",))
    parser.delete_first_token()
    return WithQueryNode(nodelist)


def all_languages(request: HttpRequest | None) -> dict[str, str]:
    """The same address in every language, for pages that are not Wagtail's; the front pages where there is nothing."""
    codes = dict(settings.LANGUAGES)
    prefix = f"/{get_language()}/"
    match = request.resolver_match if request else None
    if request is None or match is None or match.view_name == "wagtail_serve":
        return {code: f"/{code}/" for code in codes}
    if not request.path.startswith(prefix):
        return {}
    return {code: f"/{code}/{request.path.removeprefix(prefix)}" for code in codes}


@register.simple_tag(takes_context=True)
def alternates(context: RequestContext) -> dict[str, Any]:
    """For the head: `canonical`, and `links` (code, url) of all translations with x-default, empty for one language."""
    request, page = context.get("request"), context.get("page")
    if not isinstance(page, Page) or not page.pk or request is None:
        return {}
    root = settings.SITE_URL
    if page.alias_of_id:
        with reading(found=[PAGE]):
            return {"canonical": root + path_of(page.alias_of), "links": []}
    links = [(code, root + path) for code, path in translations_of(page).items()]
    order = {code: number for number, (code, _name) in enumerate(settings.LANGUAGES)}
    links.sort(key=lambda link: order.get(link[0], len(order)))
    default = dict(links).get(settings.LANGUAGE_CODE)
    if len(links) > 1 and default:
        links.append(("x-default", default))
    return {"canonical": root + path_of(page), "links": links if len(links) > 1 else []}


@register.simple_tag
def localized_path(slug: str) -> str:
    """The address, in the language being read, of a page right under the front page that no site is without."""
    return f"/{get_language()}/{slug}/"


@register.simple_tag
def published_path(slug: str) -> str:
    """As `localized_path`, of a page that may be a draft: empty as long as it isn't published. 1 query, or none."""
    language = get_language() or settings.LANGUAGE_CODE

    def read() -> bool:
        with reading(PUBLISHED(f"{language}.{slug}")):
            pages = Page.objects.filter(depth=3, slug=slug, live=True, locale__language_code=language)
            return pages.exists()

    return f"/{language}/{slug}/" if remembered(f"published_{slug}", language, read) else ""
