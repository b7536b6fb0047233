"""The front page with its picture, and the demo's own plain pages."""

from typing import Any

from core.first_content import front_page_of
from core.models import Topic
from dev import demo as core_demo
from dev.demo import Demo, publish, step, text_of, translate, with_texts
from home import first_content
from home.models import StandardPage

PLAIN = ["about", "how-we-check", "editorial-policy", "privacy"]


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
    first_content.front_page(demo, picture=core_demo.picture(demo, "home", "Home"))


@step(30, "Plain pages")
def plain_pages(demo: Demo) -> None:
    first_content.published_pages(demo)
    parent = front_page_of(demo)
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
    first_content.menus(demo)
