"""What authors and reviewers have done, for their page in the directory."""

from django.db.models import IntegerField, TextField

from articles.models import ArticlePage, Contribution, Person
from articles.page_tags import ARTICLES, PERSON
from core.models.pages import path_in, unrestricted
from core.page_cache.reading import depends_on, reading
from core.page_tags import LINK, RESTRICTION
from core.prepared import Given, Prepared
from directory.page_tags import SPECIALIST

MOST = 6
NEWEST = Prepared(
    lambda: (
        Contribution.objects.filter(
            person=Given("person", IntegerField()),
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
    """The newest articles in a language that a specialist wrote or reviewed: `title`, `url`, `role`. 2 queries."""
    with reading(SPECIALIST(specialist_id), found=[PERSON]):
        person = Person.objects.filter(specialist=specialist_id).values_list("pk", flat=True).first()
    if person is None:
        return []
    with reading(PERSON(person), RESTRICTION, ARTICLES(language_code), found=[LINK]):
        rows = NEWEST.rows(person=person, language=language_code)
    articles: dict[int, dict[str, str]] = {}
    for role, page, title, url_path in rows:
        depends_on(LINK(page))
        label = str(Contribution.Role(role).label)
        articles.setdefault(page, {"title": title, "url": path_in(language_code, url_path), "role": label})
    return list(articles.values())[:MOST]
