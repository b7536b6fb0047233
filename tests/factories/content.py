"""A small but complete site: every page type in every language, made by the demo's own steps on fewer rows."""

from typing import Any
from unittest import mock

from django.conf import settings
from django.test import Client
from django.utils import translation
from wagtail.images import get_image_model
from wagtail.models import Locale, Page

from core.blocks import BodyStreamBlock
from core.models.pages import path_of
from dev.demo import Demo, articles, booking, directory
from dev.demo.contents import steps
from home.models import HomePage, StandardPage

LANGUAGES = [code for code, _name in settings.LANGUAGES]
ARTICLES = ["when-trust-is-broken", "how-to-choose-a-specialist"]  # they share a topic
SPECIALISTS = ["iryna-vzirets", "jonas-beispiel", "laila-namuthaj"]  # Kyiv, Berlin and a reviewer, Amman
EVERY_BLOCK = "every-block"  # a plain page with all blocks, in English


def make_content() -> None:
    """Fill an empty site, and ask for every page once so that all pictures are there in their sizes."""
    rows = [row for row in directory.facts() if row["slug"] in SPECIALISTS]
    locales = {code: Locale.objects.get_or_create(language_code=code)[0] for code in LANGUAGES}
    source = locales.pop(settings.LANGUAGE_CODE)
    run = Demo(say=lambda _line: None, source=source, targets=list(locales.values()))
    with (
        translation.override(settings.LANGUAGE_CODE),
        mock.patch.object(articles, "SLUGS", ARTICLES),
        mock.patch.object(directory, "facts", return_value=rows),
        mock.patch.object(booking, "facts", return_value=rows),
    ):
        for _order, _title, step in sorted(steps, key=lambda entry: entry[0]):
            step(run)
        add_every_block(source)
    with translation.override(settings.LANGUAGE_CODE):
        for page in public_pages():
            response = Client().get(path_of(page))
            assert response.status_code == 200, (path_of(page), response.status_code)


def public_pages() -> list[Page]:
    """Every page that readers have, with its language."""
    return list(Page.objects.live().filter(depth__gt=1).select_related("locale").order_by("path"))


def add_every_block(source: Locale) -> None:
    """A plain page that shows each block of the body once, as the CMS previews it."""
    home = HomePage.objects.get(locale=source)
    picture = get_image_model().objects.first()
    page = StandardPage(
        title="Every block",
        slug=EVERY_BLOCK,
        introduction="Each kind of block once.",
        search_description="Each kind of block once.",
        locale=source,
    )
    page.body = [  # type: ignore[assignment]
        {"type": name, "value": {**value, "image": picture.pk} if name == "image" else value}
        for name, value in block_values().items()
    ]
    page.body = StandardPage._meta.get_field("body").stream_block.to_python(page.body)
    home.add_child(instance=page)
    page.save_revision().publish()


def block_values() -> dict[str, Any]:
    """The preview value of each block of the body by name, as it is stored."""
    return {
        name: block.get_prep_value(block.get_preview_value())
        for name, block in BodyStreamBlock().child_blocks.items()
    }


def delete_files() -> None:
    """Delete the pictures' files, which don't leave with the database."""
    Picture = get_image_model()
    for picture in Picture.objects.all():
        for rendition in picture.renditions.all():
            rendition.file.delete(save=False)
        picture.file.delete(save=False)
