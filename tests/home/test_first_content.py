"""`manage.py first_content`: after it, no link of the site leads nowhere."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from bs4 import BeautifulSoup
from django.conf import settings as django_settings
from django.core.management import call_command
from django.test import Client, TestCase
from wagtail.models import Locale, Page, Site
from wagtail_localize.models import Translation

from core.doctor import pages as doctor_pages
from core.mail.messages import compose
from core.models import Menu
from core.models.pages import path_of
from dev.demo import Demo
from dev.demo import booking as demo_booking
from dev.demo import home as demo_home
from home.first_content import DRAFTS, PUBLISHED
from home.models import HomePage, StandardPage
from tests.factories.content import LANGUAGES
from tests.factories.first_content import make_first_content

FIRST_CONTENT = ()

pytestmark = pytest.mark.django_db

TEMPLATES = Path(django_settings.BASE_DIR) / "templates"


def live() -> Iterator[Page]:
    yield from Page.objects.live().filter(depth__gt=1).select_related("locale")


def links_of(html: bytes | str) -> set[str]:
    """The paths on this site that a page or a mail links to."""
    found = set()
    for link in BeautifulSoup(html, "html.parser").find_all("a", href=True):
        parts = urlsplit(link["href"])
        if parts.scheme in {"", "http", "https"} and parts.netloc in {
            "",
            urlsplit(django_settings.SITE_URL).netloc,
        }:
            found.add(parts.path)
    return found - {""}


def leads_nowhere(client: Client, paths: set[str]) -> set[str]:
    return {path for path in paths if client.get(path, follow=True).status_code == 404}


def test_no_link_of_any_page_leads_nowhere(client: Client) -> None:
    paths = {path_of(page) for page in live()} | {f"/{code}/specialists/join/" for code in LANGUAGES}
    links = set()
    for path in paths:
        response = client.get(path)
        assert response.status_code == 200, path
        links |= links_of(response.content)
    assert {f"/{code}/help-now/" for code in LANGUAGES} <= links
    assert leads_nowhere(client, links) == set()


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_link_of_a_mail_leads_nowhere(client: Client, language: str) -> None:
    mail = compose(
        "emails/account/erasure_done", to="a@example.org", language=language, context={"name": "Olena"}
    )
    bodies = [str(mail.body), *[str(content) for content, _kind in mail.alternatives]]
    addresses = {address for body in bodies for address in re.findall(r'https?://[^\s"<>]+', body)}
    own = {urlsplit(address).path for address in addresses if address.startswith(django_settings.SITE_URL)}
    assert f"/{language}/help-now/" in own
    assert leads_nowhere(client, own) == set()


def test_mails_name_no_page_that_first_content_does_not_make() -> None:
    """What mails and the code link to by an address that is written down."""
    named = set()
    for folder in ("booking", "directory", "site", "articles", "home"):
        for path in (Path(django_settings.BASE_DIR) / folder).rglob("*.py"):
            named |= set(re.findall(r"\}/([a-z]+(?:-[a-z]+)*)/(?=[?\"])", path.read_text()))
    own_views = {"book"}  # below a specialist
    assert {"specialists", "help-now"} <= named - own_views <= set(doctor_pages.LINKED)


def test_templates_link_to_drafts_only_if_they_are_published() -> None:
    sure, perhaps = set(), set()
    for path in TEMPLATES.rglob("*.html"):
        sure |= set(re.findall(r'localized_path "([\w-]+)"', path.read_text()))
        perhaps |= set(re.findall(r'published_path "([\w-]+)"', path.read_text()))
    assert sure == set(doctor_pages.LINKED)
    assert {"privacy", "how-we-check"} <= perhaps <= {*DRAFTS, *PUBLISHED}


def test_every_language_has_every_page_and_only_people_publish_what_they_write() -> None:
    for code in LANGUAGES:
        (home,) = HomePage.objects.filter(locale__language_code=code)
        below = {page.slug: page.live for page in home.get_children()}
        published = {slug for slug, is_live in below.items() if is_live}
        assert published == {*doctor_pages.LINKED, *PUBLISHED}
        assert set(below) - published == set(DRAFTS)
        assert home.live
        assert not home.alias_of_id


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_draft_says_what_to_write_in_its_language(language: str) -> None:
    notes = set()
    for slug in DRAFTS:
        page = StandardPage.objects.get(slug=slug, locale__language_code=language)
        shown = page.get_latest_revision_as_object().body
        (block,) = shown
        assert block.block_type == "callout"
        assert len(re.findall("<li", str(block.value["html"]))) >= 4
        notes.add(block.value["title"])
    assert len(notes) == 1
    english = StandardPage.objects.get(slug="privacy", locale__language_code="en").body[0].value["title"]
    assert (notes == {english}) == (language == "en")


def test_the_site_begins_with_the_front_page_under_the_address_that_people_type() -> None:
    site = Site.objects.get()
    assert site.root_page.specific_class is HomePage
    assert doctor_pages.address()
    assert doctor_pages.front_pages() == "There is one in ar, de, en, uk."
    assert not Page.objects.filter(title__startswith="Welcome to your new Wagtail").exists()


def test_a_second_run_adds_nothing_and_changes_nothing() -> None:
    def state() -> list[Any]:
        return [
            sorted(Page.objects.values_list("pk", "slug", "live", "title", "latest_revision_id", "path")),
            sorted(Menu.objects.values_list("pk", "title", "items__page")),
            Translation.objects.count(),
            Site.objects.values_list("hostname", "port", "root_page").get(),
            Locale.objects.count(),
        ]

    before = state()
    make_first_content()
    assert state() == before


def test_what_people_have_edited_is_kept_and_not_translated_with_words_that_are_no_longer_right(
    capsys: pytest.CaptureFixture[str],
) -> None:
    page = StandardPage.objects.get(slug="how-we-order", locale__language_code="en")
    page.title = "Our order"
    page.save_revision().publish()
    StandardPage.objects.get(slug="how-we-order", locale__language_code="uk").delete()
    StandardPage.objects.get(slug="help-now", locale__language_code="uk").delete()
    Site.objects.update(hostname="other.example", port=8443)
    Menu.objects.filter(position="header", locale__language_code="en").update(title="Where to")
    with TestCase.captureOnCommitCallbacks(execute=True):
        call_command("first_content")
    page.refresh_from_db()
    assert page.title == "Our order"
    assert not StandardPage.objects.filter(slug="how-we-order", locale__language_code="uk").exists()
    assert "“Our order” has been edited: translate it in the CMS (uk)." in capsys.readouterr().out
    assert StandardPage.objects.get(slug="help-now", locale__language_code="uk").live
    assert Site.objects.values_list("hostname", "port").get() == ("other.example", 8443)
    assert Menu.objects.get(position="header", locale__language_code="en").title == "Where to"


def test_a_link_to_a_draft_comes_with_its_publication_and_goes_with_it(client: Client) -> None:
    def linked() -> bool:
        return "/en/how-we-check/" in links_of(client.get("/en/specialists/join/").content)

    page = StandardPage.objects.get(slug="how-we-check", locale__language_code="en")
    assert not linked()
    page.save_revision().publish()
    assert linked()
    page.refresh_from_db()
    page.unpublish()
    assert not linked()


def test_doctor_asks_for_the_pages_that_are_linked_to() -> None:
    with pytest.raises(
        doctor_pages.Problem, match="“privacy”, which people who book agree to, isn't published in"
    ):
        doctor_pages.linked_pages()
    for page in StandardPage.objects.filter(slug="privacy"):
        page.save_revision().publish()
    assert doctor_pages.linked_pages() == "All are published."
    StandardPage.objects.get(slug="help-now", locale__language_code="uk").unpublish()
    with pytest.raises(doctor_pages.Problem, match=r"Links lead nowhere: help-now \(uk\)"):
        doctor_pages.linked_pages()


def test_the_demo_can_be_added_to_it() -> None:
    source, *targets = (Locale.objects.get(language_code=code) for code in LANGUAGES)
    run = Demo(say=lambda _line: None, source=source, targets=targets)
    before = Page.objects.count()
    with TestCase.captureOnCommitCallbacks(execute=True):
        for step in (
            demo_home.front_page,
            demo_home.plain_pages,
            demo_booking.free_consultation,
            demo_home.menus,
        ):
            step(run)
    assert Page.objects.count() == before
