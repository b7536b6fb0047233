"""Plain pages: what they show in each language, their contents beside them, and what isn't published."""

import pytest
from bs4 import BeautifulSoup
from django.test import Client

from home.models import HomePage, StandardPage
from tests.factories.content import EVERY_BLOCK, LANGUAGES
from tests.factories.pages import body, edit

pytestmark = pytest.mark.usefixtures("content")


def page_in(language: str, slug: str = "privacy") -> StandardPage:
    return StandardPage.objects.get(slug=slug, locale__language_code=language)


def shown(client: Client, path: str) -> BeautifulSoup:
    response = client.get(path)
    assert response.status_code == 200
    return BeautifulSoup(response.content, "html.parser")


def menu_leads_to(client: Client, path: str) -> bool:
    """Whether the footer of the front page in the same language leads to a page."""
    language = path.split("/")[1]
    return shown(client, f"/{language}/").select_one(f'.foot a[href="{path}"]') is not None


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_page_says_what_was_written_in_its_language(client: Client, language: str) -> None:
    page = page_in(language)
    main = shown(client, f"/{language}/privacy/").main
    assert main.h1.get_text() == page.title
    assert main.select_one(".lede").get_text() == page.introduction
    assert [one.get_text(strip=True) for one in main.select(".prose h2")] == [
        heading.title for heading in page.headings() if heading.level == 2
    ]
    home = main.select_one(".crumbs a")
    assert home["href"] == f"/{language}/"


def test_its_contents_lead_to_its_headings(client: Client) -> None:
    page = edit(page_in("en"), body=body(heading="Why we keep little"))
    main = shown(client, "/en/privacy/").main
    (link,) = main.select(".toc a")
    assert link.get_text(strip=True) == "Why we keep little"
    assert main.find(id=link["href"].removeprefix("#")).get_text(strip=True) == "Why we keep little"
    assert [heading.id for heading in page.headings()] == [link["href"].removeprefix("#")]


def test_without_headings_there_are_no_contents_and_without_an_introduction_no_lede(client: Client) -> None:
    edit(page_in("en"), introduction="", body=[block for block in body() if block["type"] != "heading"])
    main = shown(client, "/en/privacy/").main
    assert main.select(".toc, .lede") == []
    assert "about sleep" in main.select_one(".prose").get_text()


def test_two_headings_with_the_same_words_are_two_places(client: Client) -> None:
    twice = [{**block, "id": f"{number}{block['id'][1:]}"} for number in (1, 2) for block in body()]
    edit(page_in("en"), body=twice)
    main = shown(client, "/en/privacy/").main
    links = [link["href"] for link in main.select(".toc a")]
    assert len(set(links)) == len(links) == 2
    assert [len(main.select(f'[id="{link[1:]}"]')) for link in links] == [1, 1]


def test_a_page_that_is_taken_down_is_found_no_more_and_no_menu_leads_to_it(client: Client) -> None:
    assert menu_leads_to(client, "/uk/privacy/")
    page_in("uk").unpublish()
    assert client.get("/uk/privacy/").status_code == 404
    assert not menu_leads_to(client, "/uk/privacy/")
    assert client.get("/en/privacy/").status_code == 200
    assert menu_leads_to(client, "/en/privacy/")


def test_a_page_in_one_language_is_not_found_in_another(client: Client) -> None:
    assert client.get(f"/en/{EVERY_BLOCK}/").status_code == 200
    assert [client.get(f"/{code}/{EVERY_BLOCK}/").status_code for code in ("uk", "de", "ar")] == [404] * 3


def test_pages_stand_right_below_the_front_page_and_nothing_below_them() -> None:
    home = HomePage.objects.get(locale__language_code="en")
    assert StandardPage.can_create_at(home)
    assert not StandardPage.can_create_at(page_in("en"))
    assert page_in("en").creatable_subpage_models() == []
