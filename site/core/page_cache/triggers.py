"""Lets PostgreSQL tell every process what has changed: statement triggers that send the tags of changed rows.

They are written from `tags.follow` when migrations have run, in one transaction, and hold for whatever changes a row:
the ORM or SQL. What is rolled back is never sent, since NOTIFY is part of the transaction.
"""

import hashlib
from collections.abc import Iterable
from itertools import groupby
from typing import Any

from django.db import connection, transaction

from core.page_cache.tags import Source, sources

CHANNEL = "attune_changes"
PREFIX = "attune_follow_"
MOST_KEYS = 500  # sent one by one; more are sent as the kind alone
FINGERPRINT = f"{PREFIX}fingerprint"
INSTALLED = "installed "  # sent with the fingerprint

SEND = f"""
    SELECT array_agg(DISTINCT ({{key}})::text) INTO keys FROM ({{rows}}) AS r {{join}};
    IF cardinality(keys) > {MOST_KEYS} THEN
        PERFORM pg_notify('{CHANNEL}', '{{kind}}');
    ELSIF keys IS NOT NULL THEN
        PERFORM pg_notify('{CHANNEL}', '{{kind}}:' || one) FROM unnest(keys) AS one WHERE one IS NOT NULL;
    END IF;"""  # noqa: S608 - of names that we have written
SEND_KIND = f"""
    IF EXISTS ({{rows}}) THEN
        PERFORM pg_notify('{CHANNEL}', '{{kind}}');
    END IF;"""


def statements() -> list[str]:
    """The SQL that makes the triggers of all tables that are followed."""
    ordered = sorted(sources(), key=lambda source: source.table)
    return [
        sql for table, own in groupby(ordered, key=lambda source: source.table) for sql in _of(table, [*own])
    ]


def fingerprint() -> str:
    """What tells these triggers from those of another release."""
    return hashlib.sha256("\n".join(statements()).encode()).hexdigest()[:16]


def install() -> None:
    """Make the triggers, unless they are there already. Call it when all tables are there."""
    wanted = fingerprint()
    if installed() == wanted:
        return
    with transaction.atomic(), connection.cursor() as cursor:
        _drop(cursor)
        for sql in statements():
            cursor.execute(sql)
        cursor.execute(
            f"CREATE FUNCTION {FINGERPRINT}() RETURNS text LANGUAGE sql IMMUTABLE AS $$ SELECT '{wanted}' $$"
        )
        cursor.execute("SELECT pg_notify(%s, %s)", [CHANNEL, INSTALLED + wanted])


def uninstall() -> None:
    """Take the triggers away before migrations: they name columns, and tables that come back have none.

    Until they are there again, no process keeps anything.
    """
    with transaction.atomic(), connection.cursor() as cursor:
        if _drop(cursor):
            cursor.execute("SELECT pg_notify(%s, %s)", [CHANNEL, f"{INSTALLED}none"])


def _drop(cursor: Any) -> int:
    """Drop all functions of ours, with their triggers; how many it were."""
    cursor.execute(
        "SELECT proname FROM pg_proc WHERE starts_with(proname, %s) AND pronamespace = current_schema()::regnamespace",
        [PREFIX],
    )
    names = [name for (name,) in cursor.fetchall()]
    for name in names:
        cursor.execute(f'DROP FUNCTION "{name}"() CASCADE')
    return len(names)


def installed(ask: Any = None) -> str:
    """The fingerprint of the triggers that the database has; empty if it has none.

    `ask` is a psycopg connection; without one, Django's is asked.
    """
    cursor = ask.cursor() if ask else connection.cursor()
    with cursor:
        cursor.execute("SELECT 1 FROM pg_proc WHERE proname = %s", [FINGERPRINT])
        if not cursor.fetchone():
            return ""
        cursor.execute(f"SELECT {FINGERPRINT}()")
        return str(cursor.fetchone()[0])


def _of(table: str, own: Iterable[Source]) -> list[str]:
    own = list(own)
    name = f"{PREFIX}{table}"[:63]
    body = {
        "INSERT": "".join(_send(source, "SELECT * FROM new_rows") for source in own),
        "DELETE": "".join(_send(source, "SELECT * FROM old_rows") for source in own),
        "UPDATE": "".join(_send(source, _changed(source)) for source in own),
        "TRUNCATE": "".join(f"\n    PERFORM pg_notify('{CHANNEL}', '{source.kind}');" for source in own),
    }
    branches = "".join(f"\nIF TG_OP = '{event}' THEN{sends}\nEND IF;" for event, sends in body.items())
    function = (
        f'CREATE FUNCTION "{name}"() RETURNS trigger LANGUAGE plpgsql AS $follow$\n'
        f"DECLARE keys text[];\nBEGIN{branches}\nRETURN NULL;\nEND $follow$"
    )
    tables = {"INSERT": "NEW TABLE AS new_rows", "DELETE": "OLD TABLE AS old_rows"}
    tables["UPDATE"] = f"{tables['DELETE']} {tables['INSERT']}"
    return [
        function,
        *(
            f'CREATE TRIGGER "{PREFIX}{event.lower()}" AFTER {event} ON "{table}" '
            + (f"REFERENCING {tables[event]} " if event in tables else "")
            + f'FOR EACH STATEMENT EXECUTE FUNCTION "{name}"()'
            for event in body
        ),
        # Also where a restore or a replica has triggers off.
        *(f'ALTER TABLE "{table}" ENABLE ALWAYS TRIGGER "{PREFIX}{event.lower()}"' for event in body),
    ]


def _send(source: Source, rows: str) -> str:
    return (SEND if source.key else SEND_KIND).format(
        kind=source.kind, key=source.key, join=source.join, rows=rows
    )


def _changed(source: Source) -> str:
    """The rows before and after an update that changed something which counts."""
    same = " AND ".join(f'o."{column}" = n."{column}"' for column in source.primary_key)
    before, after = (", ".join(f'{side}."{column}"' for column in source.columns) for side in "on")
    pairs = (
        f"old_rows AS o FULL JOIN new_rows AS n ON {same} WHERE ROW({before}) IS DISTINCT FROM ROW({after})"
    )
    missing = " AND ".join(f'o."{column}" IS NULL' for column in source.primary_key)
    gone = missing.replace('o."', 'n."')
    return f"SELECT o.* FROM {pairs} AND NOT ({missing}) UNION ALL SELECT n.* FROM {pairs} AND NOT ({gone})"  # noqa: S608
