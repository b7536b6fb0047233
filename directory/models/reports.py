"""What visitors report about profiles."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from directory.models.specialists import Specialist


class ProfileReport(models.Model):
    """Somebody says that something about a profile or a specialist is wrong. Never public; moderators read it."""

    class Kind(models.TextChoices):
        FACTS = "facts", _("Something on the profile is wrong")
        IDENTITY = "identity", _("This is not who they say they are")
        CONDUCT = "conduct", _("How they treated me or somebody else")
        OTHER = "other", _("Something else")

    # Not about a wrong fact: each is mailed by itself. Nobody knows what *something else* is before reading it.
    URGENT = (Kind.IDENTITY, Kind.CONDUCT, Kind.OTHER)

    class State(models.TextChoices):
        OPEN = "open", _("open")
        CLOSED = "closed", _("closed")

    specialist = models.ForeignKey(
        Specialist, verbose_name=_("specialist"), on_delete=models.CASCADE, related_name="reports"
    )
    kind = models.CharField(_("what it is about"), max_length=10, choices=Kind.choices)
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
        verbose_name = _("report about a profile")
        verbose_name_plural = _("reports about profiles")
        ordering = ["created_at", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(state="open", closed_at=None) | Q(state="closed", closed_at__isnull=False),
                name="directory_report_closed_at",
            )
        ]
        indexes = [
            models.Index(fields=["created_at"], name="directory_report_open", condition=Q(state="open"))
        ]

    def __str__(self) -> str:
        return f"{self.specialist}: {self.get_kind_display()}"

    @property
    def cms_url(self) -> str:
        return reverse("profile_reports:edit", args=[self.pk])
