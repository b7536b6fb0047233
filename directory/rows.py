"""The rows that the directory searches, made from what they are made from: records, pages, terms and free times.

Whoever changes one of those calls `rebuild` in the same transaction. Calling it once too often does no harm.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from django.conf import settings
from django.contrib.postgres.expressions import ArraySubquery
from django.db import connection, transaction
from django.db.models import OuterRef
from django.utils import timezone

from core.html import plain_text
from core.models import Topic
from core.models.pages import unrestricted
from directory import seams
from directory.models import (
    CHUNK,
    ClientGroup,
    Method,
    Place,
    Profession,
    SearchRow,
    SearchText,
    Specialist,
    SpecialistPage,
)
from directory.search.options import SOON, facts_of, numbers, own_price
from directory.search.words import ARABIC, configuration, consonants, folded, latin, prepared, sounds
from directory.times import PARTS, Times

BATCH = 500
FACTS = ["facets", "name", "name_key", "price", "confirmed_on", "reply_minutes"]
OVERDUE = timedelta(hours=1)  # what waits longer than that for the worker is wrong
TIMES = ["soon", "next_slot_at", "upcoming", "advance_at", "stale_at"]


@dataclass
class Text:
    """What one language's row says: which page is shown, and the three weights of its words."""

    page_id: int
    name: str
    facts: str
    words: str


@dataclass
class Listed:
    """All that stands in the rows of one listed specialist."""

    row: SearchRow
    texts: dict[str, Text] = field(default_factory=dict)


def rebuild(specialist_ids: Iterable[int], *, now: datetime | None = None) -> None:
    """Write the rows of these specialists anew, and take away those of whoever isn't listed. Idempotent.

    Everything that a row is made from is read after all of it has been locked: of two rebuilds, the later one has
    seen what the earlier one saw. A caller that has changed a record calls it inside of `seams.edit_specialist`, which
    locks the schedule first. Not for two lots of people in one transaction: the second lot's locks would come out of
    order.
    """
    ids = sorted(set(specialist_ids))
    with transaction.atomic():
        lock(ids)
        _lock_rows(ids)
        found = listed(ids, now=now or timezone.now())
        _lock_bits(ids)  # taking rows away and writing others fires a trigger each
        gone = [pk for pk in ids if pk not in found]
        SearchText.objects.filter(specialist__in=gone).delete()
        SearchRow.objects.filter(pk__in=gone).delete()
        SearchRow.objects.bulk_create(
            [one.row for one in found.values()],
            update_conflicts=True,
            unique_fields=["specialist"],
            update_fields=[*FACTS, *TIMES],
        )
        _write_texts(found)


def lock(specialist_ids: Collection[int]) -> None:
    """Let nobody else change these specialists, or book with them, until the commit.

    Everybody locks in one order, so that nobody waits in a circle: schedules, records, rows, and last the bits of a
    chunk, which a row's trigger locks. Of each kind, all that a transaction needs at once, by number.
    """
    seams.lock_hours(specialist_ids)
    records = Specialist.objects.select_for_update(no_key=True).filter(pk__in=specialist_ids)
    list(records.order_by("pk").values("pk"))


def _lock_rows(specialist_ids: Collection[int]) -> None:
    found = SearchRow.objects.select_for_update(no_key=True).filter(pk__in=specialist_ids)
    list(found.order_by("pk").values("pk"))


def _lock_bits(specialist_ids: Collection[int]) -> None:
    touched = sorted({pk // CHUNK for pk in specialist_ids})
    with connection.cursor() as cursor:
        cursor.execute("SELECT directory_lock_bits(chunk) FROM unnest(%s::int[]) AS chunk", [touched])


def write_times(times: dict[int, Times]) -> None:
    """Keep these free times in the rows; whoever isn't listed has none. The schedules are locked by the caller."""
    with transaction.atomic():
        if len(times) > 1:  # one row's UPDATE and its trigger lock in order by themselves
            _lock_rows(times)
        known = numbers((SOON, part) for part in PARTS)
        if len(times) > 1:
            _lock_bits(times)
        for pk, own in sorted(times.items()):
            SearchRow.objects.filter(pk=pk).update(**_time_fields(own, known))


def write_replies(specialist_ids: Collection[int]) -> None:
    """Keep how long these specialists' answers take. No option follows from that, so no bits are locked."""
    replies = seams.reply_minutes(specialist_ids)
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


def listed(ids: Collection[int], *, now: datetime) -> dict[int, Listed]:
    """What the rows of those of `ids` who are listed must say: published, with a page that anybody may read."""
    specialists = list(_specialists(ids))
    pages = _pages([one.pk for one in specialists])
    specialists = [one for one in specialists if pages[one.pk]]
    facts = {
        one.pk: facts_of(one, topics=one.topic_slugs, methods=one.method_slugs, groups=one.group_slugs)
        for one in specialists
    }
    known = numbers(
        {*((SOON, part) for part in PARTS), *(option for own in facts.values() for option in own)}
    )
    times = seams.times([one.pk for one in specialists], now=now)
    replies = seams.reply_minutes([one.pk for one in specialists])
    names = {language: TermNames(language) for language, _name in settings.LANGUAGES}
    found = {}
    for one in specialists:
        row = SearchRow(
            specialist=one,
            facets=sorted(known[option] for option in facts[one.pk]),
            name=folded(one.name)[:120],
            name_key=name_key(one.name)[:400],
            price=own_price(one),
            confirmed_on=one.accepting_confirmed_on if _may_be_accepting(one) else None,
            reply_minutes=replies.get(one.pk),
            **_time_fields(times.get(one.pk, Times()), known),
        )
        own = found[one.pk] = Listed(row)
        for language, terms in names.items():
            own.texts[language] = _text(one, pages[one.pk], language, terms)
    return found


def _may_be_accepting(one: Specialist) -> bool:
    """Whether *accepting clients* may be said, by a contact or by free times: those come first anyway."""
    return one.is_accepting and (one.has_contact or one.offers_free_consultation)


def name_key(name: str) -> str:
    """A name as it is compared with what somebody types; Arabic names by their consonants too."""
    return f"{sounds(name)} {consonants(name)}" if ARABIC.search(name) else sounds(name)


@dataclass
class TermNames:
    """The names of everything that specialists are described by, in one language."""

    language: str

    def __post_init__(self) -> None:
        self.of = {
            model: model.names(self.language) for model in (Topic, Method, ClientGroup, Profession, Place)
        }

    def of_specialist(self, one: Any) -> list[str]:
        slugs: list[tuple[Any, list[str]]] = [
            (Topic, one.topic_slugs),
            (Method, one.method_slugs),
            (ClientGroup, one.group_slugs),
            (Profession, [one.profession.slug]),
            (Place, [one.place.slug] if one.place else []),
        ]
        return [self.of[model].get(slug, slug) for model, own in slugs for slug in own]


def _specialists(ids: Collection[int]) -> Any:
    def slugs(relation: str) -> ArraySubquery:
        through = getattr(Specialist, relation).through
        target = Specialist._meta.get_field(relation).m2m_reverse_field_name()  # type: ignore[union-attr]
        rows = through.objects.filter(specialist=OuterRef("pk")).order_by(f"{target}__slug")
        return ArraySubquery(rows.values(f"{target}__slug"))

    return (
        Specialist.objects.published()
        .filter(pk__in=ids)
        .select_related("profession", "place")
        .annotate(
            topic_slugs=slugs("topics"), method_slugs=slugs("methods"), group_slugs=slugs("client_groups")
        )
        .order_by("pk")
    )


def _pages(ids: Collection[int]) -> dict[int, dict[str, SpecialistPage]]:
    """The pages anybody may read, by specialist and language; the one they wrote themselves comes first."""
    pages = unrestricted(SpecialistPage.objects.live().filter(specialist__in=ids)).select_related("locale")
    found: dict[int, dict[str, SpecialistPage]] = defaultdict(dict)
    for page in pages.order_by("alias_of_id", "pk"):  # nulls come last, so it must be sorted again
        found[page.specialist_id][page.locale.language_code] = page
    for pk, own in found.items():
        found[pk] = dict(sorted(own.items(), key=lambda pair: (pair[1].alias_of_id is not None, pair[1].pk)))
    return found


def _text(one: Any, pages: dict[str, SpecialistPage], language: str, terms: TermNames) -> Text:
    page = pages.get(language) or next(iter(pages.values()))
    is_own = page.locale.language_code == language and page.alias_of_id is None
    words = [page.headline, plain_text(page.story), plain_text(page.approach)] if is_own else []
    for block in page.faq if is_own else []:
        words += [block.value["question"], plain_text(block.value["html"].source)]
    return Text(
        page_id=page.pk,
        name=f"{folded(one.name)} {latin(one.name)}",
        facts=prepared(" ".join(terms.of_specialist(one)), language),
        words=prepared(" ".join(words), language),
    )


def _time_fields(own: Times, known: dict[tuple[str, str], int]) -> dict[str, Any]:
    return {
        "soon": sorted(known[SOON, part] for part in own.soon),
        "next_slot_at": own.upcoming[0] if own.upcoming else None,
        "upcoming": list(own.upcoming),
        "advance_at": own.advance_at,
        "stale_at": own.stale_at,
    }


VECTORS = """
    SELECT specialist_id, language, page_id,
        setweight(to_tsvector('simple', name), 'A')
        || setweight(to_tsvector(configuration::regconfig, facts), 'B')
        || setweight(to_tsvector(configuration::regconfig, words), 'C') AS words
    FROM unnest(%s::bigint[], %s::text[], %s::bigint[], %s::text[], %s::text[], %s::text[], %s::text[])
        AS told (specialist_id, language, page_id, configuration, name, facts, words)
"""


def _columns(found: dict[int, Listed]) -> list[list[Any]]:
    rows = [
        (pk, language, text.page_id, configuration(language), text.name, text.facts, text.words)
        for pk, own in found.items()
        for language, text in own.texts.items()
    ]
    return [list(column) for column in zip(*rows, strict=True)]


def _write_texts(found: dict[int, Listed]) -> None:
    if not found:
        return
    with connection.cursor() as cursor:
        cursor.execute(
            f"""
            INSERT INTO directory_searchtext AS kept (specialist_id, language, page_id, words) {VECTORS}
            ON CONFLICT (specialist_id, language) DO UPDATE
            SET page_id = excluded.page_id, words = excluded.words
            WHERE (kept.page_id, kept.words) IS DISTINCT FROM (excluded.page_id, excluded.words)
            """,
            _columns(found),
        )


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


def rebuild_bits(chunk: int) -> None:
    """Count one chunk of the bits again from the rows, while nobody else changes them."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT directory_lock_bits(%s)", [chunk])
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


def differences(ids: Collection[int], *, now: datetime | None = None) -> Iterator[str]:
    """Where the rows of these specialists differ from what they are made from, one sentence each.

    Free times are compared as they are at `now`, and not at all where they wait for the next tick.
    """
    now = now or timezone.now()
    found = listed(ids, now=now)
    kept = SearchRow.objects.in_bulk(list(ids))
    for pk in sorted(set(kept) - set(found)):
        yield f"Specialist {pk} has a row and isn't listed."
    for pk, own in found.items():
        row = kept.get(pk)
        if row is None:
            yield f"Specialist {pk} is listed and has no row."
            continue
        waits = [moment for moment in (row.stale_at, row.advance_at) if moment is not None and moment <= now]
        if waits and min(waits) < now - OVERDUE:
            yield f"Specialist {pk}: the free times should have been looked up at {_short(min(waits))}."
        if _is_forgotten(row.stale_at, own.row.stale_at):
            yield f"Specialist {pk}: nothing looks the free times up in time."
        for name in [*FACTS, *([] if waits else ["soon", "next_slot_at", "upcoming", "advance_at"])]:
            is_, must = getattr(row, name), getattr(own.row, name)
            # A row that has moved on by itself knows fewer than eight.
            if name == "upcoming":
                must = must[: len(is_)]
            if is_ != must:
                yield f"Specialist {pk}: {name} is {_short(is_)}, not {_short(must)}."
    left = SearchText.objects.filter(specialist__in=ids).exclude(specialist__in=found)
    for pk in left.order_by("specialist").values_list("specialist", flat=True).distinct():
        yield f"Specialist {pk} has words and isn't listed."
    yield from _wrong_texts(found)


def _is_forgotten(kept: datetime | None, latest: datetime | None) -> bool:
    """Whether the moment to look again is missing, or later than one worked out now: that can only be the same."""
    return latest is not None and (kept is None or kept > latest)


def _short(value: Any) -> str:
    return value.isoformat() if isinstance(value, date | datetime) else repr(value)[:200]


def _wrong_texts(found: dict[int, Listed]) -> Iterator[str]:
    if not found:
        return
    with connection.cursor() as cursor:
        cursor.execute(
            f"""
            SELECT must.specialist_id, must.language FROM ({VECTORS}) AS must
            LEFT JOIN directory_searchtext AS kept USING (specialist_id, language)
            WHERE (kept.page_id, kept.words) IS DISTINCT FROM (must.page_id, must.words)
            ORDER BY 1, 2
            """,
            _columns(found),
        )
        for pk, language in cursor.fetchall():
            yield f"Specialist {pk}: the words in {language} aren't those of the page."


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
