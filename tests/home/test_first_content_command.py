"""`manage.py first_content` on a site that is empty, or that people have begun."""

from typing import Any

import pytest
from wagtail.models import Locale, Page, Site

from articles.models import ArticleIndexPage
from booking.models import FreeConsultationPage
from core.models import Menu, MenuItem
from home.first_content import HOME_TEXTS
from home.models import HomePage
from tests.factories.first_content import make_first_content

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("url", "host", "port"),
    [("https://attune.example", "attune.example", 443), ("http://localhost:8000", "localhost", 8000)],
)
def test_the_sites_record_is_that_of_the_address(settings: Any, url: str, host: str, port: int) -> None:
    settings.SITE_URL = url
    make_first_content()
    assert Site.objects.values_list("hostname", "port").get() == (host, port)


def test_a_front_page_and_a_list_that_people_made_are_theirs() -> None:
    english = Locale.objects.get(language_code="en")
    texts = {name: name for name in HOME_TEXTS if name not in {"title", "search_description"}}
    home = HomePage(title="Ours", slug="ours", locale=english, **texts)
    Page.get_first_root_node().add_child(instance=home)
    home.save_revision().publish()
    blog = ArticleIndexPage(title="Reading", slug="reading", locale=english)
    home.add_child(instance=blog)
    make_first_content()
    assert Site.objects.get().root_page_id == home.pk
    assert [page.pk for page in HomePage.objects.filter(locale=english)] == [home.pk]
    assert [page.pk for page in ArticleIndexPage.objects.filter(locale=english)] == [blog.pk]
    assert FreeConsultationPage.objects.child_of(home).get().live


def test_what_people_put_below_wagtails_page_stays() -> None:
    """Deleting that page would take along what lies below it, and a site that begins there."""
    welcome = Page.objects.get(depth=2)
    texts = {name: name for name in HOME_TEXTS if name not in {"title", "search_description"}}
    english = Locale.objects.get(language_code="en")
    below = welcome.add_child(instance=HomePage(title="Ours", slug="ours", locale=english, **texts))
    make_first_content()
    assert HomePage.objects.filter(pk=below.pk).exists()
    assert Site.objects.count() == 1


def test_a_language_that_was_deleted_does_not_come_back() -> None:
    make_first_content()
    arabic = Locale.objects.get(language_code="ar")
    for page in Page.objects.filter(locale=arabic).order_by("-depth"):
        page.delete()
    MenuItem.objects.filter(locale=arabic).delete()
    Menu.objects.filter(locale=arabic).delete()
    arabic.delete()
    make_first_content()
    assert not Locale.objects.filter(language_code="ar").exists()
    assert Page.objects.filter(locale__language_code="de").exists()
