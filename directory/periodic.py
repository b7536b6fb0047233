"""What the worker does for the directory by itself."""

from datetime import timedelta

from core.periodic import periodic
from directory import services


@periodic(every=timedelta(hours=6))
def ask_lapsed() -> None:
    """Ask specialists whether *accepting clients* still holds."""
    services.ask_lapsed()


@periodic(every=timedelta(days=1))
def retention() -> None:
    """Erase what the privacy page says is erased."""
    services.erase_old_reports()
