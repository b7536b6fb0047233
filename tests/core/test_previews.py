"""Editors see what they write: every page in the live preview, every block in the picker."""

from collections.abc import Iterator
from typing import Any

import pytest
from bs4 import BeautifulSoup
from django.test import Client
from django.urls import reverse
from wagtail.blocks import Block, StaticBlock, StreamBlock
from wagtail.fields import StreamField
from wagtail.models import Page, get_page_models
from wagtail.test.utils.form_data import querydict_from_html

from accounts.models import User
from core.models import BasePage
from home.models import HomePage
from tests.factories.content import EVERY_BLOCK, LANGUAGES
from tests.factories.people import log_in_to_cms

PAGE_TYPES = [model for model in get_page_models() if issubclass(model, BasePage)]
ADDED_BY_EDITORS = [model for model in PAGE_TYPES if model is not HomePage]


def offered_blocks() -> Iterator[Any]:
    """Each page type's blocks that an editor can add, with where they are."""
    for model in PAGE_TYPES:
        for field in stream_fields(model):
            for name, block in children(model._meta.get_field(field).stream_block):
                yield pytest.param(block, id=f"{model.__name__}.{field}.{name}")


def stream_fields(model: type[Page]) -> list[str]:
    return [field.name for field in model._meta.get_fields() if isinstance(field, StreamField)]


def children(stream_block: StreamBlock) -> Iterator[tuple[str, Block]]:
    for name, block in stream_block.child_blocks.items():
        yield name, block
        if isinstance(block, StreamBlock):
            yield from children(block)


@pytest.fixture
def editor(content: None, client: Client) -> Client:
    """A browser in which an editor has logged in."""
    log_in_to_cms(client, User.objects.get(email="editor@attune.example"))
    return client


def page_to_edit(model: type[Page]) -> Page:
    pages = model.objects.filter(locale__language_code="en").order_by("path")
    return pages.filter(slug=EVERY_BLOCK).first() or pages.first()


@pytest.mark.parametrize("model", PAGE_TYPES, ids=lambda model: model.__name__)
def test_the_live_preview_shows_what_is_typed_before_it_is_saved(editor: Client, model: type[Page]) -> None:
    page = page_to_edit(model)
    form = querydict_from_html(
        editor.get(reverse("wagtailadmin_pages:edit", args=[page.pk])).content.decode(),
        form_id="page-edit-form",
    )
    assert form["title"] == page.title
    form.update(
        {f"{name}-count": "0" for name in stream_fields(model)}
    )  # the rest of them is made by scripts
    form["title"] = "Typed a moment ago"
    address = reverse("wagtailadmin_pages:preview_on_edit", args=[page.pk])
    assert editor.post(address, form).json() == {"is_valid": True, "is_available": True}

    response = editor.get(address, {"in_preview_panel": "true"})
    assert response.status_code == 200
    html = BeautifulSoup(response.content, "html.parser")
    assert len(html("h1")) == 1
    shown = f"{html.title.get_text()} {html.main.get_text()}"
    record_names_it = (
        model.__name__ == "SpecialistPage"
    )  # its title is the person's name, which is the record's
    assert page.specialist.name in shown if record_names_it else "Typed a moment ago" in shown
    assert "frame-ancestors 'self'" in response["Content-Security-Policy"]
    assert model.objects.get(pk=page.pk).title == page.title


@pytest.mark.parametrize("model", ADDED_BY_EDITORS, ids=lambda model: model.__name__)
def test_a_new_page_can_be_previewed_before_anything_is_typed(editor: Client, model: type[Page]) -> None:
    page = page_to_edit(model)
    names = [model._meta.app_label, model._meta.model_name, page.get_parent().pk]
    address = reverse("wagtailadmin_pages:preview_on_add", args=names)
    response = editor.get(address, {"in_preview_panel": "true"})
    assert response.status_code == 200
    assert BeautifulSoup(response.content, "html.parser").h1 is not None


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_draft_is_shown_in_its_own_language(content: None, client: Client, language: str) -> None:
    log_in_to_cms(client, User.objects.get(email="admin@attune.example"))
    for model in PAGE_TYPES:
        page = model.objects.filter(locale__language_code=language).first()
        response = client.get(reverse("wagtailadmin_pages:view_draft", args=[page.pk]))
        assert response.status_code == 200
        assert BeautifulSoup(response.content, "html.parser").html["lang"] == language


@pytest.mark.parametrize("block", list(offered_blocks()))
def test_every_block_says_what_it_is_and_shows_itself_in_the_picker(editor: Client, block: Block) -> None:
    assert block.get_description(), "no description"
    assert block.is_previewable
    response = editor.get(reverse("wagtailadmin_block_preview"), {"id": block.definition_prefix})
    assert response.status_code == 200
    html = BeautifulSoup(response.content, "html.parser")
    assert html.find("link", href=lambda address: address.endswith("css/site.css"))
    words = list(texts_in(block.get_preview_value()))
    assert words or html.main.img or isinstance(block, StaticBlock), "nothing to show"
    assert [text for text in words if plain(text) not in html.main.get_text()] == []


def plain(html: str) -> str:
    return BeautifulSoup(html, "html.parser").get_text()


def texts_in(value: Any) -> Iterator[str]:
    """The sentences of a preview value; single words such as a kind or a level aren't shown as they are."""
    if isinstance(value, str):
        if " " in value:
            yield value
    elif hasattr(value, "items"):
        for item in value.values():
            yield from texts_in(item)
    elif hasattr(value, "source"):  # rich text
        yield value.source
    elif hasattr(value, "__iter__"):
        for item in value:
            yield from texts_in(item)
