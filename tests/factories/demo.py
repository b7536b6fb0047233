"""The demo's ground in one language, without its people and articles: what synthetic data are added to."""

from django.conf import settings
from wagtail.models import Locale

from articles.models import ArticleIndexPage
from dev.demo import Demo, publish
from dev.demo.directory import taxonomies
from dev.demo.home import front_page
from dev.demo.topics import topics
from directory.models import SpecialistIndexPage
from home.models import HomePage


def ground() -> None:
    """A front page, the directory, the list of articles, and all taxonomies, in the source language."""
    source = Locale.objects.get(language_code=settings.LANGUAGE_CODE)
    demo = Demo(say=lambda _line: None, source=source, targets=[])
    topics(demo)
    front_page(demo)
    taxonomies(demo)
    home = HomePage.objects.get(locale=source)
    publish(SpecialistIndexPage(slug="specialists", title="Specialists", locale=source), home)
    publish(ArticleIndexPage(slug="articles", title="Articles", locale=source), home)
