"""Shared by tests: what test_requests.py and others lean on."""

import uuid
from datetime import datetime, timedelta
from typing import Any

from booking import services
from booking.models import Booking, Schedule
from core.models import Outbox
from tests.booking.conftest import NOW
from tests.factories.booking import ClientFactory, ScheduleFactory

TOMORROW = NOW + timedelta(days=1, hours=1)  # Tuesday, 09:00


LATER = TOMORROW + timedelta(hours=1)


DAY, HOUR = timedelta(days=1), timedelta(hours=1)


def request(schedule: Schedule, start: datetime = TOMORROW, **details: Any) -> Booking:
    """A consultation of a client whose address is known: requested or confirmed at once."""
    client = ClientFactory(is_verified=True, **details)
    return services.request_booking(
        specialist=schedule.specialist, start=start, client=client, key=uuid.uuid4()
    )


def by_hand(**fields: Any) -> Schedule:
    return ScheduleFactory(confirms_by_hand=True, **fields)


def mails(kind: str) -> list[Outbox]:
    return list(Outbox.objects.filter(dedupe_key__endswith=f":{kind}").order_by("created_at"))
