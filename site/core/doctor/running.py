"""What runs, and what room it has."""

from django.db.models.functions import Now

from core import health
from core.doctor.registry import Problem, check
from core.models import WorkerHeartbeat
from core.release import RELEASE
from core.worker.heartbeat import workers_there

LOW = 2_000_000_000  # bytes


@check("worker")
def worker() -> str:
    """There is a worker, and it is of this release."""
    there = list(workers_there())
    if not there:
        last = WorkerHeartbeat.objects.order_by("-seen_at").first()
        seen = f", the last one since {last.seen_at.isoformat(timespec='seconds')}" if last else ""
        raise Problem(
            f"No worker has been seen{seen}: no mail goes out. `systemctl start attune-worker`, and see "
            "`journalctl -u attune-worker`."
        )
    if others := {one.release for one in there} - {RELEASE}:
        raise Problem(
            f"A worker runs release {', '.join(sorted(others))}, and this is {RELEASE}: "
            "`systemctl restart attune-worker`."
        )
    oldest = (
        WorkerHeartbeat.objects.filter(pk__in=[one.pk for one in there]).annotate(now=Now()).latest("seen_at")
    )
    ago = (oldest.now - oldest.seen_at).total_seconds()  # type: ignore[attr-defined]  # annotated above
    return f"{len(there)} there, seen {ago:.0f} seconds ago."


@check("disk", needs_database=False)
def disk() -> str:
    """There is room for uploads and for what grows."""
    free = health.disk_free()
    room = f"{free / 1e9:.1f} GB are free where media are kept"
    if free < LOW:
        raise Problem(f"Only {room}: delete old releases and old backups, or give the disk more room.")
    return f"{room}."


@check("release", needs_database=False)
def release() -> str:
    """Which one this is. Nothing can be wrong with it."""
    return f"This is {RELEASE}."
