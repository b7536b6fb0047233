"""Questions to the database whose SQL the ORM writes once in a process, not each time they are asked.

Writing it takes the ORM longer than PostgreSQL needs to answer: 1 to 3 ms for the joins of a page, and making model
instances of rows as much again. What every page asks is prepared; everything else stays a QuerySet.
"""

from collections.abc import Callable
from functools import cached_property
from typing import Any

from django.db import connection
from django.db.models import Expression, Field, QuerySet


class Given(Expression):
    """What is given when a prepared question is asked, where its QuerySet has a value. Not for `__in`: see `AnyOf`."""

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
        sql, parameters = self._sql
        with connection.cursor() as cursor:
            cursor.execute(sql, [given[one.name] if isinstance(one, Given) else one for one in parameters])
            return cursor.fetchall()
