"""What is read while something is rendered: collected as tags, and checked against the queries that are asked.

A query outside of a `reading` block that names its tables makes what is rendered unfit to be kept: nobody would
say when it changes. Pages are then right and slow, and a test fails (tests/core/page_cache).
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import cache, lru_cache
from typing import Any

from django.apps import apps
from django.db import connection
from django.utils import timezone

from core.page_cache.tags import Kind, kind, kind_of

FOREVER = datetime.max.replace(tzinfo=UTC)
NEVER_CHANGES = frozenset({"django_content_type"})  # but by migrations, with which processes begin anew
SITE = kind("site")  # what every page reads: the site and its languages
WORD = re.compile(r"\w+")

Visit = Callable[[Mapping[str, Any]], None]


@dataclass(frozen=True)
class Variation:
    """What pages may depend on beside their address."""

    # The header by which caches between us and the browser tell answers apart; empty for a part of the address.
    header: str
    read: Callable[[Mapping[str, Any]], str]  # its value, from the WSGI environment


NOT_KEPT = -1  # before all moments: what began then has always changed since
VARIATIONS: dict[str, Variation] = {}  # by name


class Reading:
    """What one rendering has read so far."""

    __slots__ = (
        "covered",
        "for_browsers",
        "found",
        "is_whole",
        "parameters",
        "parts_kept",
        "since",
        "tags",
        "unfollowed",
        "until",
        "variations",
        "visits",
    )

    def __init__(self) -> None:
        self.tags = {str(SITE)}
        self.until = FOREVER  # until when it is true, if nothing changes
        self.covered = NEVER_CHANGES | SITE.tables  # tables that may be read at the moment
        self.found: frozenset[Kind] = frozenset()  # kinds whose objects say that they are read
        self.unfollowed: dict[str, str] = {}  # tables that were read without a tag, and by which statement
        self.is_whole = False  # whether the whole answer may be kept
        self.for_browsers = True  # by browsers and others too, who ask each time whether it is still true
        self.parts_kept = False  # whether parts of it may be
        self.parameters: set[tuple[str, str]] = set()  # of the address, with their values
        self.since = NOT_KEPT  # the moment of the store at which it began (store.Store)
        self.variations: dict[str, str] = {}  # what else of the request it depends on
        self.visits: list[Visit] = []  # called with the WSGI environment at each answer that was kept

    def absorb(self, part: "Reading") -> None:
        """Depend on all that a part depends on."""
        self.tags |= part.tags
        self.until = min(self.until, part.until)
        self.unfollowed |= part.unfollowed
        self.variations |= part.variations
        self.parameters |= part.parameters
        self.visits += part.visits


_current: ContextVar[Reading | None] = ContextVar("reading", default=None)


@contextmanager
def collecting(since: int = NOT_KEPT) -> Iterator[Reading]:
    """Collect what is read in this block; a block around it isn't told (`Reading.absorb`).

    `since` is the moment of the store at which it begins.
    """
    new = Reading()
    new.since = since
    token = _current.set(new)
    try:
        with connection.execute_wrapper(_check):
            yield new
    finally:
        _current.reset(token)


@contextmanager
def reading(*tags: str | Kind, found: Iterable[Kind] = ()) -> Iterator[None]:
    """Say what the queries in this block read. Lazy ones must be asked inside of it.

    A tag stands for what it names, wherever that is shown; a kind alone for anything of that kind, as lists read it.
    `found` are the kinds of what is read by its number or along a relation: each object says that it is one when it
    is loaded (`announce`), and of what is read as plain values the block says it itself (`depends_on`).
    """
    current = _current.get()
    if current is None:
        yield
        return
    before = current.covered, current.found
    for tag in tags:
        current.covered |= tag.tables if isinstance(tag, Kind) else kind_of(tag).tables
        current.tags.add(str(tag))
    for one in found:
        current.covered |= one.tables
    current.found = current.found.union(found)
    try:
        yield
    finally:
        current.covered, current.found = before


def announce(label: str, kind: Kind, key: str = "pk") -> None:
    """Let each object of a model say that it is read, where it is loaded in a block that finds `kind`."""

    def wrap(model: Any) -> None:
        load = model.from_db.__func__

        def from_db(cls: Any, *args: Any) -> Any:
            loaded = load(cls, *args)
            current = _current.get()
            if current is not None and kind in current.found:
                current.tags.add(kind(loaded.pk if key == "pk" else loaded.__dict__[key]))
            return loaded

        model.from_db = classmethod(from_db)

    app, _full_stop, name = label.partition(".")
    apps.lazy_model_operation(wrap, (app, name.lower()))


@contextmanager
def apart() -> Iterator[Reading]:
    """Read something in this block of which the page shows a part, and says which (`depends_on`)."""
    around = _current.get()
    with collecting() as reading:
        yield reading
    if around is None:
        return
    around.until = min(around.until, reading.until)
    around.unfollowed |= reading.unfollowed


def depends_on(*tags: str | Kind) -> None:
    """Say what is shown of something that was read elsewhere, in a block of its own or from memory."""
    if current := _current.get():
        current.tags.update(map(str, tags))


def true_until(moment: datetime) -> None:
    """Say when what is shown isn't true any more though nothing has changed. `moment` is aware."""
    current = _current.get()
    if current is not None and moment < current.until:
        current.until = moment


def today() -> date:
    """The date in UTC, as everything that goes by days here has it. What shows it holds until midnight."""
    now = timezone.now().astimezone(UTC)
    true_until(datetime.combine(now.date() + timedelta(days=1), time(), UTC))
    return now.date()


def varies_on(name: str, value: str) -> str:
    """Say that what is shown depends on one of the VARIATIONS, and return its value."""
    if current := _current.get():
        current.variations[name] = value
    return value


def may_be_kept(*, for_browsers: bool = True) -> None:
    """Say that the whole answer is the same for everybody, by its address. One that isn't `for_browsers` is
    kept here alone: it goes out with the Cache-Control that its view gave it, or with `no-store`.
    """
    if current := _current.get():
        current.parts_kept, current.is_whole, current.for_browsers = True, True, for_browsers


def parts_may_be_kept() -> None:
    """Say that parts of the answer are the same for everybody, though the whole isn't (`{% fragment %}`)."""
    if current := _current.get():
        current.parts_kept = True


def goes_by(*parameters: tuple[str, str]) -> None:
    """Say which parameters of the address the page goes by, each as it is written in links to it.

    An address that has any other isn't kept, nor one that writes them otherwise: what people can bring is without end.
    """
    if current := _current.get():
        current.parameters.update(parameters)


def at_each_visit(visit: Visit) -> None:
    """Call `visit` with the WSGI environment whenever this page is given from memory, after it was sent."""
    if current := _current.get():
        current.visits.append(visit)


def current() -> Reading | None:
    """What is being collected here."""
    return _current.get()


def _check(execute: Any, sql: Any, params: Any, many: bool, context: Any) -> Any:
    collector = _current.get()
    if collector is not None:
        statement = str(sql)  # psycopg's own composed ones, too
        for table in _tables(statement) - collector.covered:
            collector.unfollowed[table] = statement[:1000]
    return execute(sql, params, many, context)


@lru_cache(maxsize=4096)
def _tables(statement: str) -> frozenset[str]:
    """The tables that a statement names."""
    return frozenset(WORD.findall(statement)) & _all_tables()


@cache
def _all_tables() -> frozenset[str]:
    return frozenset(model._meta.db_table for model in apps.get_models(include_auto_created=True))
