"""What the worker does for bookings by itself."""

from datetime import timedelta

from booking import services, slots
from core.periodic import periodic


@periodic(every=timedelta(days=1))
def retention() -> None:
    """Erase what the privacy page says is erased."""
    services.erase_old()


@periodic(every=timedelta(minutes=1))
def tick() -> None:
    """End old holds, close past consultations, and look up next free times that have run out."""
    services.expire_holds()
    services.complete_past()
    slots.refresh_stale()
