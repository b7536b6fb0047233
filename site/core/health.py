"""For machines that watch the site."""

import shutil
from datetime import timedelta
from pathlib import Path
from typing import Any

import structlog
from django.conf import settings
from django.db import DEFAULT_DB_ALIAS, DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from core.logs import describe
from core.models import MailFailure, Outbox, WorkerHeartbeat
from core.release import RELEASE
from core.worker.heartbeat import workers_there

logger = structlog.get_logger(__name__)

FULL = 200_000_000  # bytes: with less, uploads, backups and the database itself begin to fail
# Whoever sends one of them is a proxy, so the request isn't from this machine though the connection is.
OF_PROXIES = (
    "HTTP_X_FORWARDED_FOR",
    "HTTP_X_FORWARDED_PROTO",
    "HTTP_X_REAL_IP",
    "HTTP_FORWARDED",
    "HTTP_VIA",
)
LOOPBACK = ("127.0.0.1", "::1")


def outbox_lag() -> timedelta:
    """For how long the longest-waiting message has been due. Zero when none is."""
    oldest = Outbox.objects.claimable().order_by("due_at").values_list("due_at", flat=True).first()
    return timezone.now() - oldest if oldest else timedelta()


def migrations_are_applied() -> bool:
    """Whether the database has every migration of this code. Once true, it stays true for this process."""
    if not _seen_applied:
        executor = MigrationExecutor(connection)
        if executor.migration_plan(executor.loader.graph.leaf_nodes()):
            return False
        _seen_applied.add(DEFAULT_DB_ALIAS)
    return True


_seen_applied: set[str] = set()


def disk_free() -> int:
    """The bytes that are free where media are kept, or will be."""
    folder = Path(settings.MEDIA_ROOT)
    while not folder.exists():
        folder = folder.parent
    return shutil.disk_usage(folder).free


def mail_failure() -> dict[str, Any] | None:
    """When mail last didn't go out, and why as far as that names nobody. None if it always has."""
    failure = MailFailure.objects.first()
    if failure is None:
        return None
    return {
        "at": failure.at.isoformat(timespec="seconds"),
        "kind": failure.kind,
        "code": failure.code,
        "status": failure.status,
    }


def is_from_this_machine(request: HttpRequest) -> bool:
    """Whether somebody on this machine asks, without a proxy: ours names the client in X-Forwarded-For each time."""
    return request.META.get("REMOTE_ADDR") in LOOPBACK and not any(
        name in request.META for name in OF_PROXIES
    )


@never_cache
@require_safe
def healthz(request: HttpRequest) -> HttpResponse:
    """200 while this process answers. What a load balancer asks: it says nothing about mail."""
    return HttpResponse("ok\n", content_type="text/plain")


@never_cache
@require_safe
def readyz(request: HttpRequest) -> JsonResponse:
    """200 when the database answers and is migrated, a worker is there and mail goes out, else 503.

    For monitors and deploys. Whoever asks from the machine itself gets details.
    """
    state: dict[str, Any] = {
        "database": "ok",
        "migrations": "ok",
        "outbox": "ok",
        "worker": "ok",
        "disk": "ok",
    }
    details: dict[str, Any] = {"release": RELEASE}
    try:
        free = disk_free()
    except OSError as error:
        logger.error("not_ready", error=describe(error))
        state["disk"] = "unknown"
    else:
        state["disk"] = "ok" if free >= FULL else "full"
        details["disk_free_mb"] = free // 1_000_000
    try:
        if not migrations_are_applied():
            state["migrations"] = "missing"
        else:
            lag = outbox_lag()
            if lag > settings.OUTBOX_LAG:
                state["outbox"] = "late"
            if not workers_there().exists():
                state["worker"] = "stopped"
            if is_from_this_machine(request):
                details |= {
                    "mail_late_seconds": round(lag.total_seconds()),
                    "mail_failure": mail_failure(),
                    "workers": [
                        {"release": worker.release, "seen_at": worker.seen_at.isoformat(timespec="seconds")}
                        for worker in WorkerHeartbeat.objects.order_by("-seen_at")
                    ],
                }
    except DatabaseError as error:
        logger.error("not_ready", error=describe(error))
        state |= {"database": "away", "migrations": "unknown", "outbox": "unknown", "worker": "unknown"}
    ready = set(state.values()) == {"ok"}
    if is_from_this_machine(request):
        state["details"] = details
    return JsonResponse(state, status=200 if ready else 503)
