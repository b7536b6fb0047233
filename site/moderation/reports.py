"""What visitors report, from being sent to being erased, whatever it is about."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.http import HttpRequest
from django.utils import timezone

from core import limits
from core.users import User
from moderation.errors import Stale
from moderation.forms import ReportForm
from moderation.models import Report

REPORTS = "5/h/browser,15/d/browser,30/h/network,100/d/network"


@dataclass(frozen=True)
class Receipt:
    """What became of a request to the page with the form: its HTTP status, and in how many seconds to try again."""

    is_sent: bool = False
    status: int = 200
    wait: int = 0


def receive(request: HttpRequest, form: ReportForm, *, save: Callable[..., Any]) -> Receipt:
    """Take what a visitor reports, and `save` it; what a machine has sent is thanked for, and forgotten."""
    if request.method != "POST":
        return Receipt()
    if not form.is_valid():
        return Receipt(status=422)
    if form.is_by_machine:
        return Receipt(is_sent=True)
    try:
        used = limits.use(request, "report", REPORTS)
    except limits.TooOften as error:
        form.add_error(None, form.TOO_OFTEN % {"time": limits.in_words(error.seconds)})
        return Receipt(status=429, wait=error.seconds)
    with used.unless_refused():
        save(**form.told())
    return Receipt(is_sent=True)


def close(*, report: Report, by: User, decision: str) -> None:
    """Say what came of a report. Raises Stale if somebody has closed it already."""
    closed = {
        "state": Report.State.CLOSED,
        "closed_by": by,
        "closed_at": timezone.now(),
        "decision": decision.strip(),
    }
    rows = type(report)._default_manager.filter(pk=report.pk, state=Report.State.OPEN)
    if not rows.update(**closed):
        raise Stale
    report.refresh_from_db()


def erase_closed(model: type[Report], *, before: datetime) -> int:
    """Erase the reports that were closed before a moment. Returns how many."""
    count, _by_model = model._default_manager.filter(closed_at__lt=before).delete()
    return count
