"""What the worker does for the directory by itself."""

from datetime import timedelta

from django.utils import timezone

from core.periodic import periodic
from directory import services, visits
from directory.search.vocabulary import rebuild_vocabulary


@periodic(every=timedelta(hours=6))
def ask_lapsed() -> None:
    """Ask specialists whether *accepting clients* still holds."""
    services.ask_lapsed()


@periodic(every=timedelta(days=1))
def retention() -> None:
    """Erase what the privacy page says is erased, and daily totals that nobody is shown any more."""
    services.erase_old_reports()
    visits.forget_old_views(today=timezone.localdate())


@periodic(every=timedelta(days=1))
def vocabulary() -> None:
    """Learn the words that people use by now."""
    rebuild_vocabulary()
