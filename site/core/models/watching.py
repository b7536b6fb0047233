"""What is known of the running site beside its content: which workers there are, and why mail didn't go out."""

from django.db import models
from django.db.models.functions import Now


class WorkerHeartbeat(models.Model):
    """A worker that is there. `core.worker.heartbeat` writes it; it goes with the worker's graceful end."""

    worker = models.CharField(max_length=32, primary_key=True)
    release = models.CharField(max_length=40)
    # PostgreSQL's clock alone: it may be another machine's than the worker's, or than the one that asks.
    started_at = models.DateTimeField(db_default=Now())
    seen_at = models.DateTimeField(db_default=Now())

    def __str__(self) -> str:
        return self.worker


class MailFailure(models.Model):
    """The last time that mail didn't go out, without the words of the server: they quote addresses.

    One row at most, whose number is ONLY.
    """

    ONLY = 1

    id = models.PositiveSmallIntegerField(primary_key=True, default=ONLY)
    at = models.DateTimeField()
    kind = models.CharField(max_length=80)  # the error's class, such as SMTPAuthenticationError
    code = models.PositiveSmallIntegerField(null=True)  # SMTP's, such as 550
    status = models.CharField(max_length=16, blank=True)  # RFC 3463's, such as 5.7.1

    class Meta:
        constraints = [
            models.CheckConstraint(name="core_mail_failure_is_one", condition=models.Q(id=1)),
        ]

    def __str__(self) -> str:
        return " ".join(str(part) for part in (self.kind, self.code, self.status) if part)
