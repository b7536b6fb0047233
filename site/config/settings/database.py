"""How the database is reached."""

from typing import Any

import dj_database_url
from django.core.exceptions import ImproperlyConfigured

from config.settings.environment import env


def database(url: str) -> dict[str, Any]:
    """Django's settings for the database at a `postgres://` URL, with psycopg's connection pool."""
    parsed: dict[str, Any] = dict(dj_database_url.parse(url))
    if parsed["ENGINE"] != "django.db.backends.postgresql":
        raise ImproperlyConfigured(
            "DATABASE_URL must be a postgres:// URL: the project needs PostgreSQL 15 or newer."
        )
    parsed["CONN_MAX_AGE"] = 0
    parsed["CONN_HEALTH_CHECKS"] = (
        True  # after a restart of PostgreSQL the pool hands out no dead connections
    )
    options = parsed.get("OPTIONS", {})
    parsed["HOST"] = options.pop("host", parsed["HOST"])  # a socket's folder; `dbshell` looks for it here
    parsed["PORT"] = options.pop("port", parsed["PORT"])
    parsed["OPTIONS"] = {
        **options,
        # Each thread has a connection. Where there are fewer, or no database, a few wait for one and the others hear
        # at once that they must try again.
        "pool": {
            "min_size": 1,
            "max_size": env.int("DATABASE_POOL_SIZE", default=20),
            "timeout": 2,  # seconds
            "max_waiting": 4,
        },
        # jit costs 70 ms on the short queries of this site and never pays, and starting parallel workers takes
        # longer than they save (docs/performance.md). Names with two letters swapped are alike by a half.
        "options": "-c jit=off -c max_parallel_workers_per_gather=0 -c statement_timeout=30000 -c lock_timeout=2000 "
        "-c pg_trgm.word_similarity_threshold=0.5",
    }
    return parsed


DATABASES: dict[str, dict[str, Any]] = {}  # set by each environment

DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
