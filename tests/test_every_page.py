"""Every page type in every language, as a reader's browser and a search engine get it."""

import json
from collections.abc import Iterator
from typing import Any
from urllib.parse import urljoin, urlsplit

import pytest
from bs4 import BeautifulSoup
from django.conf import settings
from django.core.files.storage import default_storage
from django.test import Client
from django.utils.translation import get_language_info
from wagtail.models import get_page_models

from core.models import BasePage
from tests.factories.content import ARTICLES, EVERY_BLOCK, LANGUAGES, SPECIALISTS
from tests.page_checks import (
    STRICT,
    dangling_references,
    doubled_ids,
    english_furniture,
    inline_code,
    levels_in_order,
    policy_of,
    text_read_in,
)

# Where under a language's front page there is one of each type, and what search engines are told it is.
CASES: dict[str, list[tuple[str, set[str]]]] = {
    "home.HomePage": [("", set())],
    "home.StandardPage": [("privacy/", {"BreadcrumbList"}), ("help-now/", {"BreadcrumbList"})],
    "articles.ArticleIndexPage": [("articles/", {"BreadcrumbList"})],
    "articles.ArticlePage": [
        (f"articles/{slug}/", {"Article", "BreadcrumbList", "Person"}) for slug in ARTICLES
    ],
    "directory.SpecialistIndexPage": [("specialists/", {"BreadcrumbList"})],
    "directory.SpecialistPage": [
        (f"specialists/{slug}/", {"BreadcrumbList", "Person", "ProfilePage"}) for slug in SPECIALISTS
    ],
    "booking.FreeConsultationPage": [("free-consultation/", {"BreadcrumbList"})],
}
PAGES = [
    (language, path, types) for pages in CASES.values() for path, types in pages for language in LANGUAGES
]
PAGES.append(("en", f"{EVERY_BLOCK}/", {"BreadcrumbList"}))
every_page = pytest.mark.parametrize(
    ("language", "path", "types"), PAGES, ids=[f"{language}/{path}" for language, path, _types in PAGES]
)
OTHER_ADDRESSES = [
    f"specialists/{SPECIALISTS[0]}/book/",
    "account/login/",
    "account/signup/",
    "nowhere/",
]


def test_every_page_type_has_a_case_here() -> None:
    types = {model._meta.label for model in get_page_models() if issubclass(model, BasePage)}
    assert types == set(CASES)


@every_page
def test_every_page_is_sound(
    content: None, client: Client, language: str, path: str, types: set[str]
) -> None:
    response = client.get(f"/{language}/{path}")
    assert response.status_code == 200
    html = response.content.decode()
    page = BeautifulSoup(html, "html.parser")

    assert page.html["lang"] == language
    assert page.html["dir"] == ("rtl" if get_language_info(language)["bidi"] else "ltr")
    assert len(page.title.get_text(strip=True)) > len("Attune")
    assert page.find("meta", {"name": "description"})["content"], "no description"
    assert levels_in_order(page) == []
    assert [tag for tag in page("img") if tag.get("alt") is None] == []
    assert [tag for tag in page("img") if not (tag.get("width") and tag.get("height"))] == []
    assert inline_code(page) == []
    assert doubled_ids(page) == []
    assert dangling_references(page) == []
    assert types <= described_types(page)
    assert policy_of(response) >= STRICT.items()


@pytest.mark.parametrize("path", [path for pages in CASES.values() for path, _types in pages])
def test_every_page_tells_its_addresses_in_all_languages(content: None, client: Client, path: str) -> None:
    expected = {code: f"{settings.SITE_URL}/{code}/{path}" for code in LANGUAGES}
    for own in expected.values():
        canonical, links = addresses(client, own)
        assert canonical == own
        assert links == {**expected, "x-default": expected["en"]}


def test_a_page_in_one_language_names_no_others(content: None, client: Client) -> None:
    own = f"{settings.SITE_URL}/en/{EVERY_BLOCK}/"
    assert addresses(client, own) == (own, {})


@pytest.mark.parametrize("language", [language for language in LANGUAGES if language != "en"])
def test_no_english_furniture_stands_on_a_page_in_another_language(
    content: None, client: Client, language: str
) -> None:
    found: dict[str, list[str]] = {}
    paths = [path for one, path, _types in PAGES if one == language]
    for path in [
        *paths,
        *OTHER_ADDRESSES,
        "specialists/?topic=trust&free=1&language=fi",
        "articles/?topic=sleep",
    ]:
        response = client.get(f"/{language}/{path}")
        assert response.status_code in {200, 404}
        text = text_read_in(BeautifulSoup(response.content, "html.parser"), language)
        for msgid, pattern in english_furniture(language):
            if pattern.search(text):
                found.setdefault(msgid, []).append(path)
    assert found == {}


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_internal_link_leads_somewhere(content: None, client: Client, language: str) -> None:
    paths = [path for one, path, _types in PAGES if one == language] + OTHER_ADDRESSES
    broken: dict[str, str] = {}
    seen: set[str] = set()
    for path in paths:
        address = f"/{language}/{path}"
        for link in internal_links(client.get(address).content, address):
            if link in seen or link == address:
                continue
            seen.add(link)
            if not leads_somewhere(client, link):
                broken[link] = f"linked from {address}"
    assert len(seen) > 20
    assert broken == {}


@pytest.mark.parametrize("language", LANGUAGES)
def test_an_unknown_page_is_a_404_in_the_language_of_its_address(
    content: None, client: Client, language: str
) -> None:
    response = client.get(f"/{language}/articles/nowhere/")
    page = BeautifulSoup(response.content, "html.parser")
    assert response.status_code == 404
    assert page.html["lang"] == language
    assert page.html["dir"] == ("rtl" if get_language_info(language)["bidi"] else "ltr")
    assert len(page("h1")) == 1
    assert page.main.find("a", href=f"/{language}/")
    assert page.main.find("a", href=f"/{language}/help-now/")
    switcher = page.header("a", hreflang=True)
    assert {link["href"] for link in switcher} == {f"/{code}/" for code in LANGUAGES}, (
        "leads to nowhere again"
    )


@pytest.mark.parametrize("path", OTHER_ADDRESSES)
@pytest.mark.parametrize("language", LANGUAGES)
def test_pages_that_editors_do_not_write_are_sound_too(
    content: None, client: Client, language: str, path: str
) -> None:
    response = client.get(f"/{language}/{path}")
    page = BeautifulSoup(response.content, "html.parser")
    assert response.status_code == (404 if path == "nowhere/" else 200)
    assert page.html["lang"] == language
    assert page.html["dir"] == ("rtl" if get_language_info(language)["bidi"] else "ltr")
    assert levels_in_order(page) == []
    assert inline_code(page) == []
    assert doubled_ids(page) == []
    assert dangling_references(page) == []
    assert policy_of(response) >= STRICT.items()


# --- What is read from a page ---------------------------------------------------------------------------------


def described_types(page: BeautifulSoup) -> set[str]:
    """The schema.org types in the page's JSON-LD, nested ones included."""
    blocks = page("script", type="application/ld+json")
    data = [json.loads(block.string) for block in blocks]
    assert all(one["@context"] == "https://schema.org" for one in data)
    return set(types_in(data))


def types_in(data: Any) -> Iterator[str]:
    if isinstance(data, dict):
        if "@type" in data:
            yield data["@type"]
        for value in data.values():
            yield from types_in(value)
    elif isinstance(data, list):
        for value in data:
            yield from types_in(value)


def addresses(client: Client, address: str) -> tuple[str, dict[str, str]]:
    """The canonical address on a page, and its alternates by language."""
    page = BeautifulSoup(client.get(urlsplit(address).path).content, "html.parser")
    canonical = [tag["href"] for tag in page("link", rel="canonical")]
    assert len(canonical) == 1
    alternates = page("link", rel="alternate", hreflang=True)
    links = {tag["hreflang"]: tag["href"] for tag in alternates}
    assert len(links) == len(alternates)
    return canonical[0], links


def internal_links(html: bytes, address: str) -> Iterator[str]:
    """Addresses of this site that a page links to, loads or names, without fragments."""
    page = BeautifulSoup(html, "html.parser")
    named = [tag[name] for name in ("href", "src", "action") for tag in page(attrs={name: True})]
    named += [part.split()[0] for tag in page(srcset=True) for part in tag["srcset"].split(",")]
    host = urlsplit(settings.SITE_URL).netloc
    for link in named:
        parts = urlsplit(urljoin(f"{settings.SITE_URL}{address}", link))
        if parts.scheme in {"http", "https"} and parts.netloc == host and not is_static(parts.path):
            yield f"{parts.path}?{parts.query}" if parts.query else parts.path


def leads_somewhere(client: Client, link: str) -> bool:
    if link.startswith(settings.MEDIA_URL):
        return default_storage.exists(link.removeprefix(settings.MEDIA_URL))
    return client.get(link).status_code in {200, 302}


def is_static(path: str) -> bool:
    """Static files are the web server's; whether they exist is tested with the components."""
    return path.startswith(settings.STATIC_URL)
