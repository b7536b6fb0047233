"""What authors and reviewers have done, for their page in the directory."""

from django.db.models import IntegerField, TextField

from articles.models import ArticlePage, Contribution
from core.models.pages import path_in, unrestricted
from core.prepared import Given, Prepared

MOST = 6
ARTICLES = Prepared(
    lambda: (
        Contribution.objects.filter(
            person__specialist=Given("specialist", IntegerField()),
            page__in=unrestricted(
                ArticlePage.objects.live().filter(
                    locale__language_code=Given("language", TextField()), alias_of__isnull=True
                )
            ),
        )
        .order_by("-page__published_on", "-page__pk", "role")
        .values_list("role", "page_id", "page__title", "page__url_path")[: 2 * MOST]
    )
)


def articles_by(specialist_id: int, language_code: str) -> list[dict[str, str]]:
    """The newest articles in a language that a specialist wrote or reviewed: `title`, `url`, `role`. 1 query."""
    articles: dict[int, dict[str, str]] = {}
    for role, page, title, url_path in ARTICLES.rows(specialist=specialist_id, language=language_code):
        label = str(Contribution.Role(role).label)
        articles.setdefault(page, {"title": title, "url": path_in(language_code, url_path), "role": label})
    return list(articles.values())[:MOST]
