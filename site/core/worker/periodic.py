"""Work that repeats: `@periodic(every=timedelta(minutes=1))` on a function in an app's `periodic.py`.

The worker calls each job once per period, however many workers there are. A job takes no arguments, is short
or starts tasks, and is safe to run again: when it raises, or its worker dies, it is tried again later.
"""

from collections.abc import Callable
from datetime import datetime, timedelta

import structlog
from django.db.models import Min
from django.utils import timezone
from django.utils.module_loading import autodiscover_modules

from core.logs import describe

logger = structlog.get_logger(__name__)

Job = Callable[[], object]
jobs: dict[str, tuple[timedelta, Job]] = {}

RETRY = timedelta(minutes=5)


def periodic(*, every: timedelta) -> Callable[[Job], Job]:
    """Register a function as a job that runs once per `every`, first when a worker first sees it."""

    def register(job: Job) -> Job:
        jobs[f"{job.__module__}.{job.__qualname__}"] = (every, job)
        return job

    return register


def discover() -> None:
    """Import every app's `periodic` module and give new jobs their row."""
    from core.models import PeriodicRun

    autodiscover_modules("periodic")
    PeriodicRun.objects.bulk_create([PeriodicRun(name=name) for name in jobs], ignore_conflicts=True)


def run_due() -> int:
    """Run the jobs that are due and that no other worker took; return how many. No failure stops another."""
    from core.models import PeriodicRun

    now = timezone.now()
    done = 0
    for name in PeriodicRun.objects.filter(name__in=jobs, next_at__lte=now).values_list("name", flat=True):
        every, job = jobs[name]
        row = PeriodicRun.objects.filter(name=name)
        # The UPDATE decides which worker runs it, and is the lease too: a dead worker's job comes back.
        retry_at = now + min(every, RETRY)
        if not row.filter(next_at__lte=now).update(next_at=retry_at):
            continue
        try:
            job()
        except Exception as error:
            logger.error("periodic_job_failed", job=name, error=describe(error))
            continue
        row.filter(next_at=retry_at).update(next_at=now + every)
        done += 1
    return done


def next_due() -> datetime | None:
    """When `run_due` finds something, unless another worker comes first."""
    from core.models import PeriodicRun

    at: datetime | None = PeriodicRun.objects.filter(name__in=jobs).aggregate(at=Min("next_at"))["at"]
    return at
