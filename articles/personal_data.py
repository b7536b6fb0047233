"""What articles hold about those who wrote or reviewed them (accounts.personal_data).

The articles stay: they are the site's, and readers rely on them. The name above them is the author's, and goes.
"""

from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from accounts.personal_data import Column, Subject, register
from accounts.personal_data.object_history import forget_history, history_of
from articles.models import Person


def authors(subject: Subject) -> QuerySet[Person]:
    """Who is a specialist with an account. Others who write have no account that we know of."""
    return Person.objects.filter(specialist__user=subject.user)


def forget_names(subject: Subject, rows: QuerySet[Any]) -> None:
    """Articles then say that a former author wrote them."""
    for person in rows:
        forget_history(history_of(person))
        Person.objects.filter(pk=person.pk).update(
            name="", slug=f"former-{person.pk}", honorific="", profession=None, specialist=None
        )


register(
    Person,
    title=_("Articles that you wrote or reviewed"),
    rows=authors,
    erase=forget_names,
    fields=[
        "name",
        "honorific",
        "profession",
        Column(
            name="articles",
            label=_("articles"),
            value=lambda person: [row.page.title for row in person.contributions.select_related("page")],
        ),
    ],
    stays=_(
        "Articles that you wrote or reviewed stay, but your name doesn’t: they say “a former author” instead."
    ),
)
