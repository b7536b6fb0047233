"""What browsers are told to fetch in advance, and on which pages."""

import re
from fnmatch import fnmatch

import pytest
from django.conf import settings
from django.test import Client
from django.urls import get_resolver, reverse

from accounts.models import User
from core.models.pages import path_of
from core.speculation import PAGES, paths_of_views, speculation_rules
from tests.factories.content import ARTICLES, SPECIALISTS, public_pages
from tests.factories.people import log_in_to_cms

HEADER = "Speculation-Rules"


def is_fetched_early(address: str) -> bool:
    """As a browser reads the rules: `*` in them stands for anything, `:language` for what has no slash."""
    path, _, query = address.partition("?")
    conditions = speculation_rules()["prefetch"][0]["where"]["and"]
    wanted = any(fnmatch(path, one["pathname"]) for one in conditions[0]["href_matches"]) and not query
    views = [one["pathname"] for one in conditions[1]["not"]["href_matches"]]
    return wanted and not any(fnmatch(path, one.replace(":language", "[a-z][a-z]")) for one in views)


@pytest.mark.usefixtures("content")
def test_every_page_of_the_tree_may_be_fetched_early_in_every_language() -> None:
    addresses = [path_of(page) for page in public_pages()]
    assert len(addresses) > 40
    assert [one for one in addresses if not is_fetched_early(one)] == []


@pytest.mark.parametrize("language", dict(settings.LANGUAGES))
def test_nothing_that_has_a_view_of_its_own_is(language: str) -> None:
    paths = [re.sub(r"<[^>]+>", "x", one) for one in every_route(get_resolver())]
    assert f"{settings.LANGUAGE_CODE}/specialists/x/book/" in paths
    assert len(paths) > 80
    addresses = [f"/{path}".replace(f"/{settings.LANGUAGE_CODE}/", f"/{language}/", 1) for path in paths]
    assert [one for one in addresses if is_fetched_early(one)] == []


def every_route(resolver, before: str = ""):
    """The addresses of all views but that of pages, parameters as they are written."""
    for entry in resolver.url_patterns:
        path = before + str(entry.pattern).replace("^", "")
        if hasattr(entry, "url_patterns"):
            yield from every_route(entry, path)
        elif entry.name != PAGES:
            yield path


def test_no_address_with_parameters_is() -> None:
    assert is_fetched_early("/en/specialists/")
    assert not is_fetched_early("/en/specialists/?q=grief")
    assert not is_fetched_early("/media/images/x.webp")
    assert not is_fetched_early("/cms/")


def test_the_rules_are_served_as_what_they_are() -> None:
    response = Client().get("/speculation-rules.json")
    assert response["Content-Type"] == "application/speculationrules+json"
    assert response.json() == speculation_rules()
    assert "max-age=86400" in response["Cache-Control"]
    assert len(set(paths_of_views())) > 8


@pytest.mark.usefixtures("content")
def test_pages_for_everybody_name_them_and_no_others_do() -> None:
    assert Client().get("/ar/articles/")[HEADER] == '"/speculation-rules.json"'
    assert Client().get(f"/en/articles/{ARTICLES[0]}/")[HEADER] == '"/speculation-rules.json"'
    for path in (
        reverse("account_login"),
        f"/en/specialists/{SPECIALISTS[0]}/book/",
        "/en/articles/feed/",
        "/en/nowhere/",
        "/sitemap.xml",
    ):
        assert HEADER not in Client().get(path), path
    inside = Client()
    log_in_to_cms(inside, User.objects.get(email="admin@attune.example"))
    assert HEADER not in inside.get("/en/articles/")
    assert HEADER not in inside.get("/cms/")
