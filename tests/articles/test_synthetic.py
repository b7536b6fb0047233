"""Synthetic articles: complete, readable, the same for the same seed."""

from datetime import UTC, datetime
from typing import Any

import pytest
import time_machine
from django.contrib.auth import get_user_model
from django.urls import reverse
from wagtail.models import Page

from articles.models import ArticlePage, ArticleTopic, Contribution, Person
from dev.synthetic import bulk
from dev.synthetic.articles import ARTICLES_EACH, articles
from tests.factories.demo import ground
from tests.factories.people import log_in_to_cms

pytestmark = pytest.mark.django_db

COUNTED = [Page, ArticlePage, ArticleTopic, Contribution, Person]


@pytest.fixture(autouse=True)
def _ground():
    with time_machine.travel(datetime(2026, 5, 6, 10, 17, tzinfo=UTC), tick=False):
        ground()
        yield


def counts() -> dict[str, int]:
    return {model.__name__: model.objects.count() for model in COUNTED}


def texts() -> dict[str, Any]:
    return {
        page.slug: (
            page.title,
            page.summary,
            list(page.body.raw_data),
            page.published_on,
            page.translation_key,
            [topic.slug for topic in page.topics],
            [person.slug for person in [*page.authors, *page.reviewers]],
        )
        for page in ArticlePage.objects.all()
    }


def test_articles_are_listed_and_answer_with_all_their_parts(client):
    articles(ARTICLES_EACH + 5, 1)
    assert Page.find_problems() == ([], [], [], [], [])
    assert client.get("/en/articles/").context["results"].paginator.count == ARTICLES_EACH + 5
    for page in ArticlePage.objects.order_by("pk")[:: ARTICLES_EACH // 10]:
        page.full_clean()
        response = client.get(page.path_here)
        assert response.status_code == 200, page.slug
        text = response.content.decode()
        assert len(page.headings()) == 3
        assert all(heading.title in text for heading in page.headings())
        assert 2 <= page.minutes <= 6
        assert 1 <= len(page.topics) <= 4
        assert (len(page.authors), len(page.reviewers)) == (1, 1)
        assert page.authors[0].name in text
        assert {block.block_type for block in page.body} >= {"text", "heading", "quote", "reference_list"}
    assert Person.objects.count() == 4  # an author and a reviewer for each started fifty


def test_a_second_run_adds_nothing_and_a_larger_number_only_what_is_missing():
    articles(20, 1)
    before, first = counts(), texts()
    articles(20, 1)
    assert counts() == before
    articles(26, 2)
    assert counts()["ArticlePage"] == 26
    assert {slug: told for slug, told in texts().items() if slug in first} == first


def test_the_same_seed_makes_the_same_articles_whatever_the_batches(monkeypatch):
    def afresh(seed: int) -> dict[str, Any]:
        for page in ArticlePage.objects.all():
            page.delete()
        articles(12, seed)
        return texts()

    first = afresh(3)
    monkeypatch.setattr(bulk, "BATCH", 5)
    assert afresh(3) == first
    assert afresh(4) != first


def test_an_editor_can_open_an_article_without_revisions_and_publish_it(client):
    articles(2, 1)
    page = ArticlePage.objects.get(slug="specimen-00001")
    log_in_to_cms(client, get_user_model().objects.create_superuser("admin@attune.example"))
    address = reverse("wagtailadmin_pages:edit", args=[page.pk])
    response = client.get(address)
    assert response.status_code == 200
    page.title = "Edited"
    page.save_revision().publish()
    assert "Edited" in client.get(address).content.decode()
    assert client.get(page.path_here).context["page"].title == "Edited"
