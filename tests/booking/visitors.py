"""Shared by tests: what test_spam.py and others lean on."""

import re
from datetime import datetime, timedelta
from typing import Any

from django.test import Client

from booking.models import Schedule
from core.models import Outbox
from tests.booking.conftest import NOW
from tests.booking.pages import Days, address
from tests.factories.booking import booking_form

NINE = NOW + timedelta(hours=1)


def by(network: int) -> Client:
    """A browser of its own, somewhere else."""
    return Client(REMOTE_ADDR=f"192.0.2.{network}")


def book(client: Client, schedule: Schedule, start: datetime = NINE, **fields: str) -> Any:
    return client.post(address(schedule), booking_form(start, **fields))


def seen(client: Client, response: Any) -> tuple[int, str, int]:
    """What a stranger can tell answers apart by: status, where it leads, how long the page there is."""
    location = response.get("Location", "")
    page = client.get(location) if location else response
    text = re.sub(rb'name="csrfmiddlewaretoken" value="\w+"', b"", page.content)
    return response.status_code, location, len(text)


def mails_to(email: str) -> list[Outbox]:
    return [row for row in Outbox.objects.order_by("created_at") if row.recipients == [email]]


def minutes_to_wait(response: Any) -> int:
    """What a refused page says, which is what its header says."""
    text = re.sub(r"\s+", " ", response.content.decode())
    (minutes,) = re.findall(r"try again in (\d+) minutes?", text)
    assert response["Retry-After"] == str(int(minutes) * 60)
    return int(minutes)


def free(client: Client, schedule: Schedule) -> list[datetime]:
    """The free times of the first day, as anybody sees them."""
    shown = Days(client.get(address(schedule), {"tz": "UTC"}).content.decode()).found["2027-03-01"]
    return [datetime.fromisoformat(start) for start in shown]
