"""Structured data says what schema.org defines, and carries people's words: none may end the element they stand in."""

import json
from datetime import UTC, date, datetime
from typing import Any

import pytest
from django.conf import settings
from django.core.files.storage import default_storage
from django.test import Client
from wagtail.models import Page, get_page_models

from articles.models import ArticlePage, Person
from core.models import BasePage
from core.models.pages import path_of
from core.templatetags.content import json_ld
from directory.models import Specialist
from tests.factories.content import LANGUAGES, public_pages
from tests.structured_data import faults, graph_of, only, own_paths

TYPES = sorted(model._meta.label for model in get_page_models() if issubclass(model, BasePage))
ADDRESS = "https://attune.example/en/"


def page_of(type_name: str, language: str) -> Any:
    """The first page of a type in a language."""
    (model,) = [model for model in get_page_models() if model._meta.label == type_name]
    return model.objects.live().filter(locale__language_code=language).order_by("path")[0]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("type_name", TYPES)
def test_every_kind_of_page_says_what_schema_org_defines(
    content: None, client: Client, type_name: str, language: str
) -> None:
    page = page_of(type_name, language)
    graph = graph_of(client.get(path_of(page)).content)
    assert [fault for thing in graph for fault in faults(thing)] == []
    assert {thing["inLanguage"] for thing in graph if "inLanguage" in thing} <= {language}
    readable = {path_of(one) for one in public_pages() if one.locale.language_code == language}
    for path in set(own_paths(graph)) - {"/"}:
        if path.startswith(settings.MEDIA_URL):
            assert default_storage.exists(path.removeprefix(settings.MEDIA_URL))
        else:
            assert path in readable


@pytest.mark.parametrize("type_name", [name for name in TYPES if name != "home.HomePage"])
def test_breadcrumbs_lead_from_the_front_page_to_the_page_itself(
    content: None, client: Client, type_name: str
) -> None:
    page = page_of(type_name, "uk")
    trail = only(graph_of(client.get(path_of(page)).content), "BreadcrumbList")["itemListElement"]
    assert [crumb["position"] for crumb in trail] == list(range(1, len(trail) + 1))
    above = Page.objects.ancestor_of(page, inclusive=True).filter(depth__gt=1).select_related("locale")
    assert [crumb["item"] for crumb in trail] == [settings.SITE_URL + path_of(one) for one in above]
    assert trail[-1]["name"] == page.title


def test_the_front_page_is_at_the_root_of_its_breadcrumbs_and_has_none(content: None, client: Client) -> None:
    assert graph_of(client.get("/de/").content) == []


def test_a_profile_tells_the_credential_only_once_somebody_has_checked_it(
    content: None, client: Client
) -> None:
    page = page_of("directory.SpecialistPage", "en")

    def person() -> dict[str, Any]:
        graph = graph_of(client.get(path_of(page)).content)
        assert [fault for thing in graph for fault in faults(thing)] == []
        return only(graph, "ProfilePage")["mainEntity"]

    Specialist.objects.filter(pk=page.specialist_id).update(checked_on=date(2026, 3, 4))
    assert person()["hasCredential"]["recognizedBy"]["name"] == page.specialist.credential_register
    Specialist.objects.filter(pk=page.specialist_id).update(
        checked_on=None, practice_url="", practice_phone=""
    )
    assert set(person()) == {"@type", "name", "jobTitle", "knowsLanguage", "url"}


def test_hostile_names_stay_words_in_the_data_of_a_page(content: None, client: Client) -> None:
    hostile = "</script><script>alert('&')</script>"
    page = page_of("articles.ArticlePage", "en")
    ArticlePage.objects.filter(pk=page.pk).update(title=hostile, summary=hostile)
    Person.objects.update(name=hostile, honorific="")
    html = client.get(path_of(page)).content.decode()
    assert "<script>alert" not in html
    article = only(graph_of(html), "Article")
    assert (article["headline"], article["description"]) == (hostile, hostile)
    assert article["author"][0]["name"] == hostile


def test_words_in_structured_data_cannot_leave_their_element() -> None:
    hostile = "</script><script>alert('&')</script>"
    html = json_ld({"@type": "Person", "name": hostile})
    inside = html.removeprefix('<script type="application/ld+json">').removesuffix("</script>")
    assert not {"<", ">", "&"} & set(inside)
    assert json.loads(inside)["@graph"] == [{"@type": "Person", "name": hostile}]


def test_without_data_there_is_no_element() -> None:
    assert json_ld([], None) == ""


def test_dates_and_moments_are_written_as_iso_8601() -> None:
    moment = datetime(2026, 5, 6, 10, 17, tzinfo=UTC)
    (thing,) = graph_of(json_ld({"datePublished": moment.date(), "dateModified": moment}))
    assert thing == {"datePublished": "2026-05-06", "dateModified": "2026-05-06T10:17:00+00:00"}


@pytest.mark.parametrize(
    ("thing", "fault"),
    [
        ({"@type": "Reviewer", "name": "Mara"}, "no such type"),
        ({"@type": "Person"}, "name is missing"),
        ({"@type": "Person", "name": ""}, "is none of Text"),
        ({"@type": "Person", "name": "Mara", "age": 30}, "no property age"),
        ({"@type": "Person", "name": "Mara", "headline": "Mara"}, "has no property headline"),
        ({"@type": "Person", "name": "Mara", "url": "/en/"}, "is none of URL"),
        ({"@type": "Person", "name": "Mara", "@id": "/en/"}, "is no address"),
        ({"@type": "Person", "name": "Mara", "knowsLanguage": ["uk", "Ukrainian"]}, "'Ukrainian' is none of"),
        ({"@type": "ListItem", "name": "Home", "item": ADDRESS, "position": "1"}, "is none of Integer"),
        ({"@type": "WebPage", "url": ADDRESS, "about": ["Trust"]}, "is none of Thing"),
        (
            {"@type": "WebPage", "url": ADDRESS, "dateModified": "2026-05-06 10:17:00+00:00"},
            "is none of Date",
        ),
        ({"@type": "WebPage", "url": ADDRESS, "dateModified": "2026-05-06T10:17:00"}, "is none of Date"),
        ({"@type": "WebPage", "url": ADDRESS, "lastReviewed": "2026-05-06T10:17Z"}, "is none of Date"),
        (
            {"@type": "WebPage", "url": ADDRESS, "author": {"@type": "Thing", "name": "Mara"}},
            "is none of Org",
        ),
        (
            {"@type": "WebPage", "url": ADDRESS, "author": {"@type": "Person"}},
            "author/Person: name is missing",
        ),
    ],
)
def test_the_table_finds_what_is_wrong(thing: dict[str, Any], fault: str) -> None:
    found = list(faults(thing))
    assert any(fault in one for one in found), found
