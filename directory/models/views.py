"""How often a profile is looked at: a number a day, and nothing about who looked."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from directory.models.specialists import Specialist


class ProfileViews(models.Model):
    """How many times a profile was opened on a day, in all languages together."""

    specialist = models.ForeignKey(
        Specialist, verbose_name=_("specialist"), on_delete=models.CASCADE, related_name="views"
    )
    day = models.DateField(_("day"), db_index=True)
    count = models.PositiveIntegerField(_("views"), default=0)

    class Meta:
        verbose_name = _("views of a profile")
        verbose_name_plural = _("views of profiles")
        ordering = ["day"]
        constraints = [
            models.UniqueConstraint(fields=["specialist", "day"], name="directory_views_one_row_a_day")
        ]

    def __str__(self) -> str:
        return f"{self.specialist}, {self.day}: {self.count}"
