"""Which articles are offered at the end of one."""

from datetime import date

import pytest
from bs4 import BeautifulSoup
from django.core.cache import cache
from django.test import Client

from articles.models import ArticlePage
from tests.articles.writing import (
    HIDDEN,
    hide_from_readers,
    index_in,
    make_private,
    take_down_all_articles,
    write,
)
from tests.factories.pages import fresh

pytestmark = pytest.mark.usefixtures("content")


@pytest.fixture
def page() -> ArticlePage:
    """An article on trust and sleep, the only one that is published."""
    take_down_all_articles()
    return write("This one", topics=("trust", "sleep"), published_on=date(2026, 3, 10))


def related(page: ArticlePage) -> list[str]:
    return [one.title for one in fresh(page).related()]


def offered(client: Client, page: ArticlePage) -> list[tuple[str, str]]:
    """Title and address of what the page offers under “Read on”; nothing if that isn't there."""
    cache.clear()
    shown = BeautifulSoup(client.get(page.path_here).content, "html.parser")
    heading = shown.find("h2", string="Read on")
    if heading is None:
        return []
    links = heading.find_parent("section").select(".article-card__title a")
    return [(link.get_text(), link["href"]) for link in links]


def test_articles_that_share_a_topic_are_related_the_newest_first(page: ArticlePage) -> None:
    write("Older", topics=("trust",), published_on=date(2026, 3, 1))
    write("Newer", topics=("grief", "sleep"), published_on=date(2026, 3, 20))
    write("Of the same day as older", topics=("sleep",), published_on=date(2026, 3, 1))
    write("Of something else", topics=("grief",), published_on=date(2026, 3, 21))
    write("Of nothing", published_on=date(2026, 3, 21))
    assert related(page) == ["Newer", "Of the same day as older", "Older"]


def test_an_article_is_never_related_to_itself(page: ArticlePage) -> None:
    assert related(page) == []
    write("Other", topics=("trust",))
    assert related(page) == ["Other"]


def test_an_article_that_shares_two_topics_is_offered_once(page: ArticlePage) -> None:
    write("Both", topics=("sleep", "trust"))
    write("One", topics=("sleep",), published_on=date(2026, 1, 1))
    assert related(page) == ["Both", "One"]


def test_no_more_than_three_are_offered(page: ArticlePage) -> None:
    for day in range(1, 6):
        write(f"Of day {day}", topics=("trust",), published_on=date(2026, 3, day))
    assert related(page) == ["Of day 5", "Of day 4", "Of day 3"]


def test_what_readers_cannot_read_is_not_offered(page: ArticlePage) -> None:
    hide_from_readers()
    assert related(page) == []
    write(HIDDEN, topics=("trust",))
    assert related(page) == [HIDDEN], "the test looks where there is never anything"


def test_an_article_below_a_private_list_is_not_offered(page: ArticlePage) -> None:
    write("Other", topics=("trust",))
    make_private(index_in())
    assert related(page) == []


def test_an_article_that_becomes_private_is_not_offered_any_more(page: ArticlePage) -> None:
    other = write("Other", topics=("trust",))
    assert related(page) == ["Other"]
    make_private(other)
    assert related(page) == []


def test_an_article_without_topics_has_nothing_related(page: ArticlePage) -> None:
    alone = write("Of nothing")
    write("Of nothing too")
    assert related(alone) == []


def test_the_page_offers_them_in_this_order_and_each_answers(client: Client, page: ArticlePage) -> None:
    assert offered(client, page) == []
    for day in range(1, 5):
        write(f"Of day {day}", topics=("trust",), published_on=date(2026, 3, day))
    assert offered(client, page) == [(f"Of day {day}", f"/en/articles/of-day-{day}/") for day in (4, 3, 2)]
    for _title, address in offered(client, page):
        assert client.get(address).status_code == 200


def test_related_articles_are_in_the_language_of_the_page(client: Client, page: ArticlePage) -> None:
    one = write("Один", slug="one", language="uk", topics=("trust",))
    write("Інша", slug="other", language="uk", topics=("trust",))
    write("Other", topics=("trust",))
    assert related(one) == ["Інша"]
    shown = BeautifulSoup(client.get("/uk/articles/one/").content, "html.parser").main
    assert shown.find("a", href="/uk/articles/other/")
    assert shown.find("a", href="/en/articles/other/") is None
