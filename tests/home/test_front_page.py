"""The front page: what it shows in each language, what it leaves out where there is nothing, where it leads."""

import re
from datetime import date
from typing import Any

import pytest
from bs4 import BeautifulSoup, Tag
from django.core.cache import cache
from django.test import Client
from django.urls import reverse
from wagtail.test.utils.form_data import nested_form_data, streamfield

from accounts.roles import EDITORS
from directory import index
from directory.models import Specialist
from home.models import HomePage
from tests.articles.writing import HIDDEN, hide_from_readers, take_down_all_articles, write
from tests.factories.content import LANGUAGES, SPECIALISTS
from tests.factories.people import log_in_to_cms, make_user
from tests.structured_data import graph_of

pytestmark = pytest.mark.usefixtures("content")


def home_in(language: str = "en") -> HomePage:
    return HomePage.objects.get(locale__language_code=language)


def main_of(client: Client, language: str = "en") -> Tag:
    cache.clear()
    response = client.get(f"/{language}/")
    assert response.status_code == 200
    return BeautifulSoup(response.content, "html.parser").main


def titles(client: Client, language: str = "en") -> list[str]:
    """The articles that the front page shows."""
    return [title.get_text() for title in main_of(client, language).select(".article-card__title")]


def headings(page: Tag) -> list[str]:
    return [heading.get_text(" ", strip=True) for heading in page(re.compile("^h[12]$"))]


def section(page: Tag, title: str) -> Tag:
    """The section with this heading."""
    return page.find("h2", string=title).find_parent("section")


def hide_specialists() -> None:
    Specialist.objects.update(state=Specialist.State.PAUSED)


# --- What is there --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", LANGUAGES)
def test_it_says_what_the_editor_wrote_in_each_language(client: Client, language: str) -> None:
    home, page = home_in(language), main_of(client, language)
    assert page.h1.get_text() == home.headline
    assert page.select_one(".lede").get_text() == home.introduction
    assert headings(page) == [
        home.headline,
        home.specialists_title,
        home.articles_title,
        home.free_title,
        home.promise_title,
    ]
    assert home.free_text in page.get_text()
    promises = page.select(".promises > li")
    assert len(promises) == len(home.promises) > 0
    for promise, block in zip(promises, home.promises, strict=True):
        assert block.value["title"] in promise.get_text()
        assert block.value["text"] in promise.get_text()


@pytest.mark.parametrize("language", LANGUAGES)
def test_its_title_in_the_browser_is_the_sites_name_and_what_it_is_for(client: Client, language: str) -> None:
    home = home_in(language)
    page = BeautifulSoup(client.get(f"/{language}/").content, "html.parser")
    assert page.title.get_text() == f"{home.title} · {home.headline}"
    assert page.find("meta", attrs={"name": "description"})["content"] == home.search_description
    assert page.find("meta", property="og:type")["content"] == "website"


@pytest.mark.parametrize("language", ["en", "ar"])
def test_its_buttons_lead_to_a_consultation_and_to_the_directory(client: Client, language: str) -> None:
    opening = main_of(client, language).select_one(".opening")
    links = [link["href"] for link in opening("a")]
    assert links == [f"/{language}/free-consultation/", f"/{language}/specialists/"]
    assert [client.get(link).status_code for link in links] == [200, 200]


def test_the_picture_is_loaded_first_and_says_nothing(client: Client) -> None:
    picture = main_of(client).select_one(".opening__picture")
    assert (picture["alt"], picture["fetchpriority"], picture.get("loading")) == ("", "high", None)


def test_it_has_no_breadcrumbs(client: Client) -> None:
    response = client.get("/en/")
    assert main_of(client).select(".crumbs") == []
    assert graph_of(response.content) == []


def test_markup_in_its_texts_is_shown_as_it_was_written(client: Client) -> None:
    said = "<script>alert(1)</script> & <b>calm</b>"
    texts = ["headline", "introduction", "free_title", "free_text", "articles_title", "promise_title"]
    HomePage.objects.update(**dict.fromkeys(texts, said))
    html = client.get("/en/").content.decode()
    assert not re.search("<script>alert|<b>calm", html)
    assert html.count("&lt;b&gt;calm") >= len(texts)


# --- Articles -------------------------------------------------------------------------------------------------


def test_the_three_newest_articles_are_shown(client: Client) -> None:
    take_down_all_articles()
    for day in (1, 4, 2, 3):
        write(f"Of day {day}", published_on=date(2026, 3, day))
    assert titles(client) == ["Of day 4", "Of day 3", "Of day 2"]


def test_the_articles_are_those_of_the_language(client: Client) -> None:
    for language in LANGUAGES:
        write(f"Newest in {language}", language=language, published_on=date(2031, 1, 1))
    for language in LANGUAGES:
        shown = section(main_of(client, language), home_in(language).articles_title)
        links = [link["href"] for link in shown("a")]
        assert links[:2] == [f"/{language}/articles/", f"/{language}/articles/newest-in-{language}/"]
        assert all(link.startswith(f"/{language}/articles/") for link in links)


def test_what_readers_cannot_read_is_not_on_the_front_page(client: Client) -> None:
    take_down_all_articles()
    hide_from_readers()
    write(HIDDEN, published_on=date(2020, 1, 1))
    assert titles(client) == [HIDDEN]


# --- Specialists ----------------------------------------------------------------------------------------------


def test_specialists_with_a_free_consultation_are_shown_and_lead_to_their_profiles(client: Client) -> None:
    part = section(main_of(client), home_in().specialists_title)
    profiles = {link["href"] for link in part("a", href=re.compile(r"^/en/specialists/[\w-]+/$"))}
    assert profiles
    assert profiles <= {f"/en/specialists/{slug}/" for slug in SPECIALISTS}
    assert part.find("a", href="/en/how-we-order/")


@pytest.mark.parametrize("change", [{"state": Specialist.State.PAUSED}, {"offers_free_consultation": False}])
def test_whoever_offers_no_consultation_is_not_shown(client: Client, change: dict[str, Any]) -> None:
    slug = SPECIALISTS[0]
    assert f"/en/specialists/{slug}/" in str(main_of(client))
    Specialist.objects.filter(slug=slug).update(**change)
    index.rebuild(list(Specialist.objects.filter(slug=slug).values_list("pk", flat=True)))
    assert f"/en/specialists/{slug}/" not in str(main_of(client))


# --- What is left out -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", ["en", "ar"])
def test_sections_with_nothing_in_them_are_left_out(client: Client, language: str) -> None:
    home = home_in(language)
    take_down_all_articles()
    assert headings(main_of(client, language)) == [
        home.headline,
        home.specialists_title,
        home.free_title,
        home.promise_title,
    ]
    hide_specialists()
    home.promises = []  # type: ignore[assignment]  # a StreamField takes a list
    home.picture = None
    home.save()
    page = main_of(client, language)
    assert headings(page) == [home.headline, home.free_title]
    assert page("img") == []
    assert [one for one in page(["section", "ul", "p", "h2"]) if not one.get_text(strip=True)] == []


@pytest.mark.parametrize("language", ["en", "ar"])
def test_nor_is_any_link_dead_when_there_is_little_to_show(client: Client, language: str) -> None:
    take_down_all_articles()
    hide_specialists()
    links = {link["href"] for link in main_of(client, language)("a")}
    assert links == {f"/{language}/free-consultation/", f"/{language}/specialists/"}
    assert [client.get(link).status_code for link in links] == [200, 200]


def test_a_front_page_that_is_not_published_is_not_found(client: Client) -> None:
    HomePage.objects.filter(pk=home_in("de").pk).update(live=False)
    assert client.get("/de/").status_code == 404
    assert client.get("/en/").status_code == 200


def test_an_editor_changes_what_it_says(client: Client) -> None:
    """The form of the CMS has all its parts, and what it sends is what readers get."""
    home = home_in()
    log_in_to_cms(client, make_user("another@attune.example", EDITORS))
    fields = ["title", "slug", "headline", "introduction", "free_title", "free_text"]
    fields += ["articles_title", "specialists_title", "promise_title", "search_description"]
    form = {name: getattr(home, name) for name in fields}
    form |= {
        "headline": "Take your time",
        "promises": streamfield([("promise", {"title": "Quiet", "text": "No pop-ups."})]),
        "comments": {"TOTAL_FORMS": 0, "INITIAL_FORMS": 0},
        "action-publish": "publish",
    }
    address = reverse("wagtailadmin_pages:edit", args=[home.pk])
    response = client.post(address, nested_form_data(form))
    assert response.status_code == 302, response.context["form"].errors
    page = main_of(Client())
    assert page.h1.get_text() == "Take your time"
    assert [one.get_text(" ", strip=True) for one in page.select(".promises > li")] == ["Quiet No pop-ups."]
