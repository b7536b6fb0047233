"""What waits to be done, and what was done, in the background: mail and tasks."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.db.models.functions import Cast, Lower
from django.utils.translation import gettext_lazy as _
from django_tasks import TaskResultStatus
from django_tasks_db.models import DBTaskResult

from accounts.personal_data.registry import Order, Subject, register
from core.mail.outbox import forget
from core.models import Outbox


def mail_to(subject: Subject) -> models.QuerySet[Outbox]:
    """What was written to any of their addresses, however it was spelled."""
    lowered = Cast(
        Lower(Cast("recipients", models.TextField())), ArrayField(models.CharField(max_length=320))
    )
    found = Outbox.objects.alias(lowered=lowered)
    return found.filter(Q(lowered__overlap=list(subject.mailboxes)))


def tasks_about(subject: Subject) -> models.QuerySet[DBTaskResult]:
    """Tasks are given numbers of rows, never words; but what stopped one may have quoted an address."""
    about = Q(pk__in=[])
    for address in subject.mailboxes:
        about |= Q(traceback__icontains=address) | Q(args_kwargs__icontains=address)
    return DBTaskResult.objects.filter(about)


register(
    Outbox,
    title=_("E-mails to you"),
    rows=mail_to,
    erase=lambda subject, rows: forget(rows),
    order=Order.QUEUES,
    fields=["subject", "due_at", "state"],
)
register(
    DBTaskResult,
    title=_("Tasks that failed"),
    rows=tasks_about,
    erase=lambda subject, rows: rows.exclude(status=TaskResultStatus.RUNNING).delete(),
    order=Order.QUEUES,
    fields=["enqueued_at"],
)
