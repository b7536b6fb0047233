"""What visitors report, whatever it is about, and the addresses that moderators have blocked."""

from collections.abc import Collection
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class Report(models.Model):
    """Somebody says that something is wrong. Never public; moderators read it.

    Each app has a table of its own: a model of it adds what it is about and a `kind`. Names of constraints and indexes
    are their tables' own, so its Meta has a constraint with HAS_DATE_WHEN_CLOSED.
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


class BlockedAddress(models.Model):
    """An address that moderators have blocked, in all spellings that reach its mailbox.

    The address itself isn't kept, so nobody can read a list of them.
    """

    mailbox_key = models.BinaryField(
        max_length=32,
        unique=True,
        editable=False,
        help_text="HMAC-SHA256 of the mailbox, without +tags: only equality can be told.",
    )
    masked = models.CharField(_("address"), max_length=255, editable=False, help_text="Like r…@example.org.")
    reason = models.CharField(
        _("reason"), max_length=300, help_text=_("For the team alone. Don't write who it is.")
    )
    blocked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("blocked by"),
        null=True,
        editable=False,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    blocked_at = models.DateTimeField(_("blocked on"), auto_now_add=True)

    class Meta:
        verbose_name = _("blocked address")
        verbose_name_plural = _("blocked addresses")
        ordering = ["-blocked_at", "-pk"]

    def __str__(self) -> str:
        """Without the address: Wagtail's log keeps this for good."""
        return f"#{self.pk}"
