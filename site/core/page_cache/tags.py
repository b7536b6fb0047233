"""What pages depend on: kinds of tags, and the tables whose changes each kind follows.

Each app says so in its `page_tags.py`, which is imported when apps are ready.

A tag is a kind and a key, such as `page:12`; a kind alone means anything of that kind. What reads something says so
with tags (`reading`), and a change of a row, committed, sends the tags that are followed there (`triggers`).
"""

from dataclasses import dataclass
from functools import cache, cached_property
from typing import Any

from django.apps import apps
from django.core.exceptions import FieldDoesNotExist
from django.db import models


@dataclass(frozen=True)
class Kind:
    """One kind of thing that pages show. Calling it with a key gives the tag of one of them."""

    name: str

    def __call__(self, key: object) -> str:
        return f"{self.name}:{key}"

    def __str__(self) -> str:
        return self.name

    @cached_property
    def tables(self) -> frozenset[str]:
        """The tables whose changes this kind follows: what may be read under its tags. When apps are ready."""
        return frozenset(source.table for source in sources() if source.kind == self)


@dataclass(frozen=True)
class Source:
    """A table whose changed rows send tags of `kind`."""

    kind: Kind
    table: str
    primary_key: tuple[str, ...]
    columns: tuple[str, ...]  # those whose changes count
    key: str  # an SQL expression over the row `r`; empty for the kind alone. A row whose key is NULL sends nothing
    join: str  # SQL


@dataclass(frozen=True)
class Followed:
    """What `follow` was told, before models are there."""

    label: str
    kind: Kind
    key: str
    join: str
    only: tuple[str, ...]
    ignoring: tuple[str, ...]


kinds: dict[str, Kind] = {}
followed: list[Followed] = []


def kind(name: str) -> Kind:
    """A new kind, under a name of small letters that no other has."""
    assert name not in kinds, name  # noqa: S101 - written by us, once
    kinds[name] = Kind(name)
    return kinds[name]


def follow(
    label: str,
    kind: Kind,
    key: str = "",
    *,
    join: str = "",
    only: tuple[str, ...] = (),
    ignoring: tuple[str, ...] = (),
) -> None:
    """Let changes of a model's table send tags of `kind`. `label` is the model's, such as `core.Menu`.

    `key` is a field, or an SQL expression over the row `r` and what `join` joins to it; without one, a change concerns
    all pages that read the kind. Of changed rows, `only` names the fields that count, or `ignoring` those that
    don't. Many-to-many relations are followed by their `through`.
    """
    followed.append(Followed(label, kind, key, join, only, ignoring))


@cache
def sources() -> tuple[Source, ...]:
    """All that is followed. When apps are ready."""
    return tuple(_source(one) for one in followed)


def _source(told: Followed) -> Source:
    meta = apps.get_model(told.label)._meta
    fields: dict[str, models.Field[Any, Any]] = {field.name: field for field in meta.local_concrete_fields}
    if unknown := {*told.only, *told.ignoring} - fields.keys():
        raise FieldDoesNotExist(f"{told.label} has no {', '.join(unknown)}")
    chosen = told.only or tuple(name for name in fields if name not in told.ignoring)
    return Source(
        kind=told.kind,
        table=meta.db_table,
        primary_key=tuple(field.column for field in meta.pk_fields if field in meta.local_concrete_fields),
        columns=tuple(fields[name].column for name in chosen),
        key=f'r."{fields[told.key].column}"' if told.key in fields else told.key,
        join=told.join,
    )


def kind_of(tag: str) -> Kind:
    """The kind of a tag. Raises KeyError for one that doesn't exist."""
    return kinds[tag.partition(":")[0]]
