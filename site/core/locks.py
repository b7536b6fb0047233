"""Few threads wait for locks, and not for long: one row that many want must not cost all others the site.

Each process serves as many people at once as it has threads (config/gunicorn.py). A thread that waits for a lock serves
nobody. So at most MAX_WAITING of them wait at a time, at most MAX_WAITING_EACH for the same lock; whoever would be one
more is told so at once, and tries again. How long somebody waits is the database's to say: `lock_timeout`.
"""

import re
import threading
from collections import Counter
from collections.abc import Callable
from typing import Any

MAX_WAITING = 4  # of the threads of a process (config/gunicorn.py)
MAX_WAITING_EACH = 2  # for the same rows
PATIENCE = 0.1  # seconds: until one of them has its lock, which takes a millisecond where nobody holds it

LOCKS = re.compile(r"\bFOR (?:NO KEY )?(?:UPDATE|SHARE)\b|\bpg_advisory_(?:xact_)?lock\b|^\s*LOCK\b")
# One of these is in every statement that LOCKS finds; looking for them takes a tenth of the time, 0.1 ms a query.
HINTS = ("FOR ", "pg_advisory_", "LOCK")
AT_ONCE = re.compile(r"\b(?:SKIP LOCKED|NOWAIT)\b")


class TooManyWaiting(Exception):
    """As many threads as may are waiting for locks already. Trying again in a moment helps."""


class LockWaiters:
    """The threads of one process that wait for locks, and whether one more may."""

    def __init__(self, most: int = MAX_WAITING, each: int = MAX_WAITING_EACH) -> None:
        self.free = threading.BoundedSemaphore(most)
        self.each = each
        self.taken: Counter[Any] = Counter()
        self.guard = threading.Lock()

    def take(self, lock: Any) -> None:
        """Raises TooManyWaiting if too many wait for this `lock`, or for any."""
        with self.guard:
            if self.taken[lock] >= self.each:
                raise TooManyWaiting
            self.taken[lock] += 1
        if not self.free.acquire(timeout=PATIENCE):
            self._leave(lock)
            raise TooManyWaiting

    def give_back(self, lock: Any) -> None:
        self.free.release()
        self._leave(lock)

    def _leave(self, lock: Any) -> None:
        with self.guard:
            self.taken[lock] -= 1
            if not self.taken[lock]:
                del self.taken[lock]

    def around(
        self, execute: Callable[..., Any], sql: str, params: Any, many: bool, context: dict[str, Any]
    ) -> Any:
        """A wrapper of Django's for statements: one that may wait for a lock counts as waiting while it runs."""
        text = str(sql)
        if not any(hint in text for hint in HINTS) or not LOCKS.search(text) or AT_ONCE.search(text):
            return execute(sql, params, many, context)
        lock = (text, repr(params))
        self.take(lock)
        try:
            return execute(sql, params, many, context)
        finally:
            self.give_back(lock)


lock_waiters = LockWaiters()
