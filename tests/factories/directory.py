"""Specialists: published, accepting clients and offering free consultations unless a trait says otherwise."""

from typing import Any

import factory
from wagtail.models import Locale, Page

from directory import index
from directory.models import Profession, Specialist, SpecialistIndexPage, SpecialistPage
from tests.factories.accounts import UserFactory


class ProfessionFactory(factory.django.DjangoModelFactory[Profession]):
    class Meta:
        model = Profession
        django_get_or_create = ("locale", "slug")

    name = "Psychologist"
    slug = "psychologist"

    @factory.lazy_attribute
    def locale(self) -> Any:
        return Locale.objects.get_or_create(language_code="en")[0]


class SpecialistFactory(factory.django.DjangoModelFactory[Specialist]):
    """A checked specialist with an account who can be booked as soon as there is a schedule."""

    class Meta:
        model = Specialist

    user = factory.SubFactory(UserFactory)
    name = factory.Sequence(lambda number: f"Dr. Vera Example {number}")
    slug = factory.Sequence(lambda number: f"vera-example-{number}")
    state = Specialist.State.PUBLISHED
    profession = factory.SubFactory(ProfessionFactory)
    credential_country = "DE"
    credential_register = "Example register"
    credential_number = factory.Sequence(lambda number: f"E-{number}")
    session_languages = ["en"]
    offers_free_consultation = True
    practice_url = "https://practice.example"

    class Params:
        without_account = factory.Trait(user=None)
        without_contact = factory.Trait(practice_url="")
        draft = factory.Trait(state=Specialist.State.DRAFT)
        suspended = factory.Trait(state=Specialist.State.SUSPENDED)
        not_accepting = factory.Trait(is_accepting=False)
        without_free_consultations = factory.Trait(offers_free_consultation=False)


def make_listed(specialist: Specialist, **fields: Any) -> SpecialistPage:
    """Give a specialist a page in English, so that the directory lists them if they are published."""
    locale = Locale.objects.get_or_create(language_code="en")[0]
    above = SpecialistIndexPage.objects.filter(locale=locale).first()
    if above is None:
        above = SpecialistIndexPage(title="Specialists", slug="specialists", locale=locale)
        Page.get_first_root_node().add_child(instance=above)
    page = SpecialistPage(
        specialist=specialist,
        locale=locale,
        **{
            "title": specialist.name,
            "slug": specialist.slug,
            "headline": "Time to talk",
            "story": "<p>Calm.</p>",
            **fields,
        },
    )
    above.add_child(instance=page)
    index.rebuild([specialist.pk])
    return page
