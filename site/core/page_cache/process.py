"""The cache of this process: what it keeps, and the thread that hears what has changed.

A process whose listener isn't connected, or hasn't had an answer for `LIMIT` seconds, keeps and gives nothing.
"""

import atexit
import select
import socket
import threading
import time
import uuid
from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import psycopg
import structlog
from django.conf import settings
from django.db import connection

from core.logs import describe
from core.page_cache import triggers
from core.page_cache.files import PageFiles
from core.page_cache.reading import VARIATIONS, Reading, collecting, current
from core.page_cache.store import Entry, Store
from core.worker.listener import CONNECTION, PROBE_SECONDS

logger = structlog.get_logger(__name__)
T = TypeVar("T")

ASK_SECONDS = 1.0  # between two proofs that the connection lives
LIMIT = 4.0  # seconds without a proof after which nothing is kept or given
AGAIN_SECONDS = 2.0  # between two tries to connect
COUNT_SECONDS = 60.0  # between two lines of the log that count answers
VALUE_SIZE = 2_000  # bytes that a kept value which is no text is taken for


@dataclass(frozen=True)
class Varied:
    """Stands for a value of which there are several, by what else of the request they depend on."""

    names: tuple[str, ...]  # of VARIATIONS

    def of(self, environ: Mapping[str, Any]) -> tuple[str, ...]:
        """Which of them a request wants."""
        return tuple(VARIATIONS[name].read(environ) for name in self.names)


class OutOfStep(Exception):
    """The database's triggers are those of another release: nothing can be kept until this process ends."""


class Cache:
    """What this process keeps. Nothing, until `start` was called."""

    def __init__(self) -> None:
        self.store = Store(0)
        self.heard_until = 0.0  # on time.monotonic's clock
        self.thread: threading.Thread | None = None
        self.files: PageFiles | None = None
        self.hits = self.misses = 0
        self._ends = False

    @property
    def is_started(self) -> bool:
        return self.thread is not None

    @property
    def is_live(self) -> bool:
        """Whether all changes up to now have been heard of."""
        return time.monotonic() < self.heard_until

    def start(self, size: int, files: PageFiles | None = None) -> None:
        """Begin to listen, and to keep up to `size` bytes. In each process, after it was forked."""
        self.store, self.files = Store(size), files
        self._ends = False
        self._interrupt, self._interrupted = socket.socketpair()
        self.thread = threading.Thread(target=self._follow_always, name="page cache", daemon=True)
        self.thread.start()
        if files:
            threading.Thread(target=self._watch_files, name="page files", daemon=True).start()

    def stop(self) -> None:
        """End the thread, and keep nothing any more."""
        thread, self.thread, self._ends = self.thread, None, True
        if thread:
            self._interrupt.send(b"!")
            thread.join(LIMIT)
            if thread.is_alive():  # its connection hangs
                self._forget_all()
                return
            self._interrupt.close()
            self._interrupted.close()

    def get(self, key: Hashable) -> Entry | None:
        return self.store.get(key) if self.is_live else None

    def find(self, key: Hashable, environ: Mapping[str, Any] | None = None) -> Entry | None:
        """What is kept under a key, in the variation that a request wants, by its WSGI environment."""
        entry = self.get(key)
        if entry is None or not isinstance(entry.value, Varied):
            return entry
        return self.get((key, entry.value.of(environ))) if environ is not None else None

    def keep(self, key: Hashable, value: Any, reading: Reading, *, size: int) -> Entry | None:
        """Keep a value, beside its other variations if it has any."""
        if reading.variations:
            names = tuple(sorted(reading.variations))
            # Which variations there are may change with what is read: it is looked up anew when one is missing.
            self.store.put(key, Varied(names), Reading(), since=reading.since, size=VALUE_SIZE)
            key = (key, tuple(reading.variations[name] for name in names))
        return self.store.put(key, value, reading, since=reading.since, size=size)

    def remembered(
        self,
        key: Hashable,
        make: Callable[[], T],
        environ: Mapping[str, Any] | None = None,
        since: int | None = None,
    ) -> T:
        """What `make` returned, as long as nothing that it read has changed. It must depend on the key alone.

        What depends on the request is kept only if its WSGI environment is given. What `make` uses that was read
        before was read since the moment `since`. The value is shared by all requests and must not be changed.
        """
        # What this transaction has changed is nobody else's yet, and may be rolled back.
        if not self.is_live or connection.in_atomic_block:
            return make()
        if entry := self.find(key, environ):
            if around := current():
                around.absorb(entry.reading)
            known: T = entry.value
            return known
        around = current()
        with collecting(self.store.moment if since is None else since) as reading:
            try:
                value = make()
            finally:  # also of what was looked for and isn't there
                if around:
                    around.absorb(reading)
        if not reading.unfollowed and (environ is not None or not reading.variations):
            size = len(value) if isinstance(value, str) else VALUE_SIZE
            self.keep(key, value, reading, size=size)
        return value

    # --- Listening ------------------------------------------------------------------------------------------------

    def _follow_always(self) -> None:
        """Listen until the process ends, whatever happens to connections."""
        while not self._ends:
            try:
                self._follow()
            except Exception as error:  # whatever it is, the next try may succeed
                logger.warning("page_cache_away", error=describe(error))
            finally:
                self._forget_all()
            select.select([self._interrupted], [], [], 0 if self._ends else AGAIN_SECONDS)

    def _follow(self) -> None:
        # Nobody needs the answer of a server that has said nothing for so long.
        patience = {"tcp_user_timeout": int(LIMIT * 1000)}
        parameters: Mapping[str, Any] = {**CONNECTION, **patience, **connection.get_connection_params()}
        with psycopg.connect(**parameters, autocommit=True) as listening:
            heard: list[str] = []
            listening.add_notify_handler(lambda notification: heard.append(notification.payload))
            listening.execute(f'LISTEN "{triggers.CHANNEL}"')
            if triggers.installed(listening) != triggers.fingerprint():
                raise OutOfStep("The database follows other changes than this release: run its migrations.")
            self._prove(listening, heard)
            counted = time.monotonic()
            self._take(heard)
            self._drop_all()
            while not self._ends:
                asked = time.monotonic()
                listening.execute("SELECT 1")  # whatever was sent before arrives before the answer
                self._take(heard)
                self.heard_until = asked + LIMIT
                select.select([listening, self._interrupted], [], [], ASK_SECONDS)
                if asked > counted + COUNT_SECONDS:
                    counted = asked
                    self._count()

    def _prove(self, listening: psycopg.Connection[Any], heard: list[str]) -> None:
        """Raises OutOfStep if notifications don't arrive, as behind a pooler that gives transactions any connection."""
        token = uuid.uuid4().hex
        with psycopg.connect(
            **{**CONNECTION, **connection.get_connection_params()}, autocommit=True
        ) as other:
            other.execute("SELECT pg_notify(%s, %s)", [triggers.CHANNEL, f"proof:{token}"])
        end = time.monotonic() + PROBE_SECONDS
        while f"proof:{token}" not in heard:
            if time.monotonic() > end:
                raise OutOfStep(
                    "Notifications don't arrive: connect to PostgreSQL directly, not through a pooler."
                )
            select.select([listening], [], [], 0.1)
            listening.execute("SELECT 1")

    def _take(self, heard: list[str]) -> None:
        """Drop what has changed."""
        payloads, heard[:] = heard[:], []
        for payload in payloads:
            if payload.startswith(triggers.INSTALLED) and triggers.fingerprint() not in payload:
                raise OutOfStep("Another release has been installed.")
        tags = [one for one in payloads if not one.startswith(("proof:", triggers.INSTALLED))]
        if tags:
            tags = list(dict.fromkeys(tags))
            # In this order: who writes a file looks afterwards whether its page is still kept.
            self.store.change(tags)
            if self.files:
                self.files.change(tags)

    def _forget_all(self) -> None:
        self.heard_until = 0.0
        self._drop_all()

    def _drop_all(self) -> None:
        self.store.clear()
        if self.files:
            try:
                self.files.clear()
            except OSError as error:
                logger.error("page_files_not_deleted", error=describe(error))

    def _watch_files(self) -> None:
        """Delete the files when nothing is heard any more, also where the connection hangs; and what has ended."""
        is_empty = True
        while not self._ends:
            try:
                if self.is_live:
                    self.files.tick()  # type: ignore[union-attr]  # it is there, or this thread isn't
                    is_empty = False
                elif not is_empty:
                    self._drop_all()
                    is_empty = True
            except Exception as error:
                logger.exception("page_files_not_deleted", error=describe(error))
            time.sleep(ASK_SECONDS)

    def _count(self) -> None:
        """One line for many answers, instead of one for each."""
        hits, misses, self.hits, self.misses = self.hits, self.misses, 0, 0
        if hits or misses:
            logger.info("page_cache", hits=hits, misses=misses, bytes=self.store.size)


cache = Cache()


def start_if_wanted() -> None:
    """Start the cache of this process, if the setting PAGE_CACHE says so."""
    if settings.PAGE_CACHE:
        folder = settings.PAGE_FILES
        cache.start(settings.PAGE_CACHE_SIZE, PageFiles(Path(folder)) if folder else None)
        atexit.register(cache.stop)
