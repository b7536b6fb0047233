"""Specialists whose page isn't translated are shown all the same, in their own words and with the facts localised."""

import re

from django.test import Client

from directory import index
from directory.models import SearchText, Specialist, SpecialistPage
from tests.factories.content import SPECIALISTS


def found(client: Client, language: str) -> list[str]:
    return [card["name"] for card in client.get(f"/{language}/specialists/").context["listing"].cards]


def test_whoever_has_no_page_in_a_language_is_listed_there_in_their_own_words(
    content: None, client: Client
) -> None:
    specialist = Specialist.objects.get(slug=SPECIALISTS[0])
    page = specialist.pages.get(locale__language_code="uk")
    own = SpecialistPage.objects.get(specialist=specialist, locale__language_code="en")
    page.unpublish()
    names = found(client, "uk")
    assert specialist.name in names
    response = client.get(f"/uk/specialists/{specialist.slug}/")
    html = response.content.decode()
    assert response.status_code == 200
    assert '<html lang="uk"' in html
    assert re.search(rf'class="lede"><bdi lang="en" dir="ltr">{re.escape(own.headline[:20])}', html)
    assert f'<link rel="canonical" href="http://localhost:8000/en/specialists/{specialist.slug}/">' in html
    page.save_revision().publish()
    assert SearchText.objects.get(specialist=specialist, language="uk").page_id == page.pk


def test_a_hidden_specialist_has_no_page_in_any_language(content: None, client: Client) -> None:
    specialist = Specialist.objects.get(slug=SPECIALISTS[0])
    specialist.pages.get(locale__language_code="uk").unpublish()
    specialist.state = Specialist.State.SUSPENDED
    specialist.save()
    index.rebuild([specialist.pk])
    assert client.get(f"/uk/specialists/{specialist.slug}/").status_code == 404
    assert specialist.name not in found(client, "uk")
