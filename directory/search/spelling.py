"""The words that several specialists use, by which mistakes in others are forgiven.

Read anew once a day by the worker, and by `rebuild_directory`. A word that only one or two people use isn't kept: it
could say who they are, and outlive them here.
"""

from collections.abc import Sequence
from difflib import get_close_matches

from django.conf import settings
from django.db import connection, transaction
from psycopg import sql

from core.search.words import SHORTEST_STEM, configuration
from directory.models.search import SearchWord

FEWEST = 3  # people who use a word
CANDIDATES = 20  # those that share most trigrams with a mistaken word
ALIKE = 0.8  # as difflib counts it, which two letters swapped disturb less than trigrams
MOST = 3  # words that one mistaken word may mean


@transaction.atomic
def rebuild_spelling() -> int:
    """Read the words of all texts anew. Returns how many there are. Seconds at 100,000 specialists."""
    SearchWord.objects.all().delete()
    count = 0
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL statement_timeout = 0")
        for language, _name in settings.LANGUAGES:
            # ts_stat takes its query as a text. Names, which have the weight A, are left out.
            texts = sql.SQL("SELECT words FROM directory_searchtext WHERE language = {}").format(language)
            cursor.execute(
                """
                INSERT INTO directory_searchword (language, word)
                SELECT %s, word FROM ts_stat(%s, 'bc') WHERE ndoc >= %s AND length(word) BETWEEN %s AND 40
                """,
                [language, texts.as_string(None), FEWEST, SHORTEST_STEM + 1],
            )
            count += cursor.rowcount
    return count


def spelled_alike(words: Sequence[str], language: str) -> list[str]:
    """The words as `to_tsquery` takes them, with each that nobody uses exchanged for the few most like it.

    Empty if none was exchanged, or if one is unknown and like no other. 1 query.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT asked.raw, EXISTS (
                SELECT 1 FROM directory_searchtext WHERE language = %(language)s AND words @@ asked.query
            ), ARRAY(
                SELECT word FROM directory_searchword
                WHERE language = %(language)s AND word %% asked.lexeme
                ORDER BY similarity(word, asked.lexeme) DESC, word LIMIT %(candidates)s
            ), asked.lexeme
            FROM (
                SELECT number, raw, stem || to_tsquery('simple', raw) AS query,
                    trim(both chr(39) from stem::text) AS lexeme
                FROM unnest(%(words)s::text[]) WITH ORDINALITY AS typed (raw, number),
                    to_tsquery(%(configuration)s::regconfig, raw) AS stem
                WHERE numnode(stem) > 0
            ) AS asked ORDER BY asked.number
            """,
            {
                "words": list(words),
                "language": language,
                "configuration": configuration(language),
                "candidates": CANDIDATES,
            },
        )
        spellings = [
            (raw, is_used, get_close_matches(lexeme, near, n=MOST, cutoff=ALIKE))
            for raw, is_used, near, lexeme in cursor.fetchall()
        ]
    if all(is_used for _raw, is_used, _near in spellings) or not all(
        is_used or near for _raw, is_used, near in spellings
    ):
        return []
    return [raw if is_used else " | ".join(near) for raw, is_used, near in spellings]
