"""What visitors report about profiles."""

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from directory.models.specialists import Specialist
from moderation.models import Report


class ProfileReport(Report):
    """Somebody says that something about a profile or a specialist is wrong. Never public; moderators read it."""

    class Kind(models.TextChoices):
        WRONG_FACTS = "facts", _("Something on the profile is wrong")
        IDENTITY = "identity", _("This is not who they say they are")
        CONDUCT = "conduct", _("How they treated me or somebody else")
        OTHER = "other", _("Something else")

    # Not about a wrong fact. Nobody knows what *something else* is before reading it.
    URGENT = (Kind.IDENTITY, Kind.CONDUCT, Kind.OTHER)

    specialist = models.ForeignKey(
        Specialist, verbose_name=_("specialist"), on_delete=models.CASCADE, related_name="reports"
    )
    kind = models.CharField(_("what it is about"), max_length=10, choices=Kind.choices)

    class Meta(Report.Meta):
        verbose_name = _("report about a profile")
        verbose_name_plural = _("reports about profiles")
        constraints = [
            models.CheckConstraint(condition=Report.HAS_DATE_WHEN_CLOSED, name="directory_report_closed_at")
        ]
        indexes = [
            models.Index(fields=["created_at"], name="directory_report_open", condition=Q(state="open"))
        ]

    def __str__(self) -> str:
        return f"{self.specialist}: {self.get_kind_display()}"

    @property
    def cms_url(self) -> str:
        return reverse("profile_reports:edit", args=[self.pk])
