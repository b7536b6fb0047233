"""What the worker does for bookings by itself."""

from datetime import timedelta

from booking import services
from core.worker.periodic import periodic


@periodic(every=timedelta(days=1))
def retention() -> None:
    """Erase what the privacy page says is erased."""
    services.erase_old()


@periodic(every=timedelta(minutes=1))
def tick() -> None:
    """End what nobody answered, close what is over, look up next free times that have run out."""
    services.tick()
