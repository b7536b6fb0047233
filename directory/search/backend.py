"""Finding: who fits a search, in which order, and how many fit with each option."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib.postgres.search import SearchQuery, SearchRank, TrigramWordSimilarity
from django.db import connection, models
from django.db.models import F, OuterRef, QuerySet, Subquery, Value
from django.db.models.functions import MD5, Cast, Concat, Round

from core.page_cache.reading import reading, today
from core.search.queries import parsed
from core.search.words import asked_words, consonants, corrected, sounds
from directory.models.search import CHUNK, SearchRow, SearchText
from directory.page_tags import DIRECTORY, OPTION
from directory.search.facets import ALL, SOON
from directory.search.query import BEST, NAME, PRICE, SOONEST, DirectoryQuery
from directory.search.spelling import spelled_alike
from directory.search.synonyms import synonyms

NAMESAKES = 200  # whom a misspelled name may mean
RANKED = 200  # of the matches, those that come first by the published rule are ranked by how well they match

Options = Mapping[tuple[str, str], int]


@dataclass(frozen=True)
class Wording:
    """How the words of a search are understood: as words of texts, or as a name; else they fit nobody."""

    texts: QuerySet[SearchText] | None = None  # those that match
    query: SearchQuery | str = ""
    name: str = ""  # by its sounds
    people: Sequence[int] = ()  # those whom the name may mean
    instead: str = ""  # what was searched instead of what was typed
    is_partial: bool = False  # some of the words will do
    is_alike: bool = False  # words that are spelled alike will do


def understand(query: DirectoryQuery, language: str) -> Wording | None:
    """Find a reading of the words that somebody fits; None if nothing was typed.

    All of the words, or what they mean; else a name, however it is spelled; else with mistakes corrected, towards what
    terms are called and then towards words that several people use; else any of the words. 1 query, up to 7 where
    the first reading finds nobody.
    """
    if not query.q:
        return None
    words = asked_words(query.q, language)
    dictionary = synonyms(language)
    if texts := _texts(dictionary.expand(words), language):
        return texts
    for name in dict.fromkeys([sounds(query.q), consonants(query.q)]):
        if len(name) > 1 and (people := people_called(name)):
            return Wording(name=name, people=people)
    instead = corrected(query.q, dictionary.texts, language)
    if instead and (
        texts := _texts(dictionary.expand(asked_words(instead, language)), language, instead=instead)
    ):
        return texts
    if (alike := spelled_alike(words, language)) and (texts := _texts(alike, language, is_alike=True)):
        return texts
    if len(words) > 1 and (texts := _texts(words, language, " | ", is_partial=True)):
        return texts
    return Wording()


def people_called(name: str) -> list[int]:
    """The numbers of those with a name that sounds like this one (words.sounds), the most alike first.

    Read before anything else is asked: PostgreSQL can't tell how few they are, and would look for them along the
    order of the results, comparing everybody's name.
    """
    rows = SearchRow.objects.filter(name_key__trigram_word_similar=name)
    return list(rows.order_by(_likeness(name).desc(), "pk").values_list("pk", flat=True)[:NAMESAKES])


def _likeness(name: str) -> Round:
    return Round(TrigramWordSimilarity(name, "name_key"), precision=2)


def _texts(words: Sequence[str], language: str, operator: str = " & ", **more: Any) -> Wording | None:
    """The texts with all of the words, each as `to_tsquery` takes it, or with any (` | `); None if there are none."""
    query = parsed(words, language, operator, texts=SearchText)
    if query is None:
        return None
    return Wording(texts=SearchText.objects.filter(language=language, words=query), query=query, **more)


def matching(query: DirectoryQuery, known: Options, wording: Wording | None = None) -> QuerySet[SearchRow]:
    """The rows that every filter lets through, and that match the words."""
    rows = SearchRow.objects.all()
    for kind, values in query.options.items():
        numbers = [known[kind, value] for value in values if (kind, value) in known]
        if not numbers:
            return rows.none()
        rows = rows.filter(**{f"{'soon' if kind == SOON else 'facets'}__overlap": numbers})
    return rows if wording is None else rows.filter(pk__in=meant(wording))


def meant(wording: Wording) -> QuerySet[Any, Any]:
    """The numbers of those whom the words fit."""
    if wording.texts is not None:
        return wording.texts.values("specialist_id")
    found = SearchRow.objects.filter(pk__in=wording.people) if wording.people else SearchRow.objects.none()
    return found.values("pk")


def published_order(now: datetime) -> list[Any]:
    """The one published order (docs/rules/booking.md, K). `now` is aware.

    Those who offer a free consultation with a slot in the next 14 days, then the soonest slot, then the most
    recently confirmed availability, then a shuffle that changes every day and can be repeated by anybody: the MD5
    of the date and the specialist's number.

    Only those who offer a free consultation have a slot. So the soonest slot comes first, and with it those of the
    next 14 days: one column, and an index that has it in order.
    """
    today()  # the order holds for a day
    shuffled = MD5(Concat(Value(f"{now.date().isoformat()}:"), Cast("pk", models.TextField())))
    return [F("next_slot_at").asc(nulls_last=True), F("confirmed_on").desc(nulls_last=True), shuffled, "pk"]


def page_of(
    rows: QuerySet[SearchRow],
    query: DirectoryQuery,
    wording: Wording | None,
    *,
    start: int,
    end: int,
    now: datetime,
) -> QuerySet[SearchRow]:
    """The rows from `start` to `end` in the order asked for."""
    rule = published_order(now)
    if query.order == BEST and wording and wording.people:
        return rows.order_by(_likeness(wording.name).desc(), *rule)[start:end]
    if query.order == BEST and wording and wording.texts is not None and start < RANKED:
        best = rows.order_by(*rule)[:RANKED].values("pk")
        rank = wording.texts.filter(specialist=OuterRef("pk")).values(
            # F: a column's name alone would have the words written out and parsed again, without their weights.
            rank=Round(SearchRank(F("words"), wording.query), precision=2)
        )
        ranked = SearchRow.objects.filter(pk__in=best).annotate(rank=Subquery(rank[:1]))
        return ranked.order_by("-rank", *rule)[start : min(end, RANKED)]
    orders: dict[str, list[Any]] = {
        SOONEST: [F("next_slot_at").asc(nulls_last=True), "pk"],
        PRICE: [F("price").asc(nulls_last=True), "pk"],
        NAME: ["name", "pk"],
    }
    return rows.order_by(*orders.get(query.order, rule))[start:end]


def counts(
    query: DirectoryQuery, known: Options, wording: Wording | None = None
) -> dict[tuple[str, str], int]:
    """How many specialists each option would leave, if it were the only one of its kind; ALL has the total.

    An option obeys the filters of all other kinds, and the words. Counted in bits, all options in 1 query.
    """
    ids = {
        kind: [known[kind, own] for own in values if (kind, own) in known]
        for kind, values in query.options.items()
    }
    parameters: list[Any] = [known.get(ALL, 0)]
    parts = ["everyone AS (SELECT chunk, bits FROM directory_optionbits WHERE option_id = %s)"]
    for number, numbers in enumerate(ids.values()):
        parts.append(
            f"kind{number} AS (SELECT chunk, bit_or(bits) AS bits FROM directory_optionbits "
            "WHERE option_id = ANY(%s) GROUP BY chunk)"
        )
        parameters.append(numbers)
    words = ["everyone"]
    if wording is not None:
        fitting = meant(wording).query
        statement, own = ("SELECT 0 WHERE false", ()) if fitting.is_empty() else fitting.sql_with_params()
        parts.append(
            f"wording AS (SELECT (pk / {CHUNK})::int AS chunk, "
            f"bit_or(set_bit(0::bit({CHUNK}), (pk %% {CHUNK})::int, 1)) AS bits "
            f"FROM ({statement}) AS found (pk) GROUP BY 1)"
        )
        parameters += own
        words.append("wording")
    # One base for options of kinds that nothing was chosen of, and one for each other kind without its own filter.
    every = [f"kind{number}" for number in range(len(ids))]
    bases = []
    for base in range(len(ids) + 1):
        tables = [*words, *(table for number, table in enumerate(every) if number + 1 != base)]
        bits = " & ".join(f"{table}.bits" for table in tables)
        joins = " ".join(f"JOIN {table} USING (chunk)" for table in tables[1:])
        bases.append(f"SELECT chunk, {base} AS base, {bits} AS bits FROM {tables[0]} {joins}")
    parts.append(f"bases AS MATERIALIZED ({' UNION ALL '.join(bases)})")
    case = "".join(f" WHEN %s THEN {number + 1}" for number in range(len(ids)))
    parameters += ids
    base_of = f"CASE option.kind{case} ELSE 0 END" if ids else "0"
    with reading(DIRECTORY, OPTION), connection.cursor() as cursor:
        cursor.execute(
            f"WITH {', '.join(parts)} "
            "SELECT option.kind, option.value, sum(bit_count(own.bits & bases.bits))::int "
            "FROM bases JOIN directory_optionbits AS own USING (chunk) "
            "JOIN directory_searchoption AS option ON option.id = own.option_id "
            f"WHERE bases.base = {base_of} AND bases.bits <> 0::bit({CHUNK}) GROUP BY 1, 2",
            parameters,
        )
        return {(kind, value): count for kind, value, count in cursor.fetchall()}
