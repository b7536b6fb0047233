"""Which answers are kept, and that nothing is read for them that nobody follows."""

import itertools
import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from bs4 import BeautifulSoup
from django.contrib.auth.models import Group
from django.db import transaction
from django.template import Context, Template
from django.test import RequestFactory
from django.utils import timezone, translation
from django.utils.encoding import iri_to_uri
from wagtail.models import PageViewRestriction

from articles.models import ArticlePage
from core.models import Topic
from core.page_cache.process import Cache
from core.page_cache.reading import VARIATIONS, Variation, collecting, parts_may_be_kept, varies_on
from core.page_cache.wsgi import Page
from directory.models import SpecialistPage
from home.models import HomePage
from tests.core.page_cache.readers import Reader, fresh, heard
from tests.factories.content import ARTICLES, EVERY_BLOCK, LANGUAGES, SPECIALISTS

KEPT = [
    "",
    "privacy/",
    "help-now/",
    "help-now/?country=DE",
    "articles/",
    "articles/?topic=sleep",
    "articles/?topic=sleep&page=1",
    "articles/feed/",
    *(f"articles/{slug}/" for slug in ARTICLES),
    "specialists/",
    "specialists/?topic=sleep&language=de&sort=price",
    "specialists/?place=berlin&soon=evening&price_max=90EUR&page=1",
    *(f"specialists/{slug}/" for slug in SPECIALISTS),
    f"specialists/{SPECIALISTS[0]}/book/",
    f"specialists/{SPECIALISTS[1]}/book/?tz=Asia%2FKathmandu",
    f"specialists/{SPECIALISTS[1]}/book/?from={timezone.localdate() + timedelta(days=9)}&tz=Europe%2FKiev",
    "free-consultation/",
]


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_page_is_kept(reader: Reader, language: str) -> None:
    paths = [f"/{language}/{path}" for path in KEPT]
    if language == "en":
        paths += [f"/en/{EVERY_BLOCK}/", "/sitemap.xml", "/robots.txt"]
    for path in paths:
        reader.get(path)  # makes sizes of pictures, which is a change
    found = {path: (reader.get(path).how, reader.get(path).how) for path in paths}
    assert {path: how for path, how in found.items() if how[1] != "hit"} == {}


@pytest.mark.parametrize("first", ["", "?country=DE"])
def test_whoever_chooses_a_country_chooses_for_nobody_else(reader: Reader, cache: Cache, first: str) -> None:
    """Also where an article's callout about danger shows the numbers."""
    pages = [f"/en/{path}" for path in ("help-now/", f"articles/{ARTICLES[0]}/")]
    paths = [f"{page}{query}" for page in pages for query in ("", "?country=DE")]
    cache.store.clear()
    for page in pages:
        reader.get(f"{page}{first}")
    given = {path: reader.get(path).body for path in paths}
    assert {path for path, body in given.items() if body != fresh(path)} == set()
    assert given[paths[0]] != given[paths[1]]
    abroad = {"HTTP_ACCEPT_LANGUAGE": "de-AT,de"}
    assert {path for path in paths if reader.get(path, **abroad).body != fresh(path, **abroad)} == set()


@pytest.mark.parametrize("query", ["q=secretword", "utm_source=secretword", "q=secretword&page=2"])
def test_what_people_type_is_not_remembered(reader: Reader, cache: Cache, query: str) -> None:
    for _ in range(3):
        reader.get(f"/en/specialists/?{query}")
        reader.get(f"/en/articles/?{query}")
    assert [key for key in cache.store.entries if "secretword" in repr(key)] == []
    assert "secretword" not in repr(vars(reader.application))
    kept = [entry.value for entry in cache.store.entries.values()]
    texts = [value.body.decode() if isinstance(value, Page) else str(value) for value in kept]
    assert [text[:100] for text in texts if "secretword" in text] == []


@pytest.mark.parametrize(
    "path",
    [
        "specialists/?topic=nobodys",
        "specialists/?topic=sleep&topic=nobodys",
        "specialists/?sort=junk",
        "specialists/?page=00001",
        "specialists/?price_max=abcEUR",
        "articles/?topic=nobodys",
        "articles/?page=x",
        "help-now/?country=xx",
        "help-now/?country=de",
        "?country=DE",
        f"articles/{ARTICLES[0]}/?topic=sleep",
    ],
)
def test_values_without_end_fill_no_memory(reader: Reader, cache: Cache, path: str) -> None:
    reader.get(f"/en/{path}")
    before = len(cache.store.entries)
    assert {reader.get(f"/en/{path}{more}").how for more in ("", "&", "1")} == {""}
    assert len(cache.store.entries) - before <= 1, "but what the right part of it is counted by"


def test_drafts_are_not_remembered_for_readers(reader: Reader, cache: Cache) -> None:
    """A preview renders the same templates under the same number of a page."""
    page = ArticlePage.objects.get(slug=ARTICLES[0], locale__language_code="en")
    path = page.path_here
    cache.store.clear()
    page.title = page.summary = "Only a draft"
    with translation.override("en"):
        assert b"Only a draft" in page.make_preview_request(preview_mode="").content
    assert b"Only a draft" not in reader.get(path).body
    with translation.override("en"):
        assert b"Only a draft" in page.make_preview_request(preview_mode="").content


def test_what_a_transaction_has_not_committed_is_not_remembered(reader: Reader, cache: Cache) -> None:
    cache.store.clear()
    with transaction.atomic():
        Topic.objects.filter(slug="trust").update(name="Rolled back")
        assert Topic.names("en")["trust"] == "Rolled back"
        transaction.set_rollback(True)
    assert Topic.names("en")["trust"] != "Rolled back"


def part(read: Callable[[], Any], cache: Cache) -> str:
    """What a page shows that reads something before a part of it, with the number of the reading in that part."""
    with collecting(cache.store.moment) as own:
        parts_may_be_kept()
        value = read()
        template = Template("{% load page_cache %}{% fragment tried 1 %}{{ value }}{% endfragment %}")
        context = Context({"value": value, "request": RequestFactory().get("/en/")})
        assert own.parts_kept
        return template.render(context)


def test_a_part_is_not_kept_if_something_before_it_is_not_followed(cache: Cache) -> None:
    cache.store.clear()
    numbers = itertools.count()

    def read() -> int:
        list(Group.objects.all())  # which no page follows
        return next(numbers)

    assert [part(read, cache) for _ in range(2)] == ["0", "1"]


def test_a_part_differs_as_what_was_read_before_it_does(
    cache: Cache, monkeypatch: pytest.MonkeyPatch
) -> None:
    cache.store.clear()
    wanted = iter(["de", "ua", "de", "ua"])
    monkeypatch.setitem(VARIATIONS, "tried", Variation("", lambda environ: environ["tried"]))

    def shown() -> str:
        value = next(wanted)
        with collecting(cache.store.moment):
            parts_may_be_kept()
            varies_on("tried", value)
            template = Template("{% load page_cache %}{% fragment differs 1 %}{{ value }}{% endfragment %}")
            request = RequestFactory().get("/en/", tried=value)
            return template.render(Context({"value": value, "request": request}))

    assert [shown() for _ in range(4)] == ["de", "ua", "de", "ua"]


@pytest.mark.parametrize("path", ["/en/privacy/?x=1", "/en/nothing-here/", "/en/specialists/?q=sleep"])
def test_what_is_not_kept_here_is_kept_by_nobody_on_the_way_without_asking(reader: Reader, path: str) -> None:
    assert reader.get(path).headers["Cache-Control"] == "no-cache"


def test_a_profile_that_is_private_no_more_is_linked_again(reader: Reader, cache: Cache) -> None:
    """It leaves what was private, and the list of free times was read before."""
    page = SpecialistPage.objects.get(slug=SPECIALISTS[0], locale__language_code="en")
    directory, path = page.get_parent(), f"{page.path_here}book/"
    restriction = PageViewRestriction.objects.create(page=directory, restriction_type="login")
    try:
        heard(cache)
        assert page.path_here not in links(reader.get(path).text)
        page.move(HomePage.objects.get(locale__language_code="en"), pos="last-child")
        heard(cache)
        assert reader.get(path).body == fresh(path)
    finally:
        SpecialistPage.objects.get(pk=page.pk).move(directory.specific, pos="last-child")
        restriction.delete()
        heard(cache)
    assert reader.get(path).body == fresh(path)


@pytest.mark.parametrize("path", ["/en/specialists/", "/ar/articles/", "/de/privacy/"])
def test_the_header_is_kept_once_and_each_query_goes_along_in_its_links(
    reader: Reader, cache: Cache, path: str
) -> None:
    cache.store.clear()
    for query in ("a=1&b=%22%3E", "", "q=%D1%81%D0%BE%D0%BD", "x=%EE%80%80%EE%80%81", "a=<b>'"):
        answer = reader.get(f"{path}?{query}" if query else path)
        assert answer.body == fresh(f"{path}?{query}" if query else path)
        header = BeautifulSoup(answer.text, "html.parser").header
        assert header is not None
        follows = f"?{query}" if query else ""
        translations = [link["href"] for link in header("a", hreflang=True)]
        assert len(translations) == 2 * 4
        assert {str(one).removeprefix("/")[2:] for one in translations} == {path[3:] + follows}
        (log_in,) = {link["href"] for link in header("a", href=re.compile("/account/login/"))}
        (back,) = parse_qs(urlsplit(str(log_in)).query)["next"]
        assert back == path + iri_to_uri(follows)
    assert len([key for key in cache.store.entries if isinstance(key, tuple) and key[0] == "header"]) == 1


def links(html: str) -> set[str]:
    return set(re.findall(r'href="([^"]+)"', html))
