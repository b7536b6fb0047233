"""For machines that watch the site."""

from datetime import timedelta

import structlog
from django.conf import settings
from django.db import DEFAULT_DB_ALIAS, DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from core.logs import describe
from core.models import Outbox

logger = structlog.get_logger(__name__)


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


@never_cache
@require_safe
def healthz(request: HttpRequest) -> HttpResponse:
    """200 while this process answers. What a load balancer asks: it says nothing about mail."""
    return HttpResponse("ok\n", content_type="text/plain")


@never_cache
@require_safe
def readyz(request: HttpRequest) -> JsonResponse:
    """200 when the database answers, is migrated and mail goes out, else 503. For monitors and deploys."""
    state = {"database": "ok", "migrations": "ok", "outbox": "ok"}
    try:
        if not migrations_are_applied():
            state["migrations"] = "missing"
        elif outbox_lag() > settings.OUTBOX_LAG:
            state["outbox"] = "late"
    except DatabaseError as error:
        logger.error("not_ready", error=describe(error))
        state = {"database": "away", "migrations": "unknown", "outbox": "unknown"}
    ready = set(state.values()) == {"ok"}
    return JsonResponse(state, status=200 if ready else 503)
