"""Formatted texts: their editor, for everything that has one, and the links in them."""

import re
from typing import Any

from django.core.exceptions import BadRequest
from django.utils.html import format_html
from wagtail.admin.rich_text import DraftailRichTextArea
from wagtail.models import Page
from wagtail.rich_text.pages import PageLinkHandler

from core.models.pages import path_of
from core.page_cache.reading import reading
from core.page_tags import PAGE, TRANSLATION

# NUL and halves of characters, which arrive inside JSON and which the database has no text with.
UNSTORABLE = re.compile("[\x00\ud800-\udfff]")


class RichTextArea(DraftailRichTextArea):
    def value_from_datadict(self, data: Any, files: Any, name: str) -> Any:
        """The HTML. Raises BadRequest for what the editor can't have sent."""
        try:
            value = super().value_from_datadict(data, files, name)
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise BadRequest("No formatted text") from error
        return UNSTORABLE.sub("", value) if isinstance(value, str) else value


class ShownPageLinkHandler(PageLinkHandler):
    """A link to a page that readers may not see is its text alone: the address would tell its title, or a name."""

    @classmethod
    def get_many(cls, attrs_list: list[dict[str, Any]]) -> list[Page | None]:
        with reading(found=[PAGE]):
            pages = super().get_many(attrs_list)
        return [page if page is not None and is_shown(page) else None for page in pages]

    @classmethod
    def expand_db_attributes_many(cls, attrs_list: list[dict[str, Any]]) -> list[str]:
        """As Wagtail's: in the language being read, if the page is there in it."""
        return [
            format_html('<a href="{}">', address_of(page)) if page else "<a>"
            for page in cls.get_many(attrs_list)
        ]


def address_of(page: Page) -> str:
    """The path of a page in the language being read, if it is there in it."""
    with reading(TRANSLATION(page.translation_key), found=[PAGE]):
        return path_of(page.localized)


def is_shown(page: Page) -> bool:
    """Whether readers may open `page`, as far as its own state tells: published, and not hidden."""
    return page.live and not getattr(page, "is_hidden", False)


def register_links(features: Any) -> None:
    """In place of Wagtail's own link to a page."""
    features.register_link_type(ShownPageLinkHandler)
