"""What people ask for about their own data."""

import uuid
from datetime import datetime

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _


class DataExport(models.Model):
    """A copy of what the site holds about somebody, as a zip, made by the worker.

    The zip is in the database and not on the disk: it goes with its row, in the same transaction, so no file can be
    forgotten, served by mistake or left behind on another machine. It lives for a day, and there is one per person.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    user = models.OneToOneField(
        settings.AUTH_USER_MODEL,
        verbose_name=_("user"),
        on_delete=models.CASCADE,
        related_name="data_export",
    )
    requested_at = models.DateTimeField(_("asked for"))
    expires_at = models.DateTimeField(_("erased"), null=True)
    content = models.BinaryField(_("zip file"), null=True)

    class Meta:
        verbose_name = _("copy of somebody’s data")
        verbose_name_plural = _("copies of people’s data")

    def __str__(self) -> str:
        return str(self.pk)

    @property
    def is_ready(self) -> bool:
        return self.expires_at is not None


class ErasureRequest(models.Model):
    """Somebody wants to be erased. Until `due_at` they can think better of it."""

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, verbose_name=_("user"), on_delete=models.CASCADE, related_name="erasure"
    )
    requested_at = models.DateTimeField(_("asked for"))
    due_at = models.DateTimeField(_("erased"), db_index=True)
    paused = ArrayField(
        models.CharField(max_length=40),
        default=list,
        help_text=_("Names of what was paused, and goes on if the account is kept."),
    )

    class Meta:
        verbose_name = _("request to be erased")
        verbose_name_plural = _("requests to be erased")

    def __str__(self) -> str:
        return f"{self.due_at:%Y-%m-%d}"

    def can_be_undone(self, now: datetime) -> bool:
        return now < self.due_at
