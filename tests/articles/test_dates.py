"""The dates of an article: for people in their language, for machines in one notation, the same on every clock."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
import time_machine
from bs4 import BeautifulSoup
from django.conf import settings as django_settings
from django.test import Client
from django.utils import timezone

from articles.models import ArticlePage
from tests.articles.writing import write
from tests.factories.pages import edit, fresh
from tests.structured_data import graph_of, only

pytestmark = pytest.mark.usefixtures("content")

LABELS = {
    "en": ("Published", "Last reviewed", "Next review"),
    "uk": ("Опубліковано", "Востаннє переглянуто", "Наступний перегляд"),
    "de": ("Veröffentlicht", "Zuletzt geprüft", "Nächste Prüfung"),
    "ar": ("نُشر في", "آخر مراجعة", "المراجعة التالية"),
}
DAYS = {
    "en": ("4 March 2026", "1 August 2026", "31 December 2027"),
    "uk": ("4 березня 2026", "1 серпня 2026", "31 грудня 2027"),
    "de": ("4. März 2026", "1. August 2026", "31. Dezember 2027"),
    "ar": ("4 مارس 2026", "1 أغسطس 2026", "31 ديسمبر 2027"),
}
MACHINE = ("2026-03-04", "2026-08-01", "2027-12-31")
PUBLISHED, REVIEWED, NEXT = date(2026, 3, 4), date(2026, 8, 1), date(2027, 12, 31)


def article(language: str = "en", **fields: Any) -> ArticlePage:
    dates = {"published_on": PUBLISHED, "last_reviewed_on": REVIEWED, "next_review_on": NEXT, **fields}
    return write("Dated", language=language, authors=("Mara Sample",), **dates)


def shown(client: Client, page: ArticlePage) -> list[tuple[str, str, str]]:
    """What stands before each date of the byline, the date as it is read, and as machines read it."""
    parsed = BeautifulSoup(client.get(page.path_here).content, "html.parser")
    return [
        (
            tag.find_previous_sibling(string=True).strip(),
            tag.get_text(),
            tag["datetime"],
        )
        for tag in parsed.select(".byline time")
    ]


def data_of(client: Client, page: ArticlePage) -> dict[str, Any]:
    return only(graph_of(client.get(page.path_here).content), "Article")


@pytest.mark.parametrize("language", LABELS)
def test_each_language_writes_dates_in_its_way_and_machines_read_one(client: Client, language: str) -> None:
    assert shown(client, article(language)) == list(
        zip(LABELS[language], DAYS[language], MACHINE, strict=True)
    )


def test_every_language_of_the_site_is_tried_here() -> None:
    assert set(LABELS) == set(DAYS) == set(dict(django_settings.LANGUAGES))


@pytest.mark.parametrize("missing", ["last_reviewed_on", "next_review_on"])
def test_a_review_that_has_no_date_is_left_out(client: Client, missing: str) -> None:
    page = article(**{missing: None})
    left = {"last_reviewed_on": "Next review", "next_review_on": "Last reviewed"}[missing]
    assert [label for label, _day, _machine in shown(client, page)] == ["Published", left]
    web_page = data_of(client, page)["mainEntityOfPage"]
    assert ("lastReviewed" in web_page) == (missing != "last_reviewed_on")


@pytest.mark.parametrize("zone", ["Pacific/Kiritimati", "Pacific/Pago_Pago"])
def test_a_day_is_the_same_on_every_clock(client: Client, settings: Any, zone: str) -> None:
    """An editor has written a day, not a moment: it doesn't move with the site's zone, nor with the hour."""
    page = article()
    with time_machine.travel(datetime(2026, 9, 1, 23, 30, tzinfo=UTC), tick=False):
        before = shown(client, page), data_of(client, page)
        settings.TIME_ZONE = zone
        with timezone.override(zone):
            after = shown(client, page), data_of(client, page)
    assert before[0] == after[0] == list(zip(LABELS["en"], DAYS["en"], MACHINE, strict=True))
    for name in ("datePublished", "mainEntityOfPage"):
        assert before[1][name] == after[1][name]
    assert datetime.fromisoformat(before[1]["dateModified"]) == datetime.fromisoformat(
        after[1]["dateModified"]
    )


def test_search_engines_are_told_the_days_and_the_moment_of_the_last_change(client: Client) -> None:
    with time_machine.travel(datetime(2026, 8, 2, 10, 17, 30, tzinfo=UTC), tick=False):
        page = article()
    data = data_of(client, page)
    assert data["datePublished"] == "2026-03-04"
    assert data["dateModified"] == "2026-08-02T10:17:30+00:00"
    assert data["mainEntityOfPage"]["lastReviewed"] == "2026-08-01"


def test_an_article_that_came_past_the_cms_was_changed_when_it_was_published(client: Client) -> None:
    page = article()
    ArticlePage.objects.filter(pk=page.pk).update(last_published_at=None)
    data = data_of(client, page)
    assert data["dateModified"] == data["datePublished"] == "2026-03-04"


def test_only_publishing_changes_when_an_article_was_changed(client: Client) -> None:
    first = datetime(2026, 8, 2, 10, 17, tzinfo=UTC)
    with time_machine.travel(first, tick=False) as clock:
        page = article()
        clock.shift(timedelta(days=1))
        draft = fresh(page)
        draft.title, draft.published_on = "Draft", date(2026, 8, 3)
        draft.save_revision()
        assert data_of(client, page)["dateModified"] == first.isoformat()
        assert shown(client, page)[0][2] == "2026-03-04"
        clock.shift(timedelta(days=1))
        edit(page, title="Published again")
        assert data_of(client, page)["dateModified"] == (first + timedelta(days=2)).isoformat()
        assert data_of(client, page)["datePublished"] == "2026-03-04"
        assert shown(client, page)[0][2] == "2026-03-04"
    assert fresh(page).first_published_at == first


def test_an_editor_corrects_a_date_by_publishing_again(client: Client) -> None:
    page = edit(article(), published_on=date(2025, 2, 28), last_reviewed_on=date(2026, 9, 1))
    assert [machine for _label, _day, machine in shown(client, page)][:2] == ["2025-02-28", "2026-09-01"]


def test_a_translation_has_the_dates_of_its_original(client: Client) -> None:
    slug = ArticlePage.objects.filter(locale__language_code="en").order_by("path")[0].slug
    original, here = (ArticlePage.objects.get(slug=slug, locale__language_code=code) for code in ("en", "ar"))
    machine = [machine for _label, _day, machine in shown(client, here)]
    assert machine == [machine for _label, _day, machine in shown(client, original)]
    assert len(machine) == 3
