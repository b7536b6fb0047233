"""Databases beside the one in use, for tests and measurements: PostgreSQL makes one from a template in a moment."""

from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import quote, urlencode

from django.contrib.contenttypes.models import ContentType
from django.core.cache import cache
from django.db import connection, connections
from psycopg.sql import SQL, Identifier
from wagtail.models import Site


def run(statement: str, *names: str) -> None:
    """Run a statement about whole databases, from a connection to none of ours."""
    leave()
    with connection._nodb_cursor() as cursor:
        cursor.execute("SET statement_timeout = 0")  # a copy takes as long as the disk does
        cursor.execute(SQL(statement).format(*map(Identifier, names)))


def leave() -> None:
    """Close this thread's connections, and those that the pool keeps for all of them."""
    connections.close_all()
    connection.close_pool()  # type: ignore[attr-defined]  # django-stubs knows no pool


def exists(name: str) -> bool:
    with connection._nodb_cursor() as cursor:
        cursor.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name])
        return cursor.fetchone() is not None


def names(prefix: str) -> list[str]:
    """Of all databases whose name begins so."""
    with connection._nodb_cursor() as cursor:
        cursor.execute("SELECT datname FROM pg_database WHERE starts_with(datname, %s)", [prefix])
        return [name for (name,) in cursor.fetchall()]


def rename(name: str, to: str) -> None:
    """Give a database, which nobody may be using, another name."""
    run("ALTER DATABASE {} RENAME TO {}", name, to)


def copy(source: str, name: str) -> str:
    """Make the database `name` as `source` is now, in place of what had that name. Nobody may be using `source`."""
    drop(name)
    run("CREATE DATABASE {} TEMPLATE {}", name, source)
    return name


def create(name: str) -> str:
    """Make an empty database, in place of what had that name."""
    drop(name)
    run("CREATE DATABASE {}", name)
    return name


def drop(name: str) -> None:
    run("DROP DATABASE IF EXISTS {} WITH (FORCE)", name)  # a browser's last request may still be open


def url(database: str = "") -> str:
    """Where a database is, the one in use unless another is named, as a DATABASE_URL for another process."""
    settings = connection.settings_dict
    options = {key: value for key, value in settings["OPTIONS"].items() if key not in {"pool", "options"}}
    # The host in the query: one that is a socket's folder has no other place.
    query = urlencode(
        {**options, **{key.lower(): settings[key] for key in ("HOST", "PORT") if settings[key]}}
    )
    user, password, name = (
        quote(part or "", safe="")
        for part in (settings["USER"], settings["PASSWORD"], database or settings["NAME"])
    )
    return f"postgres://{user}:{password}@/{name}?{query}"


@contextmanager
def using(name: str) -> Iterator[None]:
    """Let every thread of this process work in the database `name` for a while."""
    settings = connection.settings_dict  # one dict for the connections of all threads
    before = settings["NAME"]
    leave()
    settings["NAME"] = name
    forget_what_was_read()
    try:
        yield
    finally:
        leave()
        settings["NAME"] = before
        forget_what_was_read()


def forget_what_was_read() -> None:
    """Numbers of rows that Django and Wagtail remember belong to one database."""
    ContentType.objects.clear_cache()
    Site.clear_site_root_paths_cache()
    cache.clear()
