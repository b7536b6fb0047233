"""When periodic work runs next."""

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class PeriodicRun(models.Model):
    """One row per job of `core.worker.periodic`. Whoever moves `next_at` on, with one UPDATE, runs the job."""

    name = models.CharField(_("name"), max_length=200, primary_key=True)
    next_at = models.DateTimeField(_("next run"), default=timezone.now)

    class Meta:
        verbose_name = _("periodic job")
        verbose_name_plural = _("periodic jobs")

    def __str__(self) -> str:
        return self.name
