"""The front page, the plain pages, and the menus that lead to all pages."""

from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from wagtail.models import Page, Site

from core.first_content import (
    Run,
    add_draft,
    body,
    front_page_of,
    publish,
    step,
    stream,
    text_in,
    translate_all,
    with_texts,
)
from core.models import Menu, MenuItem
from home.models import HomePage, StandardPage

HERE = Path(__file__).parent
# What the software does by itself has the words of its makers. All others are about the people who run the site.
PUBLISHED = ["how-we-order", "help-now"]
DRAFTS = ["about", "how-we-check", "editorial-policy", "privacy", "terms", "imprint"]
MENUS = {
    Menu.Position.HEADER: (
        {"en": "Main menu", "uk": "Головне меню", "de": "Hauptmenü", "ar": "القائمة الرئيسية"},
        ["articles", "specialists", "free-consultation"],
    ),
    Menu.Position.FOOTER_FIRST: (
        {"en": "Explore", "uk": "Розділи", "de": "Entdecken", "ar": "تصفّح"},
        ["articles", "specialists", "free-consultation", "help-now"],
    ),
    Menu.Position.FOOTER_SECOND: (
        {"en": "How it works", "uk": "Як це працює", "de": "So arbeiten wir", "ar": "كيف نعمل"},
        ["how-we-check", "how-we-order", "editorial-policy"],
    ),
    Menu.Position.FOOTER_THIRD: (
        {"en": "Attune", "uk": "Attune", "de": "Attune", "ar": "Attune"},
        ["about", "privacy", "terms", "imprint"],
    ),
}
HOME_TEXTS = [
    "title",
    "search_description",
    "headline",
    "introduction",
    "free_title",
    "free_text",
    "articles_title",
    "specialists_title",
    "promise_title",
]
PORTS = {"https": 443, "http": 80}


def home_fields(text: dict[str, Any]) -> dict[str, Any]:
    promises = [{"type": "promise", **promise} for promise in text["promises"]]
    return {
        **{name: text[name] for name in HOME_TEXTS},
        "promises": stream("home/promises", promises, lambda b: {"title": b["title"], "text": b["text"]}),
    }


def plain_fields(slug: str, text: dict[str, Any]) -> dict[str, Any]:
    return {
        **{name: text[name] for name in ("title", "search_description", "introduction")},
        "body": body(f"home/{slug}", text["body"]),
    }


@step(20, "Front page")
def front_page(run: Run, **more: Any) -> HomePage:
    """The front page in all languages, with which the site begins. `more` are fields of a new one: its picture."""
    fields = home_fields(text_in(HERE, settings.LANGUAGE_CODE, "home"))
    page = HomePage.objects.filter(locale=run.source).order_by("path").first()
    if page is None:
        page = with_texts(HomePage(slug="home", locale=run.source, **more), **fields)
        root = Page.get_first_root_node()
        # It has our slug, and goes below. Without a save, which would ask the worker to index it.
        welcome_pages().filter(slug="home").update(slug="welcome", url_path="/welcome/")
        root.add_child(instance=page)
        page.save_revision().publish()
    begin_with(page)

    def in_words(language: str) -> HomePage | None:
        text = text_in(HERE, language, "home")
        return with_texts(page, **home_fields(text)) if text else None

    translate_all(run, page, with_texts(page, **fields), in_words)
    return page


def welcome_pages() -> Any:
    """Wagtail's own page, which its migrations leave: nobody can make another one of its type. As a QuerySet."""
    return Page.objects.filter(depth=2, content_type__app_label="wagtailcore", content_type__model="page")


def begin_with(page: HomePage) -> None:
    """Let the site begin with `page`, unless it has a front page; Wagtail's welcome page goes."""
    welcome = welcome_pages()
    site = Site.objects.filter(is_default_site=True).first() or Site(
        is_default_site=True, hostname="localhost"
    )
    if site.pk is None or welcome.filter(pk=site.root_page_id).exists():
        site.root_page = page
        site.site_name = site.site_name or "Attune"
        if site.hostname == "localhost":  # as Wagtail leaves it
            parts = urlsplit(settings.SITE_URL)
            site.hostname, site.port = parts.hostname or "localhost", parts.port or PORTS[parts.scheme]
        site.save()
    for one in welcome:
        # Pages below it, and a site that begins with it, would go with it.
        if one.is_leaf() and not one.sites_rooted_here.exists():
            one.delete()


@step(30, "Plain pages")
def plain_pages(run: Run) -> None:
    published_pages(run)
    parent = front_page_of(run)
    for slug in DRAFTS:
        plain_page(run, slug, parent, as_draft=True)


def published_pages(run: Run) -> None:
    """The plain pages whose words are those of the software."""
    parent = front_page_of(run)
    for slug in PUBLISHED:
        plain_page(run, slug, parent)


def plain_page(run: Run, slug: str, parent: Page, *, as_draft: bool = False) -> None:
    fields = plain_fields(slug, text_in(HERE, settings.LANGUAGE_CODE, slug))
    new = with_texts(StandardPage(slug=slug, locale=run.source), **fields)
    page = add_draft(new, parent) if as_draft else publish(new, parent)
    if not isinstance(page, StandardPage):  # people have put another kind of page there
        return

    def in_words(language: str) -> StandardPage | None:
        text = text_in(HERE, language, slug)
        return with_texts(page, **plain_fields(slug, text)) if text else None

    translate_all(run, page, with_texts(page, **fields), in_words, publish=not as_draft)


@step(90, "Menus")
def menus(run: Run) -> None:
    """The last step: every page that a menu leads to is there. Menus leave out what isn't published."""
    pages = {page.slug: page for page in front_page_of(run).get_children()}
    for position, (titles, slugs) in MENUS.items():
        menu = Menu.objects.filter(position=position, locale=run.source).first()
        if menu is None:
            menu = Menu(position=position, title=titles[settings.LANGUAGE_CODE], locale=run.source)
            menu.items = [
                MenuItem(page=pages[slug], locale=run.source, sort_order=number)
                for number, slug in enumerate(slugs)
                if slug in pages
            ]
            menu.save()

        def in_words(language: str, menu: Menu = menu, titles: dict[str, str] = titles) -> Menu:
            renamed: Menu = with_texts(menu, title=titles[language])
            return renamed

        translate_all(run, menu, in_words(settings.LANGUAGE_CODE), in_words)
