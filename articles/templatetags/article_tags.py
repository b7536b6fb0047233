"""What article templates ask for."""

from typing import Any

from django import template
from django.utils.translation import get_language, gettext

from articles.models import ArticlePage, Person
from articles.page_tags import ARTICLES
from directory.models import Profession
from directory.search.cards import free_soon

register = template.Library()


@register.simple_tag
def people(page: ArticlePage) -> dict[str, Any]:
    """The byline's parameters: authors, and the first reviewer with profession and profile."""
    byline: dict[str, Any] = {
        "authors": [{"name": str(person), "url": profile_url(person)} for person in page.authors],
    }
    if page.reviewers:
        reviewer = page.reviewers[0]
        names = Profession.names(get_language() or "")
        byline["reviewer"] = str(reviewer)
        byline["reviewer_url"] = profile_url(reviewer)
        byline["reviewer_title"] = (
            names.get(reviewer.profession.slug, reviewer.profession.name) if reviewer.profession else ""
        )
    return byline


def profile_url(person: Person) -> str:
    specialist = person.specialist
    return f"/{get_language()}/specialists/{specialist.slug}/" if specialist and specialist.is_public else ""


@register.simple_tag
def specialists_for(page: ArticlePage) -> list[dict[str, Any]]:
    """Cards of up to three specialists who work on the article's topics."""
    slugs = [topic.slug for topic in page.topics]
    return free_soon(page.locale.language_code, topic_slugs=slugs, limit=3, with_times=False)


@register.simple_tag
def topic_links(topics: list[tuple[str, str]], current: str) -> list[dict[str, Any]]:
    """Chips for the list of articles: all, then each topic in use."""
    links = [{"title": gettext("All topics"), "url": "?", "current": not current}]
    return links + [
        {"title": name, "url": f"?topic={slug}", "current": slug == current} for slug, name in topics
    ]


@register.simple_tag
def newest_articles(limit: int = 3) -> list[ArticlePage]:
    """The newest articles in the language being read."""
    articles = ArticlePage.objects.filter(locale__language_code=get_language()).for_cards()[:limit]
    return articles.read(ARTICLES(get_language()))
