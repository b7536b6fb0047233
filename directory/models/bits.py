"""A bit for each listed specialist and option (OptionBits), by which options are counted: triggers of the rows keep it.

The chunks' locks come first and in their order, so that two writers never wait for each other.
"""

from pgtrigger import After, Delete, Insert, Referencing, Statement, Trigger, Update

CHUNK = 2048  # specialists in one bit string
LOCK = "pg_advisory_xact_lock(hashtext('directory_optionbits'), chunk)"  # until the commit

LOCK_ALL = f"""
    PERFORM {LOCK} FROM (
        SELECT DISTINCT (specialist / {CHUNK})::int AS chunk FROM unnest(specialists) AS specialist ORDER BY 1
    ) AS touched;
"""
# Of pairs of a specialist and an option, in two arrays: a bit string for each option and chunk.
MASKS = f"""
    SELECT option, (specialist / {CHUNK})::int AS chunk,
        bit_or(set_bit(0::bit({CHUNK}), (specialist % {CHUNK})::int, 1)) AS bits
    FROM unnest(specialists, options) AS pair (specialist, option) GROUP BY 1, 2
"""
ON = f"""
    {LOCK_ALL}
    INSERT INTO directory_optionbits AS kept (option_id, chunk, bits) {MASKS}
    ON CONFLICT (option_id, chunk) DO UPDATE SET bits = kept.bits | excluded.bits;
"""
OFF = f"""
    {LOCK_ALL}
    UPDATE directory_optionbits AS kept SET bits = kept.bits & ~ mask.bits FROM ({MASKS}) AS mask
    WHERE kept.option_id = mask.option AND kept.chunk = mask.chunk;
"""
# Rows whose options have changed: those that `was` had and `become` hasn't, or the other way round.
DIFFERENT = "(was.facets, was.soon) IS DISTINCT FROM (become.facets, become.soon)"
CHANGED = f"""
    SELECT array_agg(%(row)s.specialist_id), array_agg(option) INTO specialists, options
    FROM old_rows AS was JOIN new_rows AS become USING (specialist_id), unnest(%(row)s.facets || %(row)s.soon) AS option
    WHERE {DIFFERENT} AND option <> ALL (%(other)s.facets || %(other)s.soon);
"""
PAIRS = [("specialists", "bigint[]"), ("options", "integer[]")]


def _all(table: str) -> str:
    return f"""
        SELECT array_agg(specialist_id), array_agg(option) INTO specialists, options
        FROM {table}, unnest(facets || soon) AS option;
    """


TRIGGERS = [
    Trigger(
        name="rows_added",
        level=Statement,
        when=After,
        operation=Insert,
        referencing=Referencing(new="new_rows"),
        declare=PAIRS,
        func=f"{_all('new_rows')} {ON} RETURN NULL;",
    ),
    Trigger(
        name="rows_removed",
        level=Statement,
        when=After,
        operation=Delete,
        referencing=Referencing(old="old_rows"),
        declare=PAIRS,
        func=f"{_all('old_rows')} {OFF} RETURN NULL;",
    ),
    # Locks all chunks whose bits it changes before it touches any: of options switched off and switched on together.
    Trigger(
        name="rows_changed",
        level=Statement,
        when=After,
        operation=Update,
        referencing=Referencing(old="old_rows", new="new_rows"),
        declare=PAIRS,
        func=f"""
            PERFORM {LOCK} FROM (
                SELECT DISTINCT (specialist_id / {CHUNK})::int AS chunk
                FROM old_rows AS was JOIN new_rows AS become USING (specialist_id) WHERE {DIFFERENT} ORDER BY 1
            ) AS touched;
            {CHANGED % {"row": "was", "other": "become"}}
            IF specialists IS NOT NULL THEN
                {OFF}
            END IF;
            {CHANGED % {"row": "become", "other": "was"}}
            IF specialists IS NOT NULL THEN
                {ON}
            END IF;
            RETURN NULL;
        """,
    ),
]
