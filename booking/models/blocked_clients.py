"""Addresses under which nobody can book."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class BlockedClient(models.Model):
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
