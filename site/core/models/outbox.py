"""E-mails on their way out (docs/decisions/0004)."""

import uuid

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from pgtrigger import After, Condition, Insert, Statement, Trigger, UpdateOf

WAKE = "NOTIFY attune_worker; RETURN NULL;"  # CHANNEL of core/management/commands/worker.py


class OutboxQuerySet(models.QuerySet["Outbox"]):
    def claimable(self) -> "OutboxQuerySet":
        """What a worker may take now: due and waiting, or left behind by a worker whose lease ran out."""
        now = timezone.now()
        waiting, abandoned = Q(state=Outbox.State.PENDING), Q(state=Outbox.State.SENDING, lease_until__lt=now)
        return self.filter(waiting | abandoned, due_at__lte=now)

    def finished(self) -> "OutboxQuerySet":
        return self.exclude(state__in=Outbox.ACTIVE)


class Outbox(models.Model):
    """One message to one set of recipients, complete as it was written. `core.mail.outbox` makes and sends these.

    `raw` is empty once it was delivered, or can't be any more.
    """

    class State(models.TextChoices):
        PENDING = "pending", _("waiting")
        SENDING = "sending", _("being sent")
        SENT = "sent", _("sent")
        FAILED = "failed", _("failed")
        CANCELLED = "cancelled", _("cancelled")

    ACTIVE = (State.PENDING, State.SENDING)

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    dedupe_key = models.CharField(_("key"), max_length=200, unique=True, null=True)  # noqa: DJ001 - many have none
    due_at = models.DateTimeField(_("due"), default=timezone.now)
    expires_at = models.DateTimeField(_("useful until"), null=True)  # after that it isn't sent any more
    # How it is looked at once more before it is sent (`core.mail.outbox.rewrites`), and what it is about, by ids.
    rewriter = models.CharField(max_length=60, blank=True)
    about = models.JSONField(default=dict)
    state = models.CharField(_("state"), max_length=10, choices=State.choices, default=State.PENDING)
    lease_until = models.DateTimeField(_("leased until"), null=True)
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    message_id = models.CharField(_("Message-ID"), max_length=320)
    sender = models.CharField(_("from"), max_length=320)
    recipients = ArrayField(models.CharField(max_length=320), verbose_name=_("to"))
    subject = models.CharField(_("subject"), max_length=998)
    raw = models.BinaryField(_("message"))
    created_at = models.DateTimeField(_("written"), auto_now_add=True)
    sent_at = models.DateTimeField(_("sent"), null=True)
    last_error = models.CharField(_("last error"), max_length=200, blank=True)
    # About somebody who has been erased: the row goes as soon as it has been sent, or given up.
    forget_when_sent = models.BooleanField(default=False)

    objects = OutboxQuerySet.as_manager()

    class Meta:
        verbose_name = _("e-mail")
        verbose_name_plural = _("e-mails")
        indexes = [
            models.Index(
                fields=["due_at"], name="core_outbox_due", condition=Q(state__in=["pending", "sending"])
            ),
            models.Index(fields=["-created_at"], name="core_outbox_newest"),
        ]
        # Workers are told at the commit, and after a rollback nobody is. Their own notes, that a message is being
        # sent and was sent, wake nobody. PostgreSQL tells one transaction's equal notifications once.
        triggers = [
            Trigger(name="new_mail", level=Statement, when=After, operation=Insert, func=WAKE),
            Trigger(
                name="mail_again",
                when=After,
                operation=UpdateOf("state", "due_at"),
                condition=Condition(
                    "NEW.state = 'pending' AND (OLD.state <> 'pending' OR NEW.due_at < OLD.due_at)"
                ),
                func=WAKE,
            ),
        ]
        constraints = [
            models.CheckConstraint(
                name="core_outbox_state",
                condition=Q(state__in=["pending", "sending", "sent", "failed", "cancelled"]),
            ),
            models.CheckConstraint(
                name="core_outbox_leased_while_sending",
                condition=~Q(state="sending") | Q(lease_until__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return self.message_id
