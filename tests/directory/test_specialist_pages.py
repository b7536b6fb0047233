"""Specialists' pages in the CMS: whose they are is chosen once, and nobody has two in a language."""

from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import reverse
from wagtail.models import Page
from wagtail.test.utils.form_data import nested_form_data, rich_text, streamfield

from directory.models import Specialist, SpecialistIndexPage, SpecialistPage
from tests.directory.profiles import make_public, write
from tests.factories.directory import SpecialistFactory, make_listed
from tests.factories.people import (
    log_in_to_cms,
    make_editor,
    make_moderator,
    make_superuser,
    make_translator,
)

pytestmark = pytest.mark.django_db
DIRECTORY = ()


def index() -> SpecialistIndexPage:
    return SpecialistIndexPage.objects.get(locale__language_code="en")


def filled(specialist: Specialist, **more: Any) -> dict[str, Any]:
    """What the form of a page sends."""
    return nested_form_data(
        {
            "title": specialist.name,
            "slug": specialist.slug,
            "specialist": specialist.pk,
            "headline": "Time to talk",
            "story": rich_text("<p>Calm.</p>"),
            "approach": rich_text(""),
            "faq": streamfield([]),
            "comments": {"TOTAL_FORMS": 0, "INITIAL_FORMS": 0},
            **more,
        }
    )


@pytest.mark.parametrize("options", [{}, {"publish_copies": "on"}, {"alias": "on"}])
@pytest.mark.parametrize("make", [make_editor, make_superuser])
def test_a_page_is_never_copied(client: Client, make: Any, options: dict[str, str]) -> None:
    page = make_listed(SpecialistFactory())
    log_in_to_cms(client, make())
    url = reverse("wagtailadmin_pages:copy", args=[page.pk])
    assert url not in client.get(reverse("wagtailadmin_explore", args=[index().pk])).content.decode()
    assert url not in client.get(reverse("wagtailadmin_pages:edit", args=[page.pk])).content.decode()
    data = {"new_title": "Copy", "new_slug": "copy", "new_parent_page": index().pk, **options}
    response = client.post(url, data, follow=True)
    assert response.status_code == 200
    assert "you do not have permission" in response.content.decode()
    api = reverse("wagtailadmin_api:pages:action", args=[page.pk, "copy"])
    assert client.post(api, {}, content_type="application/json").status_code == 404
    assert SpecialistPage.objects.get() == page


def test_nor_is_a_branch_with_such_pages(client: Client) -> None:
    page = make_listed(SpecialistFactory())
    log_in_to_cms(client, make_superuser())
    home = index().get_parent()
    data = {
        "new_title": "Copy",
        "new_slug": "copy",
        "new_parent_page": Page.get_first_root_node().pk,
        "copy_subpages": "on",
    }
    response = client.post(reverse("wagtailadmin_pages:copy", args=[home.pk]), data, follow=True)
    assert "Pages of specialists can’t be copied" in response.content.decode()
    assert SpecialistPage.objects.get() == page


def test_a_second_page_is_refused_and_keeps_nobody_from_writing() -> None:
    specialist = make_public(make_moderator())
    page = specialist.pages.get()
    with pytest.raises(ValidationError, match="has a page in this language already"):
        make_listed(specialist, slug="second")
    page.copy(to=index(), update_attrs={"slug": "second"}, keep_live=False)
    assert specialist.pages.count() == 2
    write(specialist, headline="Still mine")
    page.refresh_from_db()
    assert page.headline == "Still mine"


def test_whose_a_page_is_is_chosen_when_it_is_made_and_read_from_then_on(client: Client) -> None:
    specialist, other = SpecialistFactory(name="Anna"), SpecialistFactory(name="Berta")
    log_in_to_cms(client, make_editor())
    url = reverse("wagtailadmin_pages:add", args=["directory", "specialistpage", index().pk])
    content = client.get(url).content.decode()
    assert "Berta" not in content  # a way to choose, not a list of everybody
    assert reverse("choose_specialist:choose") in content
    assert client.post(url, filled(specialist)).status_code == 302
    page = specialist.pages.get()
    url = reverse("wagtailadmin_pages:edit", args=[page.pk])
    content = client.get(url).content.decode()
    assert reverse("choose_specialist:choose") not in content
    assert "Anna" in content
    response = client.post(url, filled(other, headline="Changed", **{"action-publish": "1"}))
    assert response.status_code == 302
    page.refresh_from_db()
    assert (page.specialist, page.headline) == (specialist, "Changed")


@pytest.mark.parametrize("make", [make_editor, make_moderator, make_translator])
def test_specialists_are_searched_by_name(client: Client, make: Any) -> None:
    SpecialistFactory(name="Anna Smith")
    SpecialistFactory(name="Berta")
    log_in_to_cms(client, make())
    content = client.get(reverse("choose_specialist:choose_results"), {"q": "smith"}).content.decode()
    assert "Anna Smith" in content
    assert "Berta" not in content
