"""Shared by tests: what test_services.py and others lean on."""

import uuid
from datetime import UTC, datetime, timedelta
from typing import Any

from booking import services, slots
from booking.models import Booking, Schedule
from directory.models import SearchRow
from tests.booking.conftest import NOW
from tests.factories.booking import (
    ClientFactory,
)

NINE = NOW + timedelta(hours=1)


HALF_PAST = NINE + timedelta(minutes=30)


def request(schedule: Schedule, start: datetime = NINE, **more: Any) -> Booking:
    details = {"client": ClientFactory(), "key": uuid.uuid4(), **more}
    return services.request_booking(specialist=schedule.specialist, start=start, **details)


def free(schedule: Schedule, days: int = 1) -> list[datetime]:
    """The free starts of the next `days` days, read anew."""
    hours = slots.read_hours([schedule.pk])[schedule.pk]
    midnight = NOW.replace(hour=0)
    return hours.starts(now=datetime.now(UTC), since=midnight, until=midnight + timedelta(days=days))


def next_slot(schedule: Schedule) -> datetime | None:
    return SearchRow.objects.filter(pk=schedule.pk).values_list("next_slot_at", flat=True).first()
