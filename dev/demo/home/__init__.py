"""The front page and the plain pages of the demo, and the menus that lead to them."""

from typing import Any

from django.conf import settings
from wagtail.models import Page, Site

from core.models import Menu, MenuItem, Topic
from dev import demo as core_demo
from dev.demo import Demo, publish, step, text_of, translate, with_texts
from home.models import HomePage, StandardPage

PLAIN = ["about", "how-we-check", "how-we-order", "editorial-policy", "privacy", "help-now"]
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
        ["about", "privacy"],
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


def home_fields(text: dict[str, Any]) -> dict[str, Any]:
    promises = [{"type": "promise", **promise} for promise in text["promises"]]
    return {
        **{name: text[name] for name in HOME_TEXTS},
        "promises": core_demo.stream(
            "home/promises", promises, lambda b: {"title": b["title"], "text": b["text"]}
        ),
    }


def plain_fields(demo: Demo, slug: str, text: dict[str, Any]) -> dict[str, Any]:
    topics = dict(Topic.objects.filter(locale=demo.source).values_list("slug", "pk"))
    return {
        "title": text["title"],
        "search_description": text["search_description"],
        "introduction": text["introduction"],
        "body": core_demo.body(demo, f"home/{slug}", text["body"], topics),
    }


@step(20, "Front page")
def front_page(demo: Demo) -> None:
    root = Page.get_first_root_node()
    page = HomePage.objects.filter(locale=demo.source).first()
    if page is None:
        text = text_of("home", "en", "home")
        page = with_texts(HomePage(slug="home", locale=demo.source), **home_fields(text))
        page.picture = core_demo.picture(demo, "home", "Home")
        # Wagtail's migrations leave a welcome page; the site moves to ours and the welcome page goes.
        welcome = root.get_children().filter(slug="home").first()
        if welcome:
            # Without a save, which would ask the worker to index a page that is gone by then.
            root.get_children().filter(pk=welcome.pk).update(slug="welcome", url_path="/welcome/")
        root.add_child(instance=page)
        page.save_revision().publish()
        Site.objects.update_or_create(
            is_default_site=True,
            defaults={"hostname": settings.SITE_HOST, "root_page": page, "site_name": "Attune"},
        )
        if welcome:
            welcome.delete()
    for locale in demo.targets:
        if text := text_of("home", locale.language_code, "home"):
            translate(page, locale, with_texts(page, **home_fields(text)))


@step(30, "Plain pages")
def plain_pages(demo: Demo) -> None:
    parent = HomePage.objects.get(locale=demo.source)
    for slug in PLAIN:
        text = text_of("home", "en", slug)
        if not text:
            continue
        page = publish(
            with_texts(StandardPage(slug=slug, locale=demo.source), **plain_fields(demo, slug, text)), parent
        )
        for locale in demo.targets:
            if text := text_of("home", locale.language_code, slug):
                translate(page, locale, with_texts(page, **plain_fields(demo, slug, text)))


@step(90, "Menus")
def menus(demo: Demo) -> None:
    """The last step: every page that a menu leads to is there."""
    home = HomePage.objects.get(locale=demo.source)
    pages = {page.slug: page for page in home.get_children()}
    for position, (titles, slugs) in MENUS.items():
        menu = Menu.objects.filter(position=position, locale=demo.source).first()
        if menu is None:
            menu = Menu(position=position, title=titles["en"], locale=demo.source)
            menu.items = [
                MenuItem(page=pages[slug], locale=demo.source, sort_order=number)
                for number, slug in enumerate(slugs)
                if slug in pages
            ]
            menu.save()
        for locale in demo.targets:
            translate(menu, locale, with_texts(menu, title=titles[locale.language_code]))
