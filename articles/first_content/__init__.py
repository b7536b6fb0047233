"""The list of articles, without any."""

from pathlib import Path

from articles.models import ArticleIndexPage
from core.first_content import Run, add_list, step


@step(70, "List of articles")
def article_index(run: Run) -> ArticleIndexPage:
    """The list of articles in all languages."""
    page: ArticleIndexPage = add_list(run, ArticleIndexPage, "articles", Path(__file__).parent)
    return page
