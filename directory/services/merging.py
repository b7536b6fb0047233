"""What follows when two terms are merged (core.merging.terms)."""

from functools import partial

from django.db import connection, transaction

from core.models import Term
from directory.search.facets import numbers
from directory.tasks import rebuild_described_by
from directory.terms import kind_of


def follow_merge(*, gone: Term, kept: Term) -> None:
    """Let the filter by the term that stays find those who had the other at once, and text search soon.

    One statement exchanges the option's number; the trigger keeps the bits. The rows are locked by number and their
    bits after that, as everybody does (rows.lock), and no schedule. It takes a quarter of a second for 1,500 people, 12
    seconds for 100,000: bookings with one of them wait for the end of the merge, or are asked to try again.

    The words are written by the worker: until it has been there, some 500 people a second, text search knows these
    people by the name of the term that is gone. Raises UnknownKind for terms that nobody is described by.
    """
    kind = kind_of(type(kept))
    option_numbers = numbers([(kind.name, gone.slug), (kind.name, kept.slug)])
    old, new = option_numbers[kind.name, gone.slug], option_numbers[kind.name, kept.slug]
    with connection.cursor() as cursor:
        cursor.execute(
            """
            UPDATE directory_searchrow AS row
            SET facets = ARRAY(
                SELECT DISTINCT option FROM unnest(array_replace(row.facets, %s, %s)) AS option ORDER BY option
            )
            FROM (
                SELECT specialist_id FROM directory_searchrow WHERE facets @> ARRAY[%s]
                ORDER BY specialist_id FOR NO KEY UPDATE
            ) AS mine
            WHERE row.specialist_id = mine.specialist_id
            """,
            [old, new, old],
        )
    transaction.on_commit(partial(rebuild_described_by.enqueue, {kind.relation: [kept.pk]}))
