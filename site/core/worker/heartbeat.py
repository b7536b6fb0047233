"""A worker says that it is there, so that somebody hears of it when none is."""

import threading
from contextlib import suppress
from datetime import timedelta
from typing import Any, Self

import structlog
from django.db import Error, connection
from django.db.models.functions import Now

from core.logs import describe
from core.models import WorkerHeartbeat
from core.release import RELEASE

logger = structlog.get_logger(__name__)

EVERY = timedelta(seconds=25)
STALE = timedelta(seconds=90)  # three were missed: the worker is gone, or cut off from the database
FORGOTTEN = timedelta(days=1)  # until then, one that ended badly can still be seen


class Heartbeat:
    """While it is open, notes every EVERY that this worker is there.

    From a thread of its own: a task may take minutes, and a mail server as long. What a worker does is told by how
    late its mail is.
    """

    def __init__(self, worker: str) -> None:
        self.worker = worker
        self.ending = threading.Event()
        self.thread = threading.Thread(target=self._run, name="heartbeat", daemon=True)

    def __enter__(self) -> Self:
        self.thread.start()
        return self

    def __exit__(self, *exc_info: object) -> None:
        self.ending.set()
        self.thread.join(timeout=5)
        with suppress(Error):  # a row stays that nobody takes for a worker for long
            WorkerHeartbeat.objects.filter(worker=self.worker).delete()

    def _run(self) -> None:
        while True:
            beat(self.worker)
            if self.ending.wait(EVERY.total_seconds()):
                return


def beat(worker: str) -> None:
    """Note that `worker` is there, and forget those that ended long ago without a word."""
    try:
        WorkerHeartbeat.objects.bulk_create(
            [WorkerHeartbeat(worker=worker, release=RELEASE, seen_at=Now())],
            update_conflicts=True,
            unique_fields=["worker"],
            update_fields=["seen_at"],
        )
        WorkerHeartbeat.objects.filter(seen_at__lt=Now() - FORGOTTEN).delete()
    except Error:  # the worker's steps say that the database is away, or not migrated yet
        pass
    except Exception as error:  # or the worker would go on, and be taken for one that has ended
        logger.error("heartbeat_failed", error=describe(error))
    finally:
        connection.close()


def workers_there() -> Any:
    """The workers that have been seen lately, as a QuerySet."""
    return WorkerHeartbeat.objects.filter(seen_at__gte=Now() - STALE)
