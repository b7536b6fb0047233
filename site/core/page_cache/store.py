"""What a process keeps: values with the tags that they depend on, the least recently used going first."""

import threading
import time
from collections import OrderedDict, defaultdict
from collections.abc import Hashable, Iterable
from dataclasses import dataclass
from typing import Any

from core.page_cache.reading import Reading

TAG_SIZE, ENTRY_SIZE = 200, 1_000  # bytes that a tag of an entry, and the rest of it, take, about
MOST_CHANGES = 100_000  # remembered, of tags; then what was being rendered meanwhile isn't kept


@dataclass(slots=True)
class Entry:
    """A kept value, with all that it depends on."""

    value: Any
    reading: Reading
    until: float  # seconds since the epoch
    size: int  # bytes


class Store:
    """Values by key. Safe between threads.

    A rendering asks for the `moment` before it begins, and is kept only if nothing that it read has changed since.
    """

    def __init__(self, size: int) -> None:
        self.most = size  # bytes
        self.size = 0
        self.entries: OrderedDict[Hashable, Entry] = OrderedDict()
        self.keys_by_tag: defaultdict[str, set[Hashable]] = defaultdict(set)
        self.moment = 0  # grows with each change
        self.begun = 0  # what was rendered before isn't kept
        self.changed: dict[str, int] = {}  # when tags, or any of a kind (with a star), changed
        self.lock = threading.RLock()

    def get(self, key: Hashable) -> Entry | None:
        """What is kept under a key and still true."""
        with self.lock:
            entry = self.entries.get(key)
            if entry is None:
                return None
            if entry.until <= time.time():
                self._drop(key)
                return None
            self.entries.move_to_end(key)
            return entry

    def put(self, key: Hashable, value: Any, reading: Reading, *, since: int, size: int) -> Entry | None:
        """Keep a value that was begun at the moment `since`; None if it isn't true any more, or too large."""
        until = reading.until.timestamp()
        size += TAG_SIZE * len(reading.tags) + ENTRY_SIZE
        with self.lock:
            if size > self.most // 4 or until <= time.time() or self._has_changed(reading.tags, since):
                return None
            self._drop(key)
            entry = self.entries[key] = Entry(value, reading, until, size)
            for tag in reading.tags:
                self.keys_by_tag[tag].add(key)
            self.size += size
            while self.size > self.most:
                self._drop(next(iter(self.entries)))
            return entry

    def change(self, tags: Iterable[str]) -> list[Hashable]:
        """Drop what depends on these tags, or on anything of a kind that came alone. Returns the keys."""
        dropped: list[Hashable] = []
        with self.lock:
            self.moment += 1
            for tag in tags:
                kind, _colon, key = tag.partition(":")
                # A change of one thing concerns it, and whoever lists all of its kind; that of a kind, all of these.
                concerned = (
                    [tag, kind] if key else [t for t in self.keys_by_tag if t.partition(":")[0] == kind]
                )
                self.changed[tag] = self.changed[f"{kind}:*"] = self.moment
                for one in concerned:
                    dropped += self.keys_by_tag.get(one, ())
            for dropped_key in dropped:
                self._drop(dropped_key)
            if len(self.changed) > MOST_CHANGES:
                self.changed.clear()
                self.begun = self.moment
        return dropped

    def clear(self) -> None:
        """Drop everything, and keep nothing of what is being rendered now."""
        with self.lock:
            self.moment += 1
            self.begun = self.moment
            self.entries.clear()
            self.keys_by_tag.clear()
            self.changed.clear()
            self.size = 0

    def _has_changed(self, tags: Iterable[str], since: int) -> bool:
        if since < self.begun:
            return True
        if not self.changed or self.moment == since:
            return False
        for tag in tags:
            kind, _colon, key = tag.partition(":")
            concerning = (tag, kind) if key else (f"{kind}:*",)
            if any(self.changed.get(one, 0) > since for one in concerning):
                return True
        return False

    def _drop(self, key: Hashable) -> None:
        entry = self.entries.pop(key, None)
        if entry is None:
            return
        self.size -= entry.size
        for tag in entry.reading.tags:
            if keys := self.keys_by_tag.get(tag):
                keys.discard(key)
                if not keys:
                    del self.keys_by_tag[tag]
