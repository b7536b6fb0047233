"""What the worker does for the directory by itself."""

from datetime import timedelta

from django.utils import timezone

from core.periodic import periodic
from directory import services, visits


@periodic(every=timedelta(hours=6))
def ask_lapsed() -> None:
    """Ask specialists whether *accepting clients* still holds."""
    services.ask_lapsed()


@periodic(every=timedelta(days=1))
def forget_old_views() -> None:
    """Erase the daily totals of views that nobody is shown any more."""
    visits.forget_old_views(today=timezone.localdate())
