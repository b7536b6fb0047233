"""Writing the rows. Whoever changes what they are made from calls `rebuild` in the same transaction."""

from collections.abc import Collection, Iterable, Iterator
from datetime import datetime

from django.db import connection, transaction
from django.utils import timezone

from directory import ports
from directory.index.contents import read_contents, time_fields
from directory.index.locks import lock, lock_bits, lock_rows
from directory.index.texts import write_texts
from directory.models import SearchRow, SearchText, Specialist
from directory.search.facets import SOON, numbers
from directory.times import PARTS, FreeTimes

BATCH = 500
CONTENT_COLUMNS = ["facets", "name", "name_key", "price", "confirmed_on", "reply_minutes"]
TIME_COLUMNS = ["soon", "next_slot_at", "upcoming", "advance_at", "stale_at"]


def rebuild(specialist_ids: Iterable[int], *, now: datetime | None = None) -> None:
    """Write the rows of these specialists anew, and take away those of whoever isn't listed. Idempotent.

    Everything that a row is made from is read after all of it has been locked: of two rebuilds, the later one has
    seen what the earlier one saw. A caller that has changed a record calls it inside of `edit_specialist` of the ports,
    which locks the schedule first. Not for two lots of people in one transaction: the second lot's locks would come
    out of order.
    """
    ids = sorted(set(specialist_ids))
    with transaction.atomic():
        lock(ids)
        lock_rows(ids)
        contents = read_contents(ids, now=now or timezone.now())
        lock_bits(ids)  # taking rows away and writing others fires a trigger each
        gone = [pk for pk in ids if pk not in contents]
        SearchText.objects.filter(specialist__in=gone).delete()
        SearchRow.objects.filter(pk__in=gone).delete()
        SearchRow.objects.bulk_create(
            [one.row for one in contents.values()],
            update_conflicts=True,
            unique_fields=["specialist"],
            update_fields=[*CONTENT_COLUMNS, *TIME_COLUMNS],
        )
        write_texts(contents)


def write_times(times: dict[int, FreeTimes]) -> None:
    """Keep these free times in the rows; whoever isn't listed has none. The schedules are locked by the caller."""
    with transaction.atomic():
        if len(times) > 1:  # one row's UPDATE and its trigger lock in order by themselves
            lock_rows(times)
        option_numbers = numbers((SOON, part) for part in PARTS)
        if len(times) > 1:
            lock_bits(times)
        for pk, times_of_one in sorted(times.items()):
            SearchRow.objects.filter(pk=pk).update(**time_fields(times_of_one, option_numbers))


def write_replies(specialist_ids: Collection[int]) -> None:
    """Keep how long these specialists' answers take. No option follows from that, so no bits are locked."""
    replies = ports.booking().reply_minutes(specialist_ids)
    for pk in sorted(specialist_ids):
        SearchRow.objects.filter(pk=pk).update(reply_minutes=replies.get(pk))


def advance(*, now: datetime) -> int:
    """Let first times that can't be booked any more give way to the next ones. Returns how many rows moved on.

    In the database alone: what the next ones are is known. Rows that somebody else is writing are left to them, and
    no option changes: it waits for nobody.
    """
    done = 0
    with connection.cursor() as cursor:
        while True:
            cursor.execute(
                """
                UPDATE directory_searchrow AS row
                SET upcoming = row.upcoming[2:], next_slot_at = row.upcoming[2],
                    advance_at = row.advance_at + (row.upcoming[2] - row.upcoming[1])
                FROM (
                    SELECT specialist_id FROM directory_searchrow
                    WHERE advance_at < %s AND cardinality(upcoming) > 1
                    ORDER BY specialist_id FOR NO KEY UPDATE SKIP LOCKED
                ) AS due
                WHERE row.specialist_id = due.specialist_id
                """,
                [now],
            )
            if not cursor.rowcount:
                return done
            done += cursor.rowcount


def batches(*, after: int = 0) -> Iterator[list[int]]:
    """The numbers of all specialists, some hundreds at a time."""
    while True:
        ids = list(
            Specialist.objects.filter(pk__gt=after).order_by("pk").values_list("pk", flat=True)[:BATCH]
        )
        if not ids:
            return
        yield ids
        after = ids[-1]
