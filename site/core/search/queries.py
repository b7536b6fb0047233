"""Words as one query of PostgreSQL's."""

from collections.abc import Sequence
from typing import Any

from django.contrib.postgres.search import SearchQuery
from django.db import connection, models
from psycopg import sql

from core.search.words import configuration


class ParsedQuery(SearchQuery):
    """A query that PostgreSQL has parsed already: ranking would parse it again for every row."""

    def __init__(self, text: str) -> None:
        super().__init__(text)
        self.text = text

    def as_sql(self, compiler: Any, connection: Any, *args: Any, **kwargs: Any) -> tuple[str, list[Any]]:
        return "%s::tsquery", [self.text]


def parsed(
    words: Sequence[str], language: str, operator: str = " & ", *, texts: type[models.Model]
) -> ParsedQuery | None:
    """The query for all of the words, each as `to_tsquery` takes it, or for any (` | `); None if no text fits it.

    `texts` has a row for each text, with its `language` and its `words` as PostgreSQL searches them. 1 query.
    """
    if not words:
        return None
    with connection.cursor() as cursor:
        cursor.execute(
            sql.SQL(
                """
                WITH word AS (
                    -- Names are kept as they are, without a stem: hence the second one.
                    SELECT number, to_tsquery(%(configuration)s::regconfig, raw) AS stem,
                        to_tsquery('simple', raw) AS plain
                    FROM unnest(%(words)s::text[]) WITH ORDINALITY AS asked (raw, number)
                ), parsed AS (
                    -- Words such as *the* have no stem and are left out, unless there is nothing else.
                    SELECT coalesce(
                        string_agg('(' || (stem || plain)::text || ')', %(operator)s ORDER BY number)
                            FILTER (WHERE numnode(stem) > 0),
                        string_agg('(' || plain::text || ')', %(operator)s ORDER BY number)
                    )::tsquery AS query
                    FROM word
                )
                SELECT parsed.query::text, EXISTS (
                    SELECT 1 FROM {texts} WHERE language = %(language)s AND words @@ parsed.query
                ) FROM parsed
                """
            ).format(texts=sql.Identifier(texts._meta.db_table)),
            {
                "configuration": configuration(language),
                "words": list(words),
                "operator": operator,
                "language": language,
            },
        )
        text, fits_something = cursor.fetchone()
    return ParsedQuery(text) if fits_something else None
