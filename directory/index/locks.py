"""The one order in which everybody locks what the rows are made from, and the rows."""

from collections.abc import Collection

from django.db import connection

from directory import ports
from directory.models.bits import CHUNK, LOCK
from directory.models.search import SearchRow
from directory.models.specialists import Specialist


def lock(specialist_ids: Collection[int]) -> None:
    """Let nobody else change these specialists, or book with them, until the commit.

    Everybody locks in one order, so that nobody waits in a circle: schedules, records, rows, and last the bits of a
    chunk, which a row's trigger locks. Of each kind, all that a transaction needs at once, by number.
    """
    ports.booking().lock_hours(specialist_ids)
    records = Specialist.objects.select_for_update(no_key=True).filter(pk__in=specialist_ids)
    list(records.order_by("pk").values("pk"))


def lock_rows(specialist_ids: Collection[int]) -> None:
    found = SearchRow.objects.select_for_update(no_key=True).filter(pk__in=specialist_ids)
    list(found.order_by("pk").values("pk"))


def lock_bits(specialist_ids: Collection[int]) -> None:
    touched = sorted({pk // CHUNK for pk in specialist_ids})
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {LOCK} FROM unnest(%s::int[]) AS chunk", [touched])
