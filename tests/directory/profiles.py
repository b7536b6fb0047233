"""A directory in some languages, and profiles on their way into it."""

import io
from typing import Any

from django.test import TestCase
from PIL import Image
from wagtail.models import Page

from accounts.models import User
from core.models import Topic
from directory import services
from directory.checking import review
from directory.models import Specialist, SpecialistCheck, SpecialistIndexPage
from home.models import HomePage
from tests.factories.accounts import UserFactory
from tests.factories.directory import ProfessionFactory
from tests.factories.pages import add, locale_of, make_tree

POINTS = SpecialistCheck.Point.values


def make_directory(*languages: str) -> None:
    """The front page and the directory, in English and as originals in `languages`."""
    tree = make_tree()
    add(tree["en"].home, SpecialistIndexPage(title="Specialists", slug="specialists", locale=locale_of("en")))
    for code in languages:
        texts = {
            name: name
            for name in [
                "headline",
                "introduction",
                "free_title",
                "free_text",
                "articles_title",
                "specialists_title",
                "promise_title",
            ]
        }
        home = add(
            Page.get_first_root_node(),
            HomePage(title="Attune", slug=f"attune-{code}", locale=locale_of(code), **texts),
        )
        add(home, SpecialistIndexPage(title="Specialists", slug="specialists", locale=locale_of(code)))


def make_draft(user: User | None = None, name: str = "Vera Example", **facts: Any) -> Specialist:
    """A draft that lacks nothing but texts."""
    user = user or UserFactory()
    specialist = services.start_profile(user=user, name=name, profession=ProfessionFactory())
    topic, _made = Topic.objects.get_or_create(
        slug="sleep", locale=locale_of("en"), defaults={"name": "Sleep"}
    )
    return services.save_facts(
        specialist=specialist,
        by=user,
        facts={
            "credential_country": "DE",
            "credential_register": "Register",
            "credential_number": "7",
            "session_languages": ["en", "uk"],
            "topics": [topic],
            **facts,
        },
    )


def write(specialist: Specialist, language: str = "en", **texts: Any) -> Any:
    """Save the specialist's texts in a language."""
    told = {"headline": "Help with sleep", "story": "I listen.", **texts}
    return services.save_texts(specialist=specialist, language=language, by=specialist.user, **told)


def make_submitted(**facts: Any) -> Specialist:
    specialist = make_draft(**facts)
    write(specialist)
    return services.submit(specialist=specialist, by=specialist.user)


def make_public(moderator: User, **facts: Any) -> Specialist:
    return approve(make_submitted(**facts), moderator)


def approve(specialist: Specialist, moderator: User, **more: Any) -> Specialist:
    """Approve what is there now."""
    options = {"seen": review.seen(Specialist.objects.get(pk=specialist.pk)), "ticked": POINTS, **more}
    with TestCase.captureOnCommitCallbacks(execute=True):
        return services.approve(specialist=specialist, by=moderator, **options)


def picture_file(size: tuple[int, int] = (600, 400), kind: str = "JPEG", **options: Any) -> io.BytesIO:
    file = io.BytesIO()
    Image.new("RGB", size, "teal").save(file, kind, **options)
    file.seek(0)
    return file
