"""What search engines are told about an article."""

from datetime import UTC, date, datetime
from typing import Any

import pytest
import time_machine
from django.conf import settings
from django.test import Client

from articles.models import ArticlePage
from directory.models import Profession
from tests.articles.writing import person_called, write
from tests.factories.content import LANGUAGES
from tests.factories.pages import locale_of
from tests.structured_data import faults, graph_of, only

pytestmark = pytest.mark.usefixtures("content")


def data_of(client: Client, page: ArticlePage) -> dict[str, Any]:
    graph = graph_of(client.get(page.path_here).content)
    assert [fault for thing in graph for fault in faults(thing)] == []
    return only(graph, "Article")


def test_all_that_is_known_about_an_article_is_told(client: Client) -> None:
    person_called("Zoë Sample", slug="zoe", honorific="Dr", profession=Profession.objects.first())
    with time_machine.travel(datetime(2026, 5, 6, 10, 17, tzinfo=UTC), tick=False):
        page = write(
            "Ten quiet minutes",
            summary="A pause that fits into any day.",
            topics=("sleep", "trust"),
            authors=("Zoë Sample", "Mara Sample"),
            reviewers=("Oleh Zrazok",),
            published_on=date(2026, 5, 4),
            last_reviewed_on=date(2026, 5, 5),
        )
    address = f"{settings.SITE_URL}/en/articles/ten-quiet-minutes/"
    reviewer = person_called("Oleh Zrazok")
    assert data_of(client, page) == {
        "@type": "Article",
        "headline": "Ten quiet minutes",
        "description": "A pause that fits into any day.",
        "inLanguage": "en",
        "mainEntityOfPage": {
            "@type": "WebPage",
            "@id": address,
            "url": address,
            "reviewedBy": [{"@type": "Person", "name": str(reviewer)}],
            "lastReviewed": "2026-05-05",
        },
        "datePublished": "2026-05-04",
        "dateModified": "2026-05-06T10:17:00+00:00",
        "author": [
            {"@type": "Person", "name": "Dr Zoë Sample"},
            {"@type": "Person", "name": "Mara Sample"},
        ],
        "publisher": {"@type": "Organization", "name": "Attune", "url": settings.SITE_URL},
        "about": [{"@type": "Thing", "name": topic.name} for topic in page.topics],
    }
    assert len(page.topics) == 2


def test_an_article_that_nobody_has_reviewed_names_no_reviewer(client: Client) -> None:
    page = write("Unread", authors=("Mara Sample",))
    assert set(data_of(client, page)["mainEntityOfPage"]) == {"@type", "@id", "url"}


@pytest.mark.parametrize("language", LANGUAGES)
def test_an_article_is_described_in_its_own_language(client: Client, language: str) -> None:
    page = ArticlePage.objects.filter(locale__language_code=language).order_by("path")[0]
    data = data_of(client, page)
    assert (data["inLanguage"], data["headline"]) == (language, page.title)
    assert data["about"] == [{"@type": "Thing", "name": topic.name} for topic in page.topics] != []
    assert {topic.locale.language_code for topic in page.topics} == {language}
    assert data["mainEntityOfPage"]["@id"] == f"{settings.SITE_URL}/{language}/articles/{page.slug}/"


def test_a_copy_in_another_language_says_in_which_it_is_written(client: Client) -> None:
    original = write("Only in English", authors=("Mara Sample",))
    alias = original.copy_for_translation(locale_of("ar"), alias=True)
    assert alias.path_here == "/ar/articles/only-in-english/"
    assert data_of(client, alias)["inLanguage"] == "en"


def test_its_picture_is_told_with_its_whole_address(client: Client) -> None:
    page = ArticlePage.objects.filter(locale__language_code="en").exclude(picture=None)[0]
    image = data_of(client, page)["image"]
    assert image.startswith(f"{settings.SITE_URL}{settings.MEDIA_URL}")
    assert "image" not in data_of(client, write("Without a picture", authors=("Mara Sample",)))
