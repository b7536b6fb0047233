"""How the database is reached."""

from typing import Any
from urllib.parse import urlsplit

import dj_database_url
import psycopg
from psycopg.conninfo import make_conninfo

from config.settings.environment import SettingsError, env

MEANT = (
    "DATABASE_URL must be postgres://user:password@host:5432/name, PostgreSQL 15 or newer. Whatever isn’t a letter or "
    "figure in the user and the password is written as % with two figures: @ is %40, / is %2F."
)


def try_again(pool: Any) -> None:
    """Let a psycopg_pool.ConnectionPool that has given up to connect begin anew, once a second."""
    pool.check()


def database(url: str) -> dict[str, Any]:
    """Django's settings for the database at a `postgres://` URL, with psycopg's connection pool.

    Raises SettingsError if it means nothing.
    """
    try:
        parsed: dict[str, Any] = dict(dj_database_url.parse(url))
    except ValueError:
        raise SettingsError(MEANT) from None
    # A / or # in the password ends the host: what is left of it stands in the name, or there is none.
    is_cut = not parsed["NAME"] or set("/@") & set(parsed["NAME"]) or urlsplit(url).fragment
    if parsed["ENGINE"] != "django.db.backends.postgresql" or is_cut:
        raise SettingsError(MEANT)
    try:
        make_conninfo(**parsed.get("OPTIONS", {}))
    except psycopg.ProgrammingError:
        raise SettingsError(
            "DATABASE_URL has something after its ? that is no setting of a connection to PostgreSQL."
        ) from None
    parsed["CONN_MAX_AGE"] = 0
    parsed["CONN_HEALTH_CHECKS"] = (
        True  # after a restart of PostgreSQL the pool hands out no dead connections
    )
    options = parsed.get("OPTIONS", {})
    parsed["HOST"] = options.pop("host", parsed["HOST"])  # a socket's folder; `dbshell` looks for it here
    parsed["PORT"] = options.pop("port", parsed["PORT"])
    parsed["OPTIONS"] = {
        # Seconds until a server that doesn't answer counts as away.
        "connect_timeout": 3,
        "tcp_user_timeout": 5000,  # milliseconds
        **options,
        # Each thread has a connection. Where there are fewer, or no database, a few wait for one and the others hear
        # at once that they must try again.
        "pool": {
            "min_size": 1,
            "max_size": env.number("DATABASE_POOL_SIZE", default=20, least=1),
            "timeout": 2,  # seconds
            "max_waiting": 4,
            # The pool would wait longer and longer between its tries, and the site be away for a minute after its
            # database is back; and it would give up after five, for good: who waits in vain stays in its queue, which
            # is full then, and only those who get into it let the pool grow.
            "reconnect_timeout": 2,
            "reconnect_failed": try_again,
        },
        # jit costs 70 ms on the short queries of this site and never pays, and starting parallel workers takes
        # longer than they save (docs/performance.md). Names with two letters swapped are alike by a half.
        "options": "-c jit=off -c max_parallel_workers_per_gather=0 -c statement_timeout=30000 -c lock_timeout=2000 "
        "-c pg_trgm.word_similarity_threshold=0.5",
    }
    return parsed


DATABASES: dict[str, dict[str, Any]] = {}  # set by each environment

DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
