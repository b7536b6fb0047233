"""One table of the kinds of terms that specialists are described by."""

from typing import Any

import pytest

from core.merging.terms import merge_terms
from core.models import Menu, Term
from directory import index
from directory.models import Specialist
from directory.search.facets import KINDS
from directory.services.merging import follow_merge
from directory.tasks import rebuild_described_by
from directory.terms import TERM_KINDS, TermKind, UnknownKind, kind_of
from tests.factories.directory import SpecialistFactory, make_listed
from tests.factories.pages import locale_of, make_tree


def names(kind: TermKind) -> str:
    return kind.name


def test_the_table_has_every_kind_that_specialists_are_described_by() -> None:
    described_by = {
        (field.name, field.related_model, field.many_to_many)
        for field in Specialist._meta.get_fields()
        if field.is_relation
        and isinstance(field.related_model, type)
        and issubclass(field.related_model, Term)
    }
    assert {(kind.relation, kind.model, kind.is_many) for kind in TERM_KINDS} == described_by


def test_every_kind_is_a_filter() -> None:
    assert {kind.name for kind in TERM_KINDS} <= set(KINDS)


def test_a_kind_that_nobody_is_described_by_is_an_error() -> None:
    with pytest.raises(UnknownKind, match=r"core\.Term"):
        kind_of(Term)  # type: ignore[type-abstract]
    with pytest.raises(UnknownKind):
        follow_merge(gone=Menu(), kept=Menu())


@pytest.mark.django_db
@pytest.mark.parametrize("kind", TERM_KINDS, ids=names)
def test_rows_follow_a_merge_of_every_kind(
    kind: TermKind, monkeypatch: Any, django_capture_on_commit_callbacks: Any
) -> None:
    gone, kept = (
        kind.model._default_manager.create(name=slug.title(), slug=slug, locale=locale_of("en"))
        for slug in ("gone", "kept")
    )
    make_tree()
    specialist = SpecialistFactory(**({} if kind.is_many else {kind.relation: gone}))
    if kind.is_many:
        getattr(specialist, kind.relation).set([gone])
    make_listed(specialist)
    tasks: list[dict[str, list[int]]] = []
    monkeypatch.setattr(type(rebuild_described_by), "enqueue", lambda _task, filters: tasks.append(filters))
    with django_capture_on_commit_callbacks(execute=True):
        merge_terms(gone=gone, kept=kept, by=None)
    for filters in tasks:
        rebuild_described_by.func(filters)
    assert {kind.relation: [kept.pk]} in tasks
    assert not list(index.differences([specialist.pk]))
