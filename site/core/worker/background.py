"""Tasks of django-tasks, run by our worker. A task takes ids and is safe to run twice (see decision 0004)."""

from collections.abc import Callable
from datetime import datetime, timedelta

import structlog
from django.conf import settings
from django.db.models import F, Func, IntegerField, Min, QuerySet
from django.utils import timezone
from django_tasks import TaskResultStatus
from django_tasks_db.management.commands.db_worker import Worker
from django_tasks_db.models import DBTaskResult, get_date_max
from wagtail.tasks import delete_file_from_storage_task

from core.worker.periodic import periodic

logger = structlog.get_logger(__name__)

MAX_STARTS = 5  # a task that kills its worker each time must not do so for ever


def run_ready(limit: int, *, worker_id: str, stopping: Callable[[], bool] = lambda: False) -> int:
    """Run up to `limit` tasks that are ready and return how many. `stopping` is asked between two tasks."""
    worker = Worker(
        queue_names=["*"],
        excluded_queue_names=[],
        interval=0,
        batch=True,
        backend_name="default",
        startup_delay=False,
        max_tasks=1,
        worker_id=worker_id,
    )
    done = 0
    while done < limit and not stopping():
        worker.run()  # returns after one task, or at once when none is ready
        if worker._run_tasks == done:
            break
        done = worker._run_tasks
        worker.max_tasks = done + 1
    return done


def ready() -> QuerySet[DBTaskResult]:
    """The tasks that `run_ready` finds."""
    return DBTaskResult.objects.ready().filter(backend_name="default")


def next_due() -> datetime | None:
    """When `run_ready` may find something, as far as is known now: a task was put off until then."""
    put_off = DBTaskResult.objects.filter(
        backend_name="default", status=TaskResultStatus.READY, run_after__lt=get_date_max()
    )
    at: datetime | None = put_off.aggregate(at=Min("run_after"))["at"]
    return at


@periodic(every=timedelta(seconds=30))
def requeue_abandoned() -> int:
    """Make tasks ready again whose worker has died: those that have been running for longer than TASK_LEASE.

    django-tasks-db leaves them running for ever (django-tasks-db issue 46).
    """
    starts = Func(F("worker_ids"), function="jsonb_array_length", output_field=IntegerField())
    running = DBTaskResult.objects.running().alias(starts=starts)
    abandoned = running.filter(started_at__lt=timezone.now() - settings.TASK_LEASE)
    failed = abandoned.filter(starts__gte=MAX_STARTS).update(
        status=TaskResultStatus.FAILED, finished_at=timezone.now()
    )
    requeued = abandoned.update(status=TaskResultStatus.READY)
    if requeued:
        logger.warning("tasks_requeued", count=requeued)
    if failed:
        logger.error("tasks_given_up", count=failed)
    return requeued


@periodic(every=timedelta(days=1))
def forget_finished_tasks() -> None:
    """Erase the results of tasks that ended more than two weeks ago."""
    DBTaskResult.objects.finished().filter(finished_at__lt=timezone.now() - timedelta(days=14)).delete()


@periodic(every=timedelta(minutes=5))
def forget_deleted_files() -> None:
    """Erase the results of deleting files: they name the file, which may be named after somebody."""
    DBTaskResult.objects.successful().filter(task_path=delete_file_from_storage_task.module_path).delete()
