"""The list of a language's articles: its order and pages, its topics, and what isn't in it."""

import re
from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine
from bs4 import BeautifulSoup, Tag
from django.conf import settings
from django.test import Client

from articles import periodic
from articles.models import ArticleIndexPage, ArticlePage
from core.models import Topic
from tests.articles.writing import (
    HIDDEN,
    drafted,
    hide_from_readers,
    index_in,
    make_private,
    save_as_draft,
    take_down_all_articles,
    topic_called,
    write,
)
from tests.factories.content import LANGUAGES
from tests.factories.pages import fresh

pytestmark = pytest.mark.usefixtures("content")


def main_of(client: Client, query: str = "", language: str = "en") -> Tag:
    response = client.get(f"/{language}/articles/{query}")
    assert response.status_code == 200
    return BeautifulSoup(response.content, "html.parser").main


def cards(client: Client, query: str = "", language: str = "en") -> list[str]:
    """The titles in the list, as they are read."""
    return [title.get_text() for title in main_of(client, query, language).select(".article-card__title")]


def chips(client: Client, query: str = "", language: str = "en") -> dict[str, str]:
    """The topics to choose from, and where each leads."""
    return {chip.get_text(): chip["href"] for chip in main_of(client, query, language).select(".chips a")}


@pytest.fixture
def two_pages(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Five articles on trust, three a page; their titles, the newest first."""
    take_down_all_articles()
    monkeypatch.setattr(ArticleIndexPage, "page_size", 3)
    for day in range(1, 6):
        write(f"Of day {day}", topics=("trust",), published_on=date(2026, 3, day))
    return [f"Of day {day}" for day in (5, 4, 3, 2, 1)]


# --- Order and pages ------------------------------------------------------------------------------------------


def test_the_newest_come_first_and_of_a_day_the_one_written_last(client: Client) -> None:
    take_down_all_articles()
    for title, day in [("Second", 2), ("Third", 3), ("First", 1), ("Third too", 3)]:
        write(title, published_on=date(2026, 3, day))
    assert cards(client) == ["Third too", "Third", "Second", "First"]


def test_an_article_that_is_published_again_keeps_its_place(client: Client) -> None:
    take_down_all_articles()
    older = write("Older", published_on=date(2026, 3, 1))
    write("Newer", published_on=date(2026, 3, 2))
    older.save_revision().publish()
    assert cards(client) == ["Newer", "Older"]


def test_a_long_list_has_pages_that_lead_to_each_other(client: Client, two_pages: list[str]) -> None:
    assert cards(client) == cards(client, "?page=1") == two_pages[:3]
    assert cards(client, "?page=2") == two_pages[3:]
    first, second = main_of(client), main_of(client, "?page=2")
    assert first.find("a", rel="next")["href"] == "?page=2"
    assert second.find("a", rel="prev")["href"] == "?page=1"
    assert (first.find("a", rel="prev"), second.find("a", rel="next")) == (None, None)
    assert second.find(attrs={"aria-current": "page"}, string="2") or "2" in [
        one.get_text().split()[-1] for one in second.select(".pages [aria-current=page]")
    ]
    for page in (first, second):
        assert "5 articles" in page.find(role="status").get_text()


def test_a_short_list_has_no_pages(client: Client) -> None:
    assert cards(client)
    assert main_of(client).select(".pages") == []


def test_a_page_that_does_not_exist_is_the_nearest_or_the_first(client: Client, two_pages: list[str]) -> None:
    arabic_two = "%D9%A2"
    for number in ("3", "99999999999999999999", "0", "-1", arabic_two, "1&page=2"):
        assert cards(client, f"?page={number}") == two_pages[3:], number
    for number in ("", "two", "1.5", "2; DROP TABLE", "9" * 5000, "%00"):
        assert cards(client, f"?page={number}") == two_pages[:3], number


def test_search_engines_keep_the_first_page_alone(client: Client, two_pages: list[str]) -> None:
    def head(query: str) -> tuple[list[str], str]:
        page = BeautifulSoup(client.get(f"/en/articles/{query}").content, "html.parser").head
        robots = [tag["content"] for tag in page("meta", attrs={"name": "robots"})]
        return robots, page.find("link", rel="canonical")["href"]

    own = f"{settings.SITE_URL}/en/articles/"
    assert head("") == ([], own)
    assert head("?page=2") == (["noindex, follow"], own)


# --- Topics ---------------------------------------------------------------------------------------------------


def test_a_topic_shows_its_articles_alone(client: Client) -> None:
    take_down_all_articles()
    write("On trust", topics=("trust",))
    write("On sleep", topics=("sleep",), published_on=date(2026, 3, 2))
    write("On both", topics=("sleep", "trust"), published_on=date(2026, 3, 3))
    write("On nothing", published_on=date(2026, 3, 4))
    assert cards(client) == ["On nothing", "On both", "On sleep", "On trust"]
    assert cards(client, "?topic=trust") == ["On both", "On trust"]
    assert cards(client, "?topic=sleep") == ["On both", "On sleep"]
    page = BeautifulSoup(client.get("/en/articles/?topic=trust").content, "html.parser")
    name = topic_called("trust").name
    assert page.title.get_text().startswith(f"{name} · ")
    assert page.main.find(role="status").get_text(" ", strip=True) == f"2 articles · {name}"
    current = page.select(".chips a[aria-current=true]")
    assert [chip.get_text() for chip in current] == [name]


def test_an_unknown_topic_shows_all(client: Client) -> None:
    every = cards(client)
    for topic in ("nowhere", "", "%00", "trust%27--", "TRUST", "a" * 3000):
        assert cards(client, f"?topic={topic}") == every
    current = main_of(client, "?topic=nowhere").select(".chips a[aria-current=true]")
    assert [chip["href"] for chip in current] == ["?"]


def test_a_topic_is_found_under_the_address_it_had_before(client: Client) -> None:
    wanted = cards(client, "?topic=trust")
    topic = Topic.objects.get(slug="trust", locale__language_code="en")
    topic.slug = "confidence"
    topic.save()
    assert cards(client, "?topic=confidence") == cards(client, "?topic=trust") == wanted != []
    assert "?topic=confidence" in chips(client).values()


def test_the_pages_of_a_topic_stay_with_it(client: Client, two_pages: list[str]) -> None:
    write("On sleep", topics=("sleep",), published_on=date(2026, 4, 1))
    assert cards(client, "?topic=trust") == two_pages[:3]
    assert cards(client, "?topic=trust&page=2") == two_pages[3:]
    links = {link["href"] for link in main_of(client, "?topic=trust").select(".pages a")}
    assert links == {"?topic=trust&page=2"}


@pytest.mark.parametrize("language", ["en", "ar"])
def test_the_topics_to_choose_from_are_those_in_use_under_their_names(client: Client, language: str) -> None:
    take_down_all_articles()
    for number, slug in enumerate(("sleep", "trust")):
        write(f"Text {number}", language=language, topics=(slug,))
    every = {"en": "All topics", "ar": "كل الموضوعات"}[language]
    names = {topic_called(slug, language).name: f"?topic={slug}" for slug in ("sleep", "trust")}
    found = chips(client, language=language)
    assert found == {every: "?", **names}
    assert list(found)[1:] == sorted(names)
    for query in names.values():
        assert len(cards(client, query, language)) == 1


def test_a_topic_of_nothing_that_can_be_read_is_not_offered(client: Client) -> None:
    take_down_all_articles()
    hide_from_readers()
    assert list(chips(client)) == ["All topics"]
    write("For readers", topics=("trust",))
    assert list(chips(client)) == ["All topics", topic_called("trust").name]


# --- What isn't there -----------------------------------------------------------------------------------------


def test_what_readers_cannot_read_is_not_listed(client: Client) -> None:
    before = cards(client)
    hide_from_readers()
    assert cards(client) == cards(client, "?topic=trust") == before
    write(HIDDEN, topics=("trust",))
    assert HIDDEN in cards(client), "the test looks where there is never anything"


def test_a_private_article_is_not_counted(client: Client, two_pages: list[str]) -> None:
    make_private(ArticlePage.objects.get(title="Of day 3"))
    assert "4 articles" in main_of(client).find(role="status").get_text()
    assert cards(client) == ["Of day 5", "Of day 4", "Of day 2"]


def test_a_scheduled_article_is_listed_once_its_time_has_come(client: Client) -> None:
    due = datetime(2031, 5, 6, 10, 0, tzinfo=UTC)
    with time_machine.travel(due - timedelta(hours=1), tick=False) as clock:
        page = drafted("Scheduled", topics=("trust",), live=False, go_live_at=due)
        index_in().add_child(instance=page)
        page.save_revision().publish()
        periodic.scheduled()
        assert "Scheduled" not in cards(client)
        assert client.get("/en/articles/scheduled/").status_code == 404
        clock.move_to(due + timedelta(minutes=1))
        periodic.scheduled()
        assert "Scheduled" in cards(client)
        assert client.get("/en/articles/scheduled/").status_code == 200
        assert fresh(page).last_published_at == due + timedelta(minutes=1)


def test_changes_that_are_scheduled_wait_for_their_time(client: Client) -> None:
    page = write("Before")
    page.save_revision().publish()
    page = fresh(page)
    due = datetime(2031, 5, 6, 10, 0, tzinfo=UTC)
    with time_machine.travel(due - timedelta(hours=1), tick=False) as clock:
        page.title, page.go_live_at = "After", due
        page.save_revision().publish()
        periodic.scheduled()
        assert {"Before", "After"} & set(cards(client)) == {"Before"}
        clock.move_to(due + timedelta(minutes=1))
        periodic.scheduled()
        assert {"Before", "After"} & set(cards(client)) == {"After"}


def test_an_article_leaves_the_list_when_its_time_is_over(client: Client) -> None:
    due = datetime(2031, 5, 6, 10, 0, tzinfo=UTC)
    with time_machine.travel(due - timedelta(hours=1), tick=False) as clock:
        write("For a while", expire_at=due)
        periodic.scheduled()
        assert "For a while" in cards(client)
        clock.move_to(due + timedelta(minutes=1))
        periodic.scheduled()
        assert "For a while" not in cards(client)


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_language_lists_its_own_articles(client: Client, language: str) -> None:
    pages = ArticlePage.objects.child_of(index_in(language)).order_by("-published_on")
    assert cards(client, language=language) == [page.title for page in pages] != []
    links = [card["href"] for card in main_of(client, language=language).select(".article-card__title a")]
    assert links == [f"/{language}/articles/{page.slug}/" for page in pages]


@pytest.mark.parametrize(
    ("language", "says"),
    [
        ("en", "Nothing here yet"),
        ("uk", "Тут поки порожньо"),
        ("de", "Hier ist noch nichts"),
        ("ar", "لا شيء هنا بعد"),
    ],
)
def test_an_empty_list_says_so(client: Client, language: str, says: str) -> None:
    take_down_all_articles()
    save_as_draft("Still being written", language=language)
    page = main_of(client, language=language)
    assert page.select_one(".empty__title").get_text() == says
    assert page.select(".article-card, .pages, [role=status]") == []
    assert page.find("a", href=f"/{language}/articles/feed/")
    assert len(page("h1")) == 1


def test_a_topic_without_articles_says_so_and_leads_to_all(client: Client) -> None:
    take_down_all_articles()
    write("On sleep", topics=("sleep",))
    page = main_of(client, "?topic=trust")
    assert page.select_one(".empty__title").get_text() == "Nothing here yet"
    assert chips(client, "?topic=trust")["All topics"] == "?"


# --- A card ---------------------------------------------------------------------------------------------------


def test_a_card_says_what_its_article_is_about(client: Client) -> None:
    picture = ArticlePage.objects.exclude(picture=None)[0].picture
    write("With", topics=("sleep", "trust"), summary="How to rest", picture=picture)
    write("Without")
    card, bare = [
        main_of(client).find("a", href=f"/en/articles/{slug}/").find_parent("article")
        for slug in ("with", "without")
    ]
    assert card.select_one(".eyebrow").get_text() == topic_called("sleep").name, "the first is the main one"
    assert card.select_one(".article-card__summary").get_text() == "How to rest"
    assert card.img["src"].endswith(".webp")
    assert card.img["alt"] == "", "the title beside it says it"
    assert (bare.img, bare.select(".eyebrow")) == (None, [])


def test_markup_in_an_article_is_shown_as_it_was_written(client: Client) -> None:
    said = "<script>alert(1)</script> & <b>more</b>"
    page = write("Markup", summary=said)
    ArticlePage.objects.filter(pk=page.pk).update(title=said)
    html = client.get("/en/articles/").content.decode()
    assert not re.search(r"<script>alert|<b>more", html)
    card = BeautifulSoup(html, "html.parser").find("a", href="/en/articles/markup/").find_parent("article")
    assert card.select_one(".article-card__title").get_text() == said
    assert card.select_one(".article-card__summary").get_text() == said
