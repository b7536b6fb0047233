"""What readers and search engines see of the languages. Numbers: docs/rules/translation.md."""

import re
from typing import Any

import pytest
from django.template import Context
from django.test import Client, RequestFactory
from django.urls import resolve
from django.utils import formats, translation
from wagtail.models import Page, PageViewRestriction

from core import sitemaps
from core.models import Menu, MenuItem
from core.routing import find_route
from core.templatetags.navigation import alternates, language_links, read_menus
from tests.factories.pages import Tree, fresh, locale_of, make_article, submitted

pytestmark = pytest.mark.django_db
TREE = ("uk", "ar")


def tag(name: Any, page: Any) -> Any:
    """What a template tag says on `page`, read in its language."""
    with translation.override(page.locale.language_code):
        request = RequestFactory().get(page.path_here)
        return name(Context({"request": request, "page": fresh(page)}))


def links(page: Any) -> dict[str, str]:
    return {link["code"]: link["url"] for link in tag(language_links, page)}


def test_case_40_a_language_without_a_front_page_is_not_found(client: Client, tree: Tree) -> None:
    locale_of("de")
    for path in ["/de/", "/de/articles/", "/de/articles/sleep/"]:
        assert client.get(path).status_code == 404
        with translation.override("de"):
            assert find_route(RequestFactory().get(path), path.removeprefix("/de/")) is None


def test_case_40_the_pages_of_a_language_are_found_in_that_language(client: Client, tree: Tree) -> None:
    for code in ["en", "uk", "ar"]:
        response = client.get(f"/{code}/articles/sleep/")
        assert response.status_code == 200
        assert f'lang="{code}"' in response.content.decode()


def test_case_40_a_copy_below_another_languages_front_page_is_not_found(client: Client, tree: Tree) -> None:
    copy = tree["en"].article.copy(to=tree["uk"].index, update_attrs={"slug": "copied"}, keep_live=True)
    assert (copy.live, copy.locale.language_code) == (True, "en")
    assert client.get("/uk/articles/copied/").status_code == 404
    assert client.get("/en/articles/copied/").status_code == 404
    assert "copied" not in client.get("/sitemap.xml").content.decode()


@pytest.mark.parametrize(
    ("wanted", "path"), [("uk", "/uk/"), ("de-AT,de;q=0.9,uk;q=0.5", "/de/"), ("ar", "/ar/"), ("fr", "/en/")]
)
def test_case_41_the_root_leads_to_the_readers_language(client: Client, wanted: str, path: str) -> None:
    response = client.get("/", headers={"accept-language": wanted})
    assert (response.status_code, response["Location"]) == (302, path)
    assert {part.strip() for part in response["Vary"].split(",")} >= {"Accept-Language", "Cookie"}


def test_case_42_the_switcher_leads_to_real_translations_only(client: Client, tree: Tree) -> None:
    assert links(tree["uk"].article) == {code: f"/{code}/articles/sleep/" for code in ["en", "uk", "ar"]}
    alone = make_article(tree["en"].index, title="Rest", slug="rest")
    submitted(alone, "uk")  # a draft
    alone.copy_for_translation(locale_of("ar"), alias=True)
    assert links(alone) == {"en": "/en/articles/rest/"}
    for url in links(tree["uk"].article).values():
        assert client.get(url).status_code == 200


def test_a_large_sitemap_is_a_list_of_parts_that_together_say_the_same(
    tree: Tree, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    def entries(address: str) -> list[str]:
        return re.findall(r"<url>.*?</url>", client.get(address).content.decode(), re.DOTALL)

    whole = entries("/sitemap.xml")
    assert len(whole) >= 9
    numbers = sorted(Page.objects.live().values_list("pk", flat=True))
    monkeypatch.setattr(
        sitemaps, "WIDTH", numbers[len(numbers) // 2]
    )  # about half of them in each of two parts
    index = client.get("/sitemap.xml").content.decode()
    assert "<sitemapindex" in index
    parts = [
        address.replace("&amp;", "&") for address in re.findall(r"<loc>http://[^/]*(/[^<]*)</loc>", index)
    ]
    found = [entries(part) for part in parts]
    assert len(list(filter(None, found))) >= 2
    assert sorted(entry for part in found for entry in part) == sorted(whole)
    for wrong in ("9999", "-1", "x", "\u00b2", "9" * 30, ""):
        assert client.get("/sitemap.xml", {"part": wrong}).status_code == 404


def test_case_42_on_pages_of_the_applications_the_switcher_keeps_the_address() -> None:
    with translation.override("uk"):
        request = RequestFactory().get("/uk/account/login/?next=/uk/")
        request.resolver_match = resolve(request.path)
        found = language_links(Context({"request": request}))  # type: ignore[arg-type]
    assert [(link["code"], link["url"], link["current"]) for link in found] == [
        ("en", "/en/account/login/", False),
        ("uk", "/uk/account/login/", True),
        ("de", "/de/account/login/", False),
        ("ar", "/ar/account/login/", False),
    ]


def test_a_page_that_is_not_there_leads_to_the_front_pages(client: Client) -> None:
    with translation.override("uk"):
        request = RequestFactory().get("/uk/nowhere/")
        request.resolver_match = resolve(request.path)
        found = language_links(Context({"request": request}))  # type: ignore[arg-type]
    assert [link["url"] for link in found] == ["/en/", "/uk/", "/de/", "/ar/"]


def test_case_43_hreflang_is_the_same_on_every_translation_with_itself_and_a_default(tree: Tree) -> None:
    heads = [tag(alternates, tree[code].article) for code in ["en", "uk", "ar"]]
    assert heads[0]["links"] == heads[1]["links"] == heads[2]["links"]
    assert [code for code, _url in heads[0]["links"]] == ["en", "uk", "ar", "x-default"]
    assert dict(heads[0]["links"])["x-default"] == dict(heads[0]["links"])["en"]
    for code, head in zip(["en", "uk", "ar"], heads, strict=True):
        assert head["canonical"] == dict(head["links"])[code]


def test_case_43_hreflang_names_no_drafts_and_no_private_pages(tree: Tree) -> None:
    PageViewRestriction.objects.create(page=tree["ar"].index, restriction_type=PageViewRestriction.LOGIN)
    assert [code for code, _url in tag(alternates, tree["en"].article)["links"]] == ["en", "uk", "x-default"]
    tree["uk"].article.unpublish()
    assert tag(alternates, tree["en"].article)["links"] == []


def test_case_44_an_alias_names_its_original(client: Client, tree: Tree) -> None:
    rest = make_article(tree["en"].index, title="Rest", slug="rest")
    alias = rest.copy_for_translation(locale_of("uk"), alias=True)
    head = tag(alternates, alias)
    assert head["links"] == []
    assert head["canonical"].endswith("/en/articles/rest/")
    assert (fresh(alias).written_in, fresh(alias).written_direction) == ("en", "ltr")


def test_case_45_the_sitemap_has_every_language_with_alternates_and_no_aliases(
    client: Client, tree: Tree, django_assert_num_queries: Any
) -> None:
    rest = make_article(tree["en"].index, title="Rest", slug="rest")
    rest.copy_for_translation(locale_of("uk"), alias=True)
    submitted(rest, "ar")
    client.get("/sitemap.xml")
    # the last number, the pages, their translations, and the directories, of which there is none; the site's roots
    # are remembered
    with django_assert_num_queries(4):
        text = client.get("/sitemap.xml").content.decode()
    entries = {
        re.sub("^https?://[^/]+", "", re.findall("<loc>(.*?)</loc>", entry)[0]): re.findall(
            'hreflang="(.*?)"', entry
        )
        for entry in re.findall("<url>.*?</url>", text, re.DOTALL)
    }
    everywhere = ["en", "uk", "ar", "x-default"]
    assert entries == {
        **{
            f"/{code}/{path}": everywhere
            for code in ["en", "uk", "ar"]
            for path in ["", "articles/", "articles/sleep/"]
        },
        "/en/articles/rest/": [],
    }


def test_case_45_the_sitemap_leaves_out_what_is_private_or_unpublished(client: Client, tree: Tree) -> None:
    PageViewRestriction.objects.create(page=tree["en"].index, restriction_type=PageViewRestriction.LOGIN)
    tree["uk"].article.unpublish()
    text = client.get("/sitemap.xml").content.decode()
    assert "/en/articles/" not in text
    assert "/uk/articles/</loc>" in text
    assert "/uk/articles/sleep/" not in text


def test_case_46_the_switcher_takes_one_query_for_any_number_of_languages(
    tree: Tree, django_assert_num_queries: Any
) -> None:
    page = fresh(tree["uk"].article)
    assert page.locale.language_code == "uk"  # read with the page itself when it is routed
    context = Context({"request": RequestFactory().get("/"), "page": page})
    with django_assert_num_queries(1):  # the translations, which the head uses too
        language_links(context)  # type: ignore[arg-type]
        alternates(context)  # type: ignore[arg-type]


def test_case_46_a_menu_of_ten_takes_one_query_and_leads_to_its_own_language(
    tree: Tree, django_assert_num_queries: Any
) -> None:
    for code in ["en", "uk"]:
        menu = Menu(position=Menu.Position.HEADER, title="Main", locale=locale_of(code))
        menu.items = [
            MenuItem(page=tree["en"].article, locale=locale_of(code), sort_order=number)
            for number in range(10)
        ]
        menu.save()
    with django_assert_num_queries(1):  # the items with their pages
        menus = read_menus("uk")
    assert [link["url"] for link in menus["header"]["links"]] == ["/uk/articles/sleep/"] * 10
    tree["uk"].article.unpublish()
    assert read_menus("uk") == {}


def test_case_49_ukrainian_dates_are_in_the_genitive() -> None:
    from datetime import date

    with translation.override("uk"):
        assert "листопада" in formats.date_format(date(2026, 11, 3), "DATE_FORMAT")
