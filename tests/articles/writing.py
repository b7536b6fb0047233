"""Articles for tests in the small site: written in a line, with their people and topics."""

from datetime import date
from typing import Any

from django.utils import timezone
from django.utils.text import slugify
from wagtail.models import Page

from articles.models import ArticleIndexPage, ArticlePage, ArticleTopic, Contribution, Person
from core.models import Topic
from dev.demo import with_texts
from tests.factories.pages import body, fresh, locale_of


def index_in(language: str = "en") -> ArticleIndexPage:
    """The list of a language's articles."""
    return ArticleIndexPage.objects.get(locale__language_code=language)


def topic_called(slug: str, language: str = "en", name: str = "") -> Topic:
    """The topic with this slug in a language, made if there is none."""
    name = name or slug.capitalize()
    return Topic.objects.get_or_create(slug=slug, locale=locale_of(language), defaults={"name": name})[0]


def person_called(name: str, **fields: Any) -> Person:
    """The author or reviewer with this name, made if there is none."""
    return Person.objects.get_or_create(name=name, defaults={"slug": slugify(name), **fields})[0]


def drafted(
    title: str,
    *,
    topics: tuple[str, ...] = (),
    authors: tuple[str, ...] = (),
    reviewers: tuple[str, ...] = (),
    language: str = "en",
    **fields: Any,
) -> ArticlePage:
    """An article that isn't in the tree yet."""
    locale = locale_of(language)
    texts = {
        "slug": slugify(title),
        "summary": f"About {title}",
        "published_on": date(2026, 3, 1),
        "search_description": "Words for search engines",
        **fields,
    }
    page = with_texts(ArticlePage(title=title, locale=locale, **texts), body=body())
    page.article_topics = [
        ArticleTopic(topic=topic_called(slug, language), locale=locale, sort_order=number)
        for number, slug in enumerate(topics)
    ]
    people = [(name, Contribution.Role.AUTHOR) for name in authors]
    people += [(name, Contribution.Role.REVIEWER) for name in reviewers]
    page.contributions = [
        Contribution(person=person_called(name), role=role, locale=locale, sort_order=number)
        for number, (name, role) in enumerate(people)
    ]
    return page


def write(title: str, *, language: str = "en", **more: Any) -> ArticlePage:
    """A published article in the list of its language, without versions: to make those takes as long again."""
    now = timezone.now()
    page = drafted(title, language=language, first_published_at=now, last_published_at=now, **more)
    index_in(language).add_child(instance=page)
    return fresh(page)


def save_as_draft(title: str, *, language: str = "en", **more: Any) -> ArticlePage:
    """An article that nobody has published."""
    page = drafted(title, language=language, live=False, **more)
    index_in(language).add_child(instance=page)
    page.save_revision()
    return fresh(page)


def make_private(page: Page) -> None:
    """Let only those who are logged in see a page."""
    page.view_restrictions.create(restriction_type="login")


def take_down_all_articles() -> None:
    """As if there were none yet; to delete them takes seconds."""
    ArticlePage.objects.update(live=False)


HIDDEN = "Not for readers"


def hide_from_readers() -> None:
    """One article in each way not to be read in English. Their titles say which."""
    told: dict[str, Any] = {"topics": ("trust",), "authors": ("Mara Sample",)}
    save_as_draft(f"{HIDDEN}: a draft", **told)
    write(f"{HIDDEN}: taken down", **told).unpublish()
    make_private(write(f"{HIDDEN}: private", **told))
    write(f"{HIDDEN}: in another language", language="de", **told)
