"""The log of decisions about specialists."""

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from directory.models.specialists import Specialist


class SpecialistCheck(models.Model):
    """One decision about a specialist: who, when, why, and what it was about. Never a copy of a document."""

    class Decision(models.TextChoices):
        APPROVED = "approved", _("approved")
        CHANGES_REQUESTED = "changes", _("asked for changes")
        RECHECKED = "rechecked", _("checked again")
        SEEN = "seen", _("looked at what has changed")
        CORRECTED = "corrected", _("corrected by a moderator")
        SUSPENDED = "suspended", _("suspended")
        REINSTATED = "reinstated", _("reinstated")

    class Point(models.TextChoices):
        """What has to be true before a specialist is approved."""

        NAME = "name", _("The name is the same in the register.")
        LICENCE = "licence", _("The licence or membership is active.")
        COUNTRY = "country", _("The country is right.")
        # Asked where the profile says so.
        PRESCRIBING = "prescribing", _("The licence allows them to prescribe medicine.")
        CONTACT = "contact", _("The web page and the telephone number are those of the practice.")

    specialist = models.ForeignKey(
        Specialist, verbose_name=_("specialist"), on_delete=models.CASCADE, related_name="checks"
    )
    decision = models.CharField(_("decision"), max_length=12, choices=Decision.choices)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("by"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    at = models.DateTimeField(_("at"), default=timezone.now)
    comment = models.TextField(_("comment for the specialist"), max_length=2000, blank=True)
    field_comments = models.JSONField(
        _("comments on fields"),
        default=dict,
        blank=True,
        help_text="Text by the name of a field, or text.<language>.",
    )
    ticked = models.JSONField(_("checklist"), default=list, blank=True, help_text="Values of Point.")
    # What was looked at, so that the next check can show what has changed since. The facts are these, and all that
    # needs no check as `review.practice_now` has it.
    facts = models.JSONField(default=dict, blank=True, help_text="As Specialist.checked_facts() has them.")
    texts = models.JSONField(default=dict, blank=True, help_text="The page's revision by language.")

    class Meta:
        verbose_name = _("decision about a specialist")
        verbose_name_plural = _("decisions about specialists")
        ordering = ["-at", "-pk"]
        indexes = [models.Index(fields=["specialist", "-at"], name="directory_check_newest")]

    def __str__(self) -> str:
        return f"{self.specialist}: {self.get_decision_display()}"

    @property
    def points(self) -> list[str]:
        """What was ticked, in words."""
        return [str(point.label) for point in self.Point if point.value in self.ticked]
