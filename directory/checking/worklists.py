"""The operators' lists: which specialists somebody should look at."""

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from directory import ports
from directory.models import Specialist

CHOICES = [
    ("check", _("Waits to be checked")),
    ("changed", _("Changed since the last check")),
    ("recheck", _("Checked too long ago")),
    ("unreachable", _("Clients can’t reach them")),
    ("confirmation", _("Accepting clients, not confirmed")),
    ("answers", _("Leaves requests unanswered")),
]


def needing(which: str) -> QuerySet[Specialist]:
    """The specialists of one of the CHOICES, as of today."""
    today, everybody = timezone.localdate(), Specialist.objects.all()
    specialists: QuerySet[Specialist]
    match which:
        case "check":
            specialists = everybody.waiting().order_by()
        case "changed":
            specialists = everybody.changed().order_by()
        case "unreachable":
            specialists = everybody.unreachable()
        case "recheck":
            specialists = everybody.overdue_for_recheck(today=today)
        case "confirmation":
            specialists = everybody.lapsed(today=today)
        case "answers":
            specialists = everybody.filter(pk__in=ports.booking().leaving_unanswered())
        case _:
            raise ValueError(which)
    return specialists
