"""The Atom feed of a language's articles."""

from datetime import UTC, datetime, time
from typing import Any

from django.conf import settings
from django.contrib.syndication.views import Feed
from django.http import HttpRequest
from django.utils.feedgenerator import Atom1Feed
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from articles.models import ArticlePage
from core.models.pages import path_of

NEWEST = 30


class ArticleFeed(Feed[ArticlePage, None]):
    """`/<lang>/articles/feed/`: the newest 30 articles in that language."""

    feed_type = Atom1Feed
    title = _("Attune: articles")
    subtitle = _("Calm, checked reading about mental health.")

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
        return ArticlePage.objects.filter(locale__language_code=get_language()).for_listing()[:NEWEST]

    def item_title(self, item: ArticlePage) -> str:
        return item.title

    def item_description(self, item: ArticlePage) -> str:
        return item.summary

    def item_link(self, item: ArticlePage) -> str:
        return settings.SITE_URL + path_of(item)

    def item_pubdate(self, item: ArticlePage) -> Any:
        return datetime.combine(item.published_on, time.min, tzinfo=UTC)

    def item_updateddate(self, item: ArticlePage) -> Any:
        return item.last_published_at

    def item_categories(self, item: ArticlePage) -> list[str]:
        return [topic.name for topic in item.topics]
