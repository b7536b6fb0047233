"""Few people log in at once on a machine, so that the others go on reading.

Whoever logs in takes a thread and a tenth of a second of computing, most of it on purpose (`accounts.hashers`).
Without a bound, as many as there are threads would do so side by side, and each reader would wait for all of them:
decision 0024 has the figures.
"""

import fcntl
import os
import re
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from django.conf import settings
from django.core.exceptions import SuspiciousOperation
from django.http import HttpRequest
from django.http.request import RawPostDataException, UnreadablePostError
from django.http.response import HttpResponseBase

from core.locks import TooManyWaiting
from core.views import unavailable

# Where passwords are worked out, codes looked up and mails written for somebody who isn't logged in yet.
PATHS = re.compile(
    r"/[\w-]+/account/(?:login|signup|password/reset|second-factor/(?:authenticate|webauthn/login))"
)
WAIT_SECONDS = 5.0
WAITING = 14  # of a process's threads (config/gunicorn.py), beside the one that is inside
LOOK_AGAIN = 0.005  # seconds


class LogInQueue:
    """Lets one person of each process in at once, and of all processes of this machine as many as there are `places`.

    `WAITING` more wait for them; the others hear at once that they must try again. `folder` is shared by all processes.
    """

    def __init__(self, folder: Path, places: int, waiting: int = WAITING) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.folder, self.places = folder, places
        self.inside = threading.Lock()
        self.here = threading.BoundedSemaphore(1 + waiting)

    @contextmanager
    def passed(self) -> Iterator[None]:
        """Be inside during this block. Raises TooManyWaiting."""
        end = time.monotonic() + WAIT_SECONDS
        if not self.here.acquire(blocking=False):
            raise TooManyWaiting
        try:
            if not self.inside.acquire(timeout=WAIT_SECONDS):
                raise TooManyWaiting
            try:
                with self._place(end):
                    yield
            finally:
                self.inside.release()
        finally:
            self.here.release()

    @contextmanager
    def _place(self, end: float) -> Iterator[None]:
        """Have one of the machine's places: a lock on a file, which ends with the process at the latest."""
        while True:
            for number in range(self.places):
                handle = os.open(self.folder / f"log-in-{number}.lock", os.O_CREAT | os.O_RDWR, 0o600)
                try:
                    fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
                except BlockingIOError:
                    os.close(handle)
                    continue
                try:
                    yield
                finally:
                    os.close(handle)
                return
            if time.monotonic() > end:
                raise TooManyWaiting
            time.sleep(LOOK_AGAIN)


class LogInQueueMiddleware:
    """Lets few who post to log-in pages in at once."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response
        self.queue = LogInQueue(Path(settings.VAR_DIR), settings.LOG_INS_AT_ONCE)

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if request.method != "POST" or not PATHS.match(request.path_info):
            return self.get_response(request)
        try:
            request.body  # noqa: B018 - whoever sends slowly does so outside
        except (RawPostDataException, UnreadablePostError, SuspiciousOperation, ValueError):
            return self.get_response(request)  # which refuses it
        try:
            with self.queue.passed():
                return self.get_response(request)
        except TooManyWaiting:
            return unavailable(request)
