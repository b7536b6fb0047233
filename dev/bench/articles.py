from django.conf import settings

from articles.models import ArticleIndexPage, ArticlePage
from dev.bench.measured import page


@page("article")
def article() -> str | None:
    found = ArticlePage.objects.live().filter(locale__language_code=settings.LANGUAGE_CODE).order_by("pk")
    last = found.last()
    return last.path_here if last else None


@page("article list")
def article_list() -> str | None:
    index = ArticleIndexPage.objects.live().filter(locale__language_code=settings.LANGUAGE_CODE).first()
    return index.path_here if index else None
