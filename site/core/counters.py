"""The cache "limits": what is counted for all processes together, in a table of the database."""

import base64
import pickle
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

from django.core.cache.backends.base import DEFAULT_TIMEOUT
from django.core.cache.backends.db import DatabaseCache
from django.db import DatabaseError, OperationalError, connections, router, transaction
from django.utils import timezone


class CountersAway(OperationalError):
    """Nothing can be counted at the moment: people are asked to come back, and not told that they were too many."""


@contextmanager
def saying_so() -> Iterator[None]:
    """Raises CountersAway for whatever the database says."""
    try:
        yield
    except DatabaseError as error:
        raise CountersAway(*error.args) from error


class Counters(DatabaseCache):
    """Django's DatabaseCache, which says so when it can't count.

    Django's takes every error of the database for "somebody else was quicker": a counter that is away would refuse
    people, and tell them that they had tried too often. It also counts the whole table at each write, to throw away
    what is too much; here what has expired goes by the hour (accounts.periodic).
    """

    def _base_set(self, mode: str, key: str, value: Any, timeout: Any = DEFAULT_TIMEOUT) -> bool:
        seconds = self.get_backend_timeout(timeout)
        expires = (
            datetime.max.replace(tzinfo=UTC) if seconds is None else datetime.fromtimestamp(seconds, UTC)
        )
        with self._changing() as (cursor, table):
            if mode == "touch":
                cursor.execute(f"UPDATE {table} SET expires = %s WHERE cache_key = %s", [expires, key])  # noqa: S608
                return bool(cursor.rowcount)
            cursor.execute(
                f"INSERT INTO {table} (cache_key, value, expires) VALUES (%s, %s, %s)"  # noqa: S608 - our own name
                " ON CONFLICT (cache_key) DO UPDATE SET value = excluded.value, expires = excluded.expires"
                + (f" WHERE {table}.expires < %s" if mode == "add" else ""),
                [key, _packed(value), expires, *([timezone.now()] if mode == "add" else [])],
            )
            return bool(cursor.rowcount)

    def hit(self, key: str, *, most: int, seconds: float, now: datetime) -> float:
        """Count one more under `key`, unless there were `most` in the `seconds` before `now`.

        Returns for how many seconds that one is too many: 0 if it was counted. Whoever counts the same waits for two
        statements; in a transaction, for its end, and its rollback takes the count back.
        """
        key, until = self.make_and_validate_key(key), now + timedelta(seconds=seconds)
        with self._changing() as (cursor, table):
            # Makes the row or locks it: two at once count one after the other.
            cursor.execute(
                f"INSERT INTO {table} (cache_key, value, expires) VALUES (%s, %s, %s)"  # noqa: S608 - our own name
                f" ON CONFLICT (cache_key) DO UPDATE SET expires = {table}.expires RETURNING value",
                [key, _packed([]), until],
            )
            hits = [one for one in _unpacked(cursor.fetchone()[0]) if one > now.timestamp() - seconds]
            if len(hits) >= most:
                return max(float(hits[most - 1] + seconds - now.timestamp()), 1.0)
            cursor.execute(
                f"UPDATE {table} SET value = %s, expires = %s WHERE cache_key = %s",  # noqa: S608 - our own name
                [_packed([now.timestamp(), *hits]), until, key],
            )
        return 0.0

    def take_back(self, key: str, moment: datetime) -> None:
        """Take the hit back that was counted at `moment`."""
        key = self.make_and_validate_key(key)
        with self._changing() as (cursor, table):
            cursor.execute(
                f"UPDATE {table} SET expires = expires WHERE cache_key = %s RETURNING value",  # noqa: S608
                [key],
            )
            row = cursor.fetchone()
            hits = _unpacked(row[0]) if row else []
            if moment.timestamp() in hits:
                hits.remove(moment.timestamp())
                cursor.execute(f"UPDATE {table} SET value = %s WHERE cache_key = %s", [_packed(hits), key])  # noqa: S608

    def get_many(self, keys: Any, version: int | None = None) -> dict[str, Any]:
        with saying_so():
            return super().get_many(keys, version)

    def _base_delete_many(self, keys: Any) -> bool:
        with saying_so():
            return bool(super()._base_delete_many(keys))  # type: ignore[misc]  # django-stubs leaves it out

    @contextmanager
    def _changing(self) -> Iterator[tuple[Any, str]]:
        """A cursor and the table's name, in a transaction of its own or in that of the request."""
        connection = connections[router.db_for_write(self.cache_model_class)]
        with saying_so(), transaction.atomic(using=connection.alias), connection.cursor() as cursor:
            yield cursor, str(connection.ops.quote_name(self._table))  # type: ignore[attr-defined]  # as above


def _packed(value: Any) -> str:
    """As DatabaseCache writes it, which reads it."""
    return base64.b64encode(pickle.dumps(value, pickle.HIGHEST_PROTOCOL)).decode("latin1")


def _unpacked(text: str) -> Any:
    return pickle.loads(base64.b64decode(text.encode()))  # noqa: S301 - our own table, as DatabaseCache reads it
