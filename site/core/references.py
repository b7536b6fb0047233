"""Foreign keys in stored content, such as the versions of a page: which of them point at nothing any more."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import reduce
from typing import Any

from django.db.models import ForeignKey, Model, QuerySet, TextField, Value
from django.db.models.functions import Cast
from modelcluster.models import get_all_child_relations

Row = Mapping[str, Any]  # of stored content, by the names of fields
Fields = Callable[[type[Model]], Iterable[ForeignKey]]  # those of a model that are asked about
All = Callable[[type[Model]], QuerySet[Any]]  # of whatever such a field points at


def dangling(
    rows: Iterable[tuple[type[Model], Row]], fields: Fields, everything: All
) -> list[list[ForeignKey]]:
    """For each row, with its model, the `fields` that are filled and point at nothing. 1 query for all, or none."""
    filled = [
        [
            (field, target_of(field), key)
            for field in fields(model)
            if (key := row.get(field.name)) not in (None, "")
        ]
        for model, row in rows
    ]
    wanted: dict[type[Model], set[str]] = {}
    for _field, target, key in (one for keys in filled for one in keys):
        wanted.setdefault(target, set()).add(as_text(target, key))
    there = set(existing(wanted, everything))
    return [
        [field for field, target, key in keys if (target, as_text(target, key)) not in there]
        for keys in filled
    ]


def existing(wanted: Mapping[type[Model], set[str]], everything: All) -> Iterator[tuple[type[Model], str]]:
    """Those of the `wanted` primary keys that there are rows of. 1 query."""
    models = list(wanted)
    parts = [
        everything(model)
        .order_by()
        .filter(pk__in=wanted[model])
        .values_list(Value(place), Cast("pk", TextField()))
        for place, model in enumerate(models)
    ]
    if parts:
        for place, key in reduce(lambda one, other: one.union(other, all=True), parts):
            yield models[place], key


def target_of(field: ForeignKey) -> type[Model]:
    target: type[Model] = field.remote_field.model
    return target


def as_text(model: type[Model], key: Any) -> str:
    """A primary key as PostgreSQL writes it. Raises ValidationError for what can't be one."""
    return str(model._meta.pk.to_python(key))


def with_children(model: type[Model], content: Row) -> Iterator[tuple[type[Model], Row]]:
    """A page's stored content and the rows of its children in the editor, each with its model."""
    yield model, content
    for relation in get_all_child_relations(model):
        for child in content.get(relation.get_accessor_name()) or []:
            yield relation.related_model, child
