"""What visitors report, whatever it is about. Each app has a table of its own, with what it is about."""

from collections.abc import Collection
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class Report(models.Model):
    """Somebody says that something is wrong. Never public; moderators read it.

    A model of it adds what it is about and a `kind`. Names of constraints and indexes are their tables' own, so its
    Meta has a constraint with HAS_DATE_WHEN_CLOSED.
    """

    class State(models.TextChoices):
        OPEN = "open", _("open")
        CLOSED = "closed", _("closed")

    # The kinds that can't wait for the daily mail: each report of them is mailed by itself.
    URGENT: ClassVar[Collection[str]] = ()
    HAS_DATE_WHEN_CLOSED: ClassVar[Q] = Q(state="open", closed_at=None) | Q(
        state="closed", closed_at__isnull=False
    )

    text = models.TextField(_("what happened"), max_length=1000)
    email = models.EmailField(_("e-mail address"), blank=True)
    created_at = models.DateTimeField(_("reported"), default=timezone.now)
    state = models.CharField(_("state"), max_length=8, choices=State.choices, default=State.OPEN)
    decision = models.TextField(_("decision"), max_length=1000, blank=True)
    closed_at = models.DateTimeField(_("closed"), null=True, blank=True)
    closed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("closed by"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )

    class Meta:
        abstract = True
        ordering = ["created_at", "pk"]
