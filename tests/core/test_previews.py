"""Editors see what they will get: live previews of pages, and of every block before it is chosen."""

import pytest
from django.contrib.auth import get_user_model
from django.test import Client
from django.urls import reverse
from wagtail.blocks import BaseStreamBlock
from wagtail.models import Page, get_page_models

from booking.models.pages import DifferencesStreamBlock, QuestionsStreamBlock
from core.blocks import BodyStreamBlock
from core.models import BasePage
from directory.models.pages import FaqStreamBlock
from home.models import HomePage
from tests.factories.content import public_pages

STREAMS: list[BaseStreamBlock] = [
    BodyStreamBlock(),
    DifferencesStreamBlock(),
    QuestionsStreamBlock(),
    FaqStreamBlock(),
    HomePage._meta.get_field("promises").stream_block,
]
BLOCKS = [block for stream in STREAMS for block in stream.child_blocks.values()]


def test_the_live_preview_of_every_page_type_shows_the_page(content: None, client: Client) -> None:
    client.force_login(get_user_model().objects.get(email="admin@attune.example"))
    seen = set()
    for page in public_pages():
        if page.specific_class in seen or page.locale.language_code != "en":
            continue
        seen.add(page.specific_class)
        edit = reverse("wagtailadmin_pages:preview_on_edit", args=[page.pk])
        assert client.get(edit).status_code == 200
        html = page.specific.make_preview_request(mode_name="").rendered_content
        assert page.title in html
    assert seen == {model for model in get_page_models() if issubclass(model, BasePage)}


@pytest.mark.parametrize("block", BLOCKS, ids=[f"{type(block).__name__}-{block.name}" for block in BLOCKS])
def test_every_block_describes_and_previews_itself(content: None, client: Client, block: object) -> None:
    assert block.get_description()
    client.force_login(get_user_model().objects.get(email="admin@attune.example"))
    response = client.get(reverse("wagtailadmin_block_preview"), {"id": block.definition_prefix})
    assert response.status_code == 200
    assert Page.objects.exists()
