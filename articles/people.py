"""What authors and reviewers have done, for their page in the directory."""

from articles.models import ArticlePage, Contribution, Person
from articles.page_tags import ARTICLES, PERSON
from core.models.pages import path_of, unrestricted
from core.page_cache.reading import depends_on, reading
from core.page_tags import LINK, RESTRICTION
from directory.page_tags import SPECIALIST

MOST = 6


def articles_by(specialist_id: int, language_code: str) -> list[dict[str, str]]:
    """The newest articles in a language that a specialist wrote or reviewed: `title`, `url`, `role`. 2 queries."""
    with reading(SPECIALIST(specialist_id), found=[PERSON]):
        person = Person.objects.filter(specialist=specialist_id).values_list("pk", flat=True).first()
    if person is None:
        return []
    depends_on(PERSON(person))
    contributions = Contribution.objects.filter(person=person).select_related("page__locale")
    pages = unrestricted(
        ArticlePage.objects.live().filter(locale__language_code=language_code, alias_of__isnull=True)
    )
    contributions = contributions.filter(page__in=pages).order_by("-page__published_on", "-page__pk", "role")
    articles: dict[int, dict[str, str]] = {}
    with reading(RESTRICTION, ARTICLES(language_code), found=[PERSON, LINK]):
        rows = list(contributions[: 2 * MOST])
    for contribution in rows:
        page = contribution.page
        role = str(Contribution.Role(contribution.role).label)
        articles.setdefault(page.pk, {"title": page.title, "url": path_of(page), "role": role})
    return list(articles.values())[:MOST]
