"""The Atom feed of a language's articles."""

import re
from datetime import UTC, datetime, time
from typing import Any
from uuid import uuid5

from django.conf import settings
from django.contrib.syndication.views import Feed
from django.http import HttpRequest
from django.utils.feedgenerator import Atom1Feed
from django.utils.html import escape
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from articles.models import CARD_KINDS, ArticlePage
from articles.page_tags import ARTICLES, PERSON
from core.models.pages import path_of
from core.page_cache.reading import may_be_kept, reading
from core.page_tags import PAGE, RESTRICTION

NEWEST = 30
# What XML cannot hold, as pasting from some programs brings: Django refuses to write a feed with one.
CONTROL_CHARACTERS = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]+")


def readable(text: str) -> str:
    """`text` without what XML cannot hold."""
    return CONTROL_CHARACTERS.sub(" ", text)


class AuthoredFeed(Atom1Feed):
    """Atom with all authors of an entry; Django writes one."""

    def add_item_elements(self, handler: Any, item: Any) -> None:
        super().add_item_elements(handler, item)
        for name in item["authors"]:
            handler.startElement("author", {})
            handler.addQuickElement("name", name)
            handler.endElement("author")


class ArticleFeed(Feed[ArticlePage, None]):
    """`/<lang>/articles/feed/`: the newest 30 articles in that language."""

    feed_type = AuthoredFeed
    title = _("Attune: articles")
    subtitle = _("Calm, checked reading about mental health.")
    author_name = settings.WAGTAIL_SITE_NAME  # of entries without authors: Atom asks for one

    def link(self) -> str:
        return f"{settings.SITE_URL}/{get_language()}/articles/"

    def feed_url(self) -> str:
        return f"{settings.SITE_URL}/{get_language()}/articles/feed/"

    def feed_guid(self) -> str:
        return self.feed_url()

    def get_feed(self, obj: None, request: HttpRequest) -> Any:
        feed = super().get_feed(obj, request)
        feed.feed["language"] = get_language()
        return feed

    def items(self) -> Any:
        """Without aliases, which are in another language. As many queries for 30 as for one."""
        written = ArticlePage.objects.filter(locale__language_code=get_language(), alias_of=None)
        may_be_kept()
        entries = written.for_listing().prefetch_related("contributions__person")[:NEWEST]
        with reading(ARTICLES(get_language()), RESTRICTION, found=[*CARD_KINDS, PAGE, PERSON]):
            return list(entries)

    def item_title(self, item: ArticlePage) -> str:
        return readable(item.title)

    def item_description(self, item: ArticlePage) -> str:
        """Escaped: Django declares it as HTML, and it is plain text."""
        return escape(readable(item.summary))

    def item_link(self, item: ArticlePage) -> str:
        return settings.SITE_URL + path_of(item)

    def item_guid(self, item: ArticlePage) -> str:
        """The same for good, also when the address changes: otherwise readers would get the article again."""
        return uuid5(item.translation_key, item.locale.language_code).urn

    def item_pubdate(self, item: ArticlePage) -> Any:
        return datetime.combine(item.published_on, time.min, tzinfo=UTC)

    def item_updateddate(self, item: ArticlePage) -> Any:
        return item.last_published_at or self.item_pubdate(item)

    def item_categories(self, item: ArticlePage) -> list[str]:
        return [readable(topic.name) for topic in item.topics]

    def item_extra_kwargs(self, item: ArticlePage) -> dict[str, Any]:
        return {"authors": [readable(str(person)) for person in item.authors]}
