"""What the worker does for the directory by itself."""

from datetime import timedelta

from core.periodic import periodic
from directory import services


@periodic(every=timedelta(hours=6))
def ask_lapsed() -> None:
    """Ask specialists whether *accepting clients* still holds."""
    services.ask_lapsed()
