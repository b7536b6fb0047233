"""The directory's pages, and what its questions cost the database beside plainer ways of asking the same."""

from datetime import timedelta
from random import Random
from typing import Any

from django.conf import settings
from django.db import connection
from django.db.models import Count
from django.utils import timezone
from wagtail.models import Locale

from dev.bench.measured import Read, before_reads, multiply, page, reads
from directory.models import (
    OptionBits,
    SearchRow,
    SearchText,
    Specialist,
    SpecialistIndexPage,
    SpecialistPage,
)
from directory.search.backend import counts, matching, page_of, understand
from directory.search.facets import known_numbers
from directory.search.query import DirectoryQuery

LANGUAGE = settings.LANGUAGE_CODE
PAGE_SIZE = 20
TOPICS = ["anxiety", "sleep", "grief", "trust", "loneliness", "parenting", "couples", "panic"]
LANGUAGES = ["en", "uk", "de", "ar"]


def directory() -> str | None:
    index = SpecialistIndexPage.objects.live().filter(locale__language_code=settings.LANGUAGE_CODE).first()
    return index.path_here if index else None


@page("directory")
def no_filter() -> str | None:
    return directory()


@page("directory, 2 filters")
def with_filters() -> str | None:
    address = directory()
    return f"{address}?topic=sleep&language=de" if address else None


@page("directory, page 9")
def further_on() -> str | None:
    address = directory()
    return f"{address}?page=9" if address else None


@page("profile")
def profile() -> str | None:
    pages = SpecialistPage.objects.live().filter(locale__language_code=settings.LANGUAGE_CODE)
    found = pages.filter(specialist__search_row__next_slot_at__isnull=False).order_by("pk").last()
    return found.path_here if found else None


# --- Questions --------------------------------------------------------------------------------------------------


def two_filters(random: Random) -> DirectoryQuery:
    return DirectoryQuery(
        options={"language": (random.choice(LANGUAGES),), "topic": tuple(random.sample(TOPICS, 2))}
    )


def with_more(random: Random) -> DirectoryQuery:
    more = {
        "format": ("online",),
        "price_max": (random.choice(["70EUR", "90EUR", "120EUR"]),),
        "soon": ("any",),
    }
    return DirectoryQuery(options=two_filters(random).options | more, sort="price")


def run_search(query: DirectoryQuery, start: int = 0) -> None:
    known = known_numbers()
    wording = understand(query, LANGUAGE)
    rows = matching(query, known, wording)
    list(page_of(rows, query, wording, start=start, end=start + PAGE_SIZE, now=timezone.now()))


def joined(query: DirectoryQuery) -> Any:
    """The same specialists by joins over the records, as one would write it first."""
    options = query.options
    specialists = Specialist.objects.published()
    if "topic" in options:
        specialists = specialists.filter(topics__slug__in=options["topic"])
    if "language" in options:
        specialists = specialists.filter(session_languages__overlap=list(options["language"]))
    if "format" in options:
        specialists = specialists.filter(is_online=True)
    if "price_max" in options:
        specialists = specialists.filter(
            price_min__lte=int(options["price_max"][0][:-3]), currency=options["price_max"][0][-3:]
        )
    if "soon" in options:
        specialists = specialists.filter(search_row__next_slot_at__lt=timezone.now() + timedelta(days=7))
    return specialists.distinct()


def by_joins(query: DirectoryQuery) -> None:
    order = "price_min" if query.sort == "price" else "search_row__next_slot_at"
    list(joined(query).order_by(order, "pk")[:PAGE_SIZE])


def counted_by_joins(query: DirectoryQuery) -> None:
    """The total and the options of five kinds, each a GROUP BY without that kind's own filter."""
    joined(query).count()
    for kind, relation in {
        "topic": "topics",
        "method": "methods",
        "group": "client_groups",
        "profession": "profession",
        "gender": "gender",
    }.items():
        ids = joined(query.without(kind)).order_by().values("pk")
        rows = Specialist.objects.filter(pk__in=ids).order_by().values(relation)
        list(rows.annotate(count=Count("pk")))


def words(random: Random) -> str:
    """A common word and a rarer one."""
    return " ".join(
        [
            random.choice(["sleep", "grief", "trust", "panic"]),
            random.choice(["interpreters", "cancel", "goals"]),
        ]
    )


def counts_beside(text: str) -> None:
    query = DirectoryQuery(q=text)
    counts(query, known_numbers(), understand(query, LANGUAGE))


def by_wagtail(query: str) -> None:
    locale = Locale.objects.get(language_code=LANGUAGE)
    list(SpecialistPage.objects.live().filter(locale=locale).search(query)[:PAGE_SIZE])


def a_name(random: Random) -> str:
    """Somebody's name with two letters swapped, too few to be another one's."""
    first = (
        SearchRow.objects.filter(pk__gte=random.randint(1, 50_000))
        .order_by("pk")
        .values_list("name_key", flat=True)
    )
    name = first.first() or SearchRow.objects.values_list("name_key", flat=True)[0]
    at = random.randint(1, 4)
    return name[:at] + name[at + 1] + name[at] + name[at + 2 :]


def by_looking_through_names(random: Random) -> None:
    """Without the index: every name is compared."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT specialist_id FROM directory_searchrow WHERE word_similarity(%s, name_key) >= 0.6 LIMIT 20",
            [a_name(random)],
        )


def ready_for_wagtail() -> None:
    """What `manage.py update_index` would write for these pages, in one statement."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            INSERT INTO wagtailsearch_indexentry
                (object_id, content_type_id, title, title_norm, autocomplete, body, title_text, body_text)
            SELECT page.id::text, page.content_type_id, to_tsvector('simple', page.title), 1,
                to_tsvector('simple', page.title),
                to_tsvector('simple', own.headline || ' ' || own.story || own.approach),
                page.title, ''
            FROM directory_specialistpage AS own JOIN wagtailcore_page AS page ON page.id = own.page_ptr_id
            ON CONFLICT (content_type_id, object_id) DO NOTHING
            """
        )
        cursor.execute("ANALYZE wagtailsearch_indexentry")


def copied(factor: int) -> None:
    """Copies of all listed specialists, with what joins and the search read of them, and without pages or users."""
    copies: list[tuple[Any, dict[str, str]]] = [
        (Specialist, {"id": "id + {step}", "slug": "slug || '-{number}'", "user_id": "NULL"}),
        (Specialist.topics.through, {"specialist_id": "specialist_id + {step}"}),
        (Specialist.methods.through, {"specialist_id": "specialist_id + {step}"}),
        (Specialist.client_groups.through, {"specialist_id": "specialist_id + {step}"}),
        (SearchText, {"specialist_id": "specialist_id + {step}"}),
        (SearchRow, {"specialist_id": "specialist_id + {step}", "name_key": "name_key || ' {number}'"}),
    ]
    size = Specialist.objects.order_by("-pk").values_list("pk", flat=True)[0] + 1
    with connection.cursor() as cursor:
        cursor.execute("SET statement_timeout = 0")  # millions of rows
        # Entered into row by row, the indexes over words would take most of an hour.
        cursor.execute(
            "SELECT indexname, indexdef FROM pg_indexes WHERE tablename = ANY(%s) AND indexdef LIKE '%% USING gin %%'",
            [[model._meta.db_table for model in (SearchText, SearchRow)]],
        )
        indexes = cursor.fetchall()
        for name, _definition in indexes:
            cursor.execute(f'DROP INDEX "{name}"')
        for number in range(1, factor):
            for model, changed in copies:
                fields = [field.column for field in model._meta.local_concrete_fields]
                columns = [name for name in fields if name != "id" or "id" in changed]
                values = [
                    changed.get(name, f'"{name}"').format(step=number * size, number=number)
                    for name in columns
                ]
                key = "id" if "id" in changed else "specialist_id"
                cursor.execute(
                    f"INSERT INTO {model._meta.db_table} ({', '.join(columns)}) "
                    f"SELECT {', '.join(values)} FROM {model._meta.db_table} WHERE {key} < %s",
                    [size],
                )
        cursor.execute("SET maintenance_work_mem = '512MB'")
        for _name, definition in indexes:
            cursor.execute(definition)
        for model in (*(model for model, _changed in copies), OptionBits):
            cursor.execute(f"ANALYZE {model._meta.db_table}")


multiply.append(copied)
before_reads.append(ready_for_wagtail)
JOINS, MORE_JOINS, GROUPS, WAGTAIL, LOOKING = (
    "two filters by joins",
    "five filters by joins",
    "counts by joins and groups",
    "text by Wagtail's search",
    "a name, every one compared",
)
reads[JOINS] = Read(ask=lambda random: by_joins(two_filters(random)), beside=JOINS)
reads["two filters, soonest first"] = Read(ask=lambda random: run_search(two_filters(random)), beside=JOINS)
reads[MORE_JOINS] = Read(ask=lambda random: by_joins(with_more(random)), beside=MORE_JOINS)
reads["five filters, cheapest first"] = Read(
    ask=lambda random: run_search(with_more(random)), beside=MORE_JOINS
)
reads[GROUPS] = Read(ask=lambda random: counted_by_joins(two_filters(random)), beside=GROUPS)
reads["counts of all options"] = Read(
    ask=lambda random: counts(two_filters(random), known_numbers()), beside=GROUPS
)
reads["options counted beside two words"] = Read(
    ask=lambda random: counts_beside(words(random)), beside=GROUPS
)
reads[WAGTAIL] = Read(ask=lambda random: by_wagtail(words(random)), beside=WAGTAIL)
reads["text, ranked"] = Read(ask=lambda random: run_search(DirectoryQuery(q=words(random))), beside=WAGTAIL)
reads["text with one common word, ranked"] = Read(
    ask=lambda random: run_search(DirectoryQuery(q="step")), beside=WAGTAIL
)
reads[LOOKING] = Read(ask=by_looking_through_names, beside=LOOKING)
reads["a name with a mistake"] = Read(
    ask=lambda random: run_search(DirectoryQuery(q=a_name(random))), beside=LOOKING
)
reads["the last page that is shown"] = Read(
    ask=lambda random: run_search(DirectoryQuery(), start=1_980), beside=JOINS
)
