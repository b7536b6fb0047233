"""Who has written and reviewed an article: the line above it, where it leads, and the list on a profile."""

from datetime import date
from typing import Any

import pytest
from bs4 import BeautifulSoup, Tag
from django.test import Client

from articles.models import ArticlePage, Person
from articles.people import MOST, articles_by
from directory.models import Profession, Specialist
from tests.articles.writing import hide_from_readers, person_called, take_down_all_articles, write
from tests.factories.content import SPECIALISTS
from tests.factories.pages import locale_of

pytestmark = pytest.mark.usefixtures("content")


def byline(client: Client, page: ArticlePage) -> Tag:
    response = client.get(page.path_here)
    assert response.status_code == 200
    return BeautifulSoup(response.content, "html.parser").select_one(".byline")


def line(client: Client, page: ArticlePage) -> str:
    """Who wrote and who reviewed, as it is read."""
    return " ".join(byline(client, page).p.get_text(" ", strip=True).replace(" ,", ",").split())


@pytest.fixture
def specialist() -> Specialist:
    """A specialist of the directory who has written nothing yet."""
    Person.objects.update(specialist=None)
    return Specialist.objects.get(slug=SPECIALISTS[0])


def test_authors_stand_in_their_order_before_the_reviewer(client: Client) -> None:
    profession = Profession.objects.filter(locale__language_code="en")[0]
    person_called("Oda Muster", honorific="Dr", profession=profession)
    page = write("Together", authors=("Zoë Sample", "Ana Sample"), reviewers=("Oda Muster",))
    assert line(client, page) == f"By Zoë Sample, Ana Sample Reviewed by Dr Oda Muster, {profession.name}"


def test_a_reviewers_profession_is_named_in_the_language_of_the_page(client: Client) -> None:
    english = Profession.objects.filter(locale__language_code="en")[0]
    german = Profession.objects.get(slug=english.slug, locale__language_code="de")
    assert german.name != english.name
    person_called("Oda Muster", profession=english)
    page = write("Zusammen", language="de", authors=("Ana Sample",), reviewers=("Oda Muster",))
    assert line(client, page).endswith(f"Oda Muster, {german.name}")


def test_without_a_reviewer_nobody_has_reviewed_it(client: Client) -> None:
    assert line(client, write("Alone", authors=("Zoë Sample",))) == "By Zoë Sample"


def test_whoever_was_erased_is_a_former_author(client: Client) -> None:
    page = write("Kept", authors=("Zoë Sample",))
    Person.objects.filter(name="Zoë Sample").update(name="", honorific="")
    assert line(client, page) == "By a former author"


def test_markup_in_a_name_is_shown_as_it_was_written(client: Client) -> None:
    page = write("Markup", authors=("Zoë Sample",))
    Person.objects.filter(name="Zoë Sample").update(name="<b>Zoë</b>")
    assert line(client, page) == "By <b>Zoë</b>"


@pytest.mark.parametrize("language", ["en", "ar"])
def test_a_name_leads_to_the_profile_in_the_same_language(
    client: Client, specialist: Specialist, language: str
) -> None:
    person_called("Zoë Sample", specialist=specialist)
    page = write("Linked", language=language, authors=("Zoë Sample",), reviewers=("Zoë Sample",))
    links = [link["href"] for link in byline(client, page)("a")]
    assert links == [f"/{language}/specialists/{specialist.slug}/"] * 2
    assert client.get(links[0]).status_code == 200


def test_a_name_leads_nowhere_while_the_profile_is_not_public(client: Client, specialist: Specialist) -> None:
    person_called("Zoë Sample", specialist=specialist)
    page = write("Linked", authors=("Zoë Sample",))
    Specialist.objects.filter(pk=specialist.pk).update(state=Specialist.State.PAUSED)
    assert byline(client, page)("a") == []
    assert line(client, page) == "By Zoë Sample"


# --- On the profile -------------------------------------------------------------------------------------------


def titles(specialist: Specialist, language: str = "en") -> list[str]:
    return [article["title"] for article in articles_by(specialist.pk, language)]


def test_a_profile_lists_what_its_owner_wrote_and_reviewed_the_newest_first(
    client: Client, specialist: Specialist
) -> None:
    person_called("Zoë Sample", specialist=specialist)
    write("Written", authors=("Zoë Sample",), published_on=date(2026, 3, 1))
    write("Reviewed", reviewers=("Zoë Sample",), published_on=date(2026, 3, 2))
    write("Both", authors=("Zoë Sample",), reviewers=("Zoë Sample",), published_on=date(2026, 2, 1))
    write("Of somebody else", authors=("Mara Sample",), published_on=date(2026, 3, 3))
    assert articles_by(specialist.pk, "en") == [
        {"title": "Reviewed", "url": "/en/articles/reviewed/", "role": "reviewer"},
        {"title": "Written", "url": "/en/articles/written/", "role": "author"},
        {"title": "Both", "url": "/en/articles/both/", "role": "author"},
    ]
    page = BeautifulSoup(client.get(f"/en/specialists/{specialist.slug}/").content, "html.parser")
    section = page.find("h2", string="Articles").find_parent("section")
    assert [link["href"] for link in section("a")] == [
        "/en/articles/reviewed/",
        "/en/articles/written/",
        "/en/articles/both/",
    ]


def test_a_profile_lists_no_more_than_six(specialist: Specialist) -> None:
    person_called("Zoë Sample", specialist=specialist)
    for day in range(1, MOST + 2):
        write(
            f"Of day {day}",
            authors=("Zoë Sample",),
            reviewers=("Zoë Sample",),
            published_on=date(2026, 3, day),
        )
    assert titles(specialist) == [f"Of day {day}" for day in range(MOST + 1, 1, -1)]


def test_a_profile_lists_nothing_that_readers_cannot_read(client: Client, specialist: Specialist) -> None:
    take_down_all_articles()
    Person.objects.filter(name="Mara Sample").update(specialist=specialist)
    hide_from_readers()
    assert titles(specialist) == []
    page = BeautifulSoup(client.get(f"/en/specialists/{specialist.slug}/").content, "html.parser")
    assert page.find("h2", string="Articles") is None
    write("For readers", authors=("Mara Sample",))
    assert titles(specialist) == ["For readers"]


def test_a_profile_lists_articles_in_the_language_that_is_read(specialist: Specialist) -> None:
    person_called("Zoë Sample", specialist=specialist)
    english = write("In English", authors=("Zoë Sample",))
    write("Auf Deutsch", language="de", authors=("Zoë Sample",))
    english.copy_for_translation(locale_of("ar"), alias=True)
    found: dict[str, Any] = {language: titles(specialist, language) for language in ("en", "de", "ar")}
    assert found == {"en": ["In English"], "de": ["Auf Deutsch"], "ar": []}
