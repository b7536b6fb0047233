"""Writing many rows fast: COPY instead of INSERT, keys drawn ahead, places in the page tree for many at once."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from django.db import connection, models
from django.db.models import F
from django.utils import timezone
from psycopg import sql
from tqdm import tqdm
from wagtail.models import Page

PREFIX = "specimen-"  # of synthetic slugs; what follows is the number
BATCH = 2000  # rows of the main model in one transaction: bounds memory, and what an interruption loses


def slug_of(number: int) -> str:
    """The slug of a synthetic page or record. What is missing is found by it."""
    return f"{PREFIX}{number:05}"


def missing(queryset: models.QuerySet[Any], count: int, title: str) -> Iterator[list[int]]:
    """The numbers from 1 to `count` whose slug `queryset` lacks, in batches, with a progress bar called `title`.

    The bar is drawn where somebody looks at it (a terminal), and moves when a batch has been dealt with.
    """
    slugs = queryset.filter(slug__regex=rf"^{PREFIX}\d+$").values_list("slug", flat=True)
    taken = {int(slug.removeprefix(PREFIX)) for slug in slugs.iterator()}
    numbers = [number for number in range(1, count + 1) if number not in taken]
    with tqdm(total=len(numbers), desc=title, unit=" rows", disable=None) as bar:
        for start in range(0, len(numbers), BATCH):
            batch = numbers[start : start + BATCH]
            yield batch
            bar.update(len(batch))


def new_ids(model: type[models.Model], count: int) -> list[int]:
    """Draw `count` primary keys of `model` from its sequence."""
    table, column = model._meta.db_table, model._meta.pk.column
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT nextval(pg_get_serial_sequence(%s, %s)) FROM generate_series(1, %s)",
            [f'"{table}"', column, count],
        )
        return [row[0] for row in cursor.fetchall()]


def new_children(parent: Page, count: int) -> list[str]:
    """The paths of `count` pages to be added behind the last child of `parent`, which counts them at once.

    Call it in the transaction that adds the pages: `parent` stays locked until its end.
    """
    locked = Page.objects.select_for_update().get(pk=parent.pk)
    last = locked.get_children().order_by("path").last()
    following = Page._str2int(last.path[-Page.steplen :]) + 1 if last else 1
    Page.objects.filter(pk=parent.pk).update(numchild=F("numchild") + count)
    return [Page._get_path(locked.path, locked.depth + 1, following + step) for step in range(count)]


def copy_rows(model: type[models.Model], rows: Sequence[Mapping[str, Any]]) -> None:
    """Add `rows` (values by attribute name, all with the same names) to the table of `model` alone.

    Values are as the database takes them; JSON is text. A field that isn't named gets its default, worked out
    once for all rows. Nothing else happens: no signals, no `save()`, no index of references or of the search.
    """
    if not rows:
        return
    fields = {field.attname: field for field in model._meta.local_concrete_fields}
    names = list(rows[0])
    if unknown := set(names) - set(fields):
        raise ValueError(f"{model.__name__} has no column for {sorted(unknown)}")
    same: dict[str, Any] = {}
    for name, field in fields.items():
        if name in rows[0]:
            continue
        now = getattr(field, "auto_now", False) or getattr(field, "auto_now_add", False)
        value = timezone.now() if now else field.get_default()
        if (
            value is not None
        ):  # without a default: left to the database, which numbers keys and refuses the rest
            same[name] = field.get_db_prep_save(value, connection)
    columns = [fields[name].column for name in (*names, *same)]
    statement = sql.SQL("COPY {} ({}) FROM STDIN").format(
        sql.Identifier(model._meta.db_table), sql.SQL(", ").join(map(sql.Identifier, columns))
    )
    rest = tuple(same.values())
    with connection.cursor() as cursor, cursor.copy(statement) as copy:
        for row in rows:
            copy.write_row((*(row[name] for name in names), *rest))


def page_row(
    pk: int, path: str, parent: Page, *, slug: str, title: str, description: str, **more: Any
) -> dict[str, Any]:
    """The row of a published page in Wagtail's own table, without revisions: the first edit in the CMS makes one."""
    now = timezone.now()
    return {
        "id": pk,
        "path": path,
        "depth": parent.depth + 1,
        "title": title,
        "draft_title": title,
        "slug": slug,
        "url_path": f"{parent.url_path}{slug}/",
        "search_description": description,
        "locale_id": parent.locale_id,
        "live": True,
        "has_unpublished_changes": False,
        "first_published_at": now,
        "last_published_at": now,
        **more,
    }


def analyze(*tables: type[models.Model]) -> None:
    """Tell PostgreSQL's planner about the new rows now rather than when autovacuum comes by."""
    with connection.cursor() as cursor:
        for model in tables:
            cursor.execute(sql.SQL("ANALYZE {}").format(sql.Identifier(model._meta.db_table)))
