"""Questions to the database whose SQL the ORM writes once in a process, not each time they are asked.

Writing it takes the ORM longer than PostgreSQL needs to answer: 1 to 3 ms for the joins of a page, and making model
instances of rows as much again. What every page asks is prepared; everything else stays a QuerySet.
"""

from collections.abc import Callable
from functools import cached_property
from typing import Any

from django.db import connection
from django.db.models import Expression, Field, QuerySet
from django.db.models.query import get_related_populators  # type: ignore[attr-defined]  # the stubs leave it out


class Given(Expression):
    """What is given when a prepared question is asked, where its QuerySet has a value."""

    def __init__(self, name: str, output_field: Field[Any, Any] | None = None) -> None:
        super().__init__(output_field=output_field)
        self.name = name

    def as_sql(self, *args: Any, **options: Any) -> tuple[str, list[Any]]:
        return "%s", [self]


class Prepared:
    """`make` returns a QuerySet with `values_list`, in which a `Given` stands for what differs each time.

    Not for columns that Django converts itself, such as JSON: rows come as the database driver has them.
    """

    def __init__(self, make: Callable[[], QuerySet[Any, Any]]) -> None:
        self.make = make

    @cached_property
    def _sql(self) -> tuple[str, tuple[Any, ...]]:
        return self.make().query.sql_with_params()

    def rows(self, **given: Any) -> list[Any]:
        """The answer, a tuple for each row. 1 query."""
        return _answer(*self._sql, given)


class PreparedModels:
    """`make` returns a QuerySet of models, in which a `Given` stands for what differs each time.

    Instances come as from the QuerySet, as Django 5.2's `ModelIterable` makes them, but without annotations and
    prefetched relations.
    """

    def __init__(self, make: Callable[[], QuerySet[Any, Any]]) -> None:
        self.make = make

    @cached_property
    def _compiled(self) -> tuple[Any, str, tuple[Any, ...], dict[int, Any], slice, list[str], Any]:
        compiler = self.make().query.get_compiler(connection.alias)
        sql, parameters = compiler.as_sql()
        columns = compiler.klass_info["select_fields"]
        own = slice(columns[0], columns[-1] + 1)
        names = [column[0].target.attname for column in compiler.select[own]]
        converters = compiler.get_converters([column[0] for column in compiler.select])
        related = get_related_populators(compiler.klass_info, compiler.select, connection.alias)
        return compiler.klass_info["model"], sql, parameters, converters, own, names, related

    def rows(self, **given: Any) -> list[Any]:
        """The answer, a model instance for each row. 1 query."""
        model, sql, parameters, converters, own, names, related = self._compiled
        instances = []
        for row in map(list, _answer(sql, parameters, given)):
            for place, (functions, expression) in converters.items():
                for convert in functions:
                    row[place] = convert(row[place], expression, connection)
            instance = model.from_db(connection.alias, names, row[own])
            for populator in related:
                populator.populate(row, instance)
            instances.append(instance)
        return instances


def _answer(sql: str, parameters: tuple[Any, ...], given: dict[str, Any]) -> list[Any]:
    with connection.cursor() as cursor:
        cursor.execute(sql, [given[one.name] if isinstance(one, Given) else one for one in parameters])
        return cursor.fetchall()
