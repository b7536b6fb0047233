"""What authors and reviewers have done, for their page in the directory."""

from articles.models import ArticlePage, Contribution
from core.models.pages import path_of, unrestricted

MOST = 6


def articles_by(specialist_id: int, language_code: str) -> list[dict[str, str]]:
    """The newest articles in a language that a specialist wrote or reviewed: `title`, `url`, `role`. 1 query."""
    contributions = Contribution.objects.filter(person__specialist=specialist_id).select_related(
        "page__locale"
    )
    pages = unrestricted(
        ArticlePage.objects.live().filter(locale__language_code=language_code, alias_of__isnull=True)
    )
    contributions = contributions.filter(page__in=pages).order_by("-page__published_on", "-page__pk", "role")
    articles: dict[int, dict[str, str]] = {}
    for contribution in contributions[: 2 * MOST]:
        page = contribution.page
        role = str(Contribution.Role(contribution.role).label)
        articles.setdefault(page.pk, {"title": page.title, "url": path_of(page), "role": role})
    return list(articles.values())[:MOST]
