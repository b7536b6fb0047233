"""A bit for each listed specialist and option, by which options are counted: kept by triggers, checked here."""

from django.db import connection, transaction

from directory.index.locks import lock_bits
from directory.models.bits import CHUNK


def rebuild_bits(chunk: int) -> None:
    """Count one chunk of the bits again from the rows, while nobody else changes them."""
    with transaction.atomic(), connection.cursor() as cursor:
        lock_bits([chunk * CHUNK])
        cursor.execute("DELETE FROM directory_optionbits WHERE chunk = %s", [chunk])
        cursor.execute(
            f"INSERT INTO directory_optionbits (option_id, chunk, bits) {TRUE_BITS}", [chunk, chunk]
        )


TRUE_BITS = f"""
    SELECT option_id, (specialist_id / {CHUNK})::int,
        bit_or(set_bit(0::bit({CHUNK}), (specialist_id %% {CHUNK})::int, 1))
    FROM directory_searchrow, unnest(facets || soon) AS option_id
    WHERE specialist_id >= %s::bigint * {CHUNK} AND specialist_id < (%s::bigint + 1) * {CHUNK}
    GROUP BY 1, 2
"""


def chunks() -> list[int]:
    """The chunks that any row or bit string is in."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT DISTINCT (specialist_id / {CHUNK})::int FROM directory_searchrow "
            "UNION SELECT DISTINCT chunk FROM directory_optionbits ORDER BY 1"
        )
        return [chunk for (chunk,) in cursor.fetchall()]


def wrong_bits(chunk: int) -> list[int]:
    """The options whose bits in one chunk aren't what the rows say."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"""
            SELECT option_id FROM ({TRUE_BITS}) AS must (option_id, chunk, bits)
            FULL JOIN (SELECT * FROM directory_optionbits WHERE chunk = %s) AS kept USING (option_id)
            WHERE coalesce(must.bits, 0::bit({CHUNK})) <> coalesce(kept.bits, 0::bit({CHUNK}))
            """,
            [chunk, chunk, chunk],
        )
        return [option for (option,) in cursor.fetchall()]
