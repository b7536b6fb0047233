"""One table of a profile's fields: forms, models, the CMS and exports have what it has, and nothing else."""

from typing import Any

import pytest
from django.db.models import Model

from accounts.personal_data.registry import holdings
from directory.checking import comparison, review
from directory.models import Specialist, SpecialistPage
from directory.profile.forms.base import StepForm
from directory.profile.forms.joining import SendInForm
from directory.profile.forms.steps import (
    AboutForm,
    ConsultationForm,
    ContactForm,
    CredentialsForm,
    PricesForm,
    WorkForm,
)
from directory.profile.forms.texts import TextForm
from directory.profile.progress import STEPS
from directory.profile_fields import CHECKED, COMPARED, FACTS, FIELDS, REQUIRED, REQUIRED_WORDS, of_step
from directory.terms import BY_RELATION, MANY
from directory.viewsets import SpecialistViewSet

FORMS: dict[str, Any] = {
    "about": AboutForm,
    "credentials": CredentialsForm,
    "work": WorkForm,
    "prices": PricesForm,
    "contact": ContactForm,
    "consultation": ConsultationForm,
    "submit": SendInForm,
}
# What forms have beside the profile's fields: the state they were shown in, and what to do with the photo.
BESIDE = {"state", "crop", "remove_portrait"}


def test_every_step_has_its_form_and_every_form_its_step() -> None:
    assert {step.name for step in STEPS} == {*FORMS, "texts"} - {"submit"}
    assert {field.step for field in FIELDS} == {*FORMS, "texts"}
    assert set(StepForm.__subclasses__()) < set(FORMS.values())


@pytest.mark.parametrize("step", FORMS)
def test_a_form_has_the_fields_that_the_table_has_for_its_step(step: str) -> None:
    assert set(FORMS[step].base_fields) - BESIDE == set(of_step(step))


def test_every_field_is_named_once_and_one_of_the_record() -> None:
    names = [field.name for field in FIELDS]
    assert len(set(names)) == len(names)
    assert set(names) - {"texts"} <= {field.name for field in Specialist._meta.get_fields()}
    assert set(BY_RELATION) <= set(FACTS)


def is_optional(model: type[Model], name: str) -> bool:
    field: Any = model._meta.get_field(name)
    return bool(field.blank)


def test_what_is_required_may_not_be_empty_in_the_record_or_the_page() -> None:
    assert not any(is_optional(Specialist, name) for name in REQUIRED if name != "texts")
    assert {name for name in TextForm.base_fields if not is_optional(SpecialistPage, name)} == {
        *REQUIRED_WORDS
    }


@pytest.mark.django_db
@pytest.mark.parametrize("absent", REQUIRED_WORDS)
def test_a_page_without_one_of_the_required_words_is_not_complete(absent: str) -> None:
    words = dict.fromkeys(REQUIRED_WORDS, "Words")
    assert review.is_complete(SpecialistPage(**words))
    assert not review.is_complete(SpecialistPage(**words | {absent: ""}))


class Read(dict[str, Any]):
    """Facts that remember which of them somebody has read."""

    def __init__(self, facts: dict[str, Any]) -> None:
        super().__init__(facts)
        self.names: set[str] = set()

    def __getitem__(self, name: str) -> Any:
        self.names.add(name)
        return super().__getitem__(name)


def test_moderators_are_told_of_everything_that_is_compared() -> None:
    specialist = Specialist(session_languages=["en"])
    facts = Read({name: [] if name in MANY else specialist.serializable_value(name) for name in COMPARED})
    comparison._in_words(facts)
    assert facts.names == {*COMPARED} - {"portrait"}  # which is shown beside the rows


def test_moderators_can_change_every_fact_in_the_cms() -> None:
    assert set(FACTS) <= set(SpecialistViewSet().get_form_class().base_fields)


def test_specialists_get_a_copy_of_every_fact() -> None:
    (own,) = [one for one in holdings() if one.model is Specialist and "user" in one.via]
    assert set(FACTS) <= {one if isinstance(one, str) else one.name for one in own.fields}


def test_a_comment_on_anything_checked_stands_in_one_step() -> None:
    for name in (*CHECKED, "portrait", "text.uk", "texts"):
        assert [step.has(name) for step in STEPS].count(True) == 1, name
