"""The words of each listed specialist in each language, as PostgreSQL searches them."""

from collections.abc import Iterator
from typing import Any

from django.db import connection

from core.search.words import configuration
from directory.index.contents import RowContents

VECTORS = """
    SELECT specialist_id, language, page_id,
        setweight(to_tsvector('simple', name), 'A')
        || setweight(to_tsvector(configuration::regconfig, facts), 'B')
        || setweight(to_tsvector(configuration::regconfig, words), 'C') AS words
    FROM unnest(%s::bigint[], %s::text[], %s::bigint[], %s::text[], %s::text[], %s::text[], %s::text[])
        AS told (specialist_id, language, page_id, configuration, name, facts, words)
"""


def _columns(contents: dict[int, RowContents]) -> list[list[Any]]:
    rows = [
        (pk, language, text.page_id, configuration(language), text.name, text.facts, text.words)
        for pk, own in contents.items()
        for language, text in own.texts.items()
    ]
    return [list(column) for column in zip(*rows, strict=True)]


def write_texts(contents: dict[int, RowContents]) -> None:
    if not contents:
        return
    with connection.cursor() as cursor:
        cursor.execute(
            f"""
            INSERT INTO directory_searchtext AS kept (specialist_id, language, page_id, words) {VECTORS}
            ON CONFLICT (specialist_id, language) DO UPDATE
            SET page_id = excluded.page_id, words = excluded.words
            WHERE (kept.page_id, kept.words) IS DISTINCT FROM (excluded.page_id, excluded.words)
            """,
            _columns(contents),
        )


def wrong_texts(contents: dict[int, RowContents]) -> Iterator[str]:
    if not contents:
        return
    with connection.cursor() as cursor:
        cursor.execute(
            f"""
            SELECT must.specialist_id, must.language FROM ({VECTORS}) AS must
            LEFT JOIN directory_searchtext AS kept USING (specialist_id, language)
            WHERE (kept.page_id, kept.words) IS DISTINCT FROM (must.page_id, must.words)
            ORDER BY 1, 2
            """,
            _columns(contents),
        )
        for pk, language in cursor.fetchall():
            yield f"Specialist {pk}: the words in {language} aren't those of the page."
