"""What the worker does for the directory by itself."""

from datetime import timedelta

from django.utils import timezone

from core.worker.periodic import periodic
from directory import services
from directory.profile import visits
from directory.search.spelling import rebuild_spelling


@periodic(every=timedelta(minutes=5))
def ask_lapsed() -> None:
    """Ask specialists whether *accepting clients* still holds.

    A few at a time and often: meanwhile this worker does nothing else. These are 28,800 people a day; of 100,000
    specialists, 7,000 fall due.
    """
    services.ask_lapsed()


@periodic(every=timedelta(days=1))
def retention() -> None:
    """Erase what the privacy page says is erased, and daily totals that nobody is shown any more."""
    services.erase_old_reports()
    visits.forget_old_views(today=timezone.localdate())


@periodic(every=timedelta(days=1))
def spelling() -> None:
    """Learn the words that people use by now."""
    rebuild_spelling()
