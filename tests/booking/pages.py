"""Shared by tests: what test_booking_pages.py and others lean on."""

import re
from datetime import timedelta
from html.parser import HTMLParser
from typing import Any

from booking.models import ActionToken, Booking, BookingEvent, Schedule
from core.mail.outbox import Stored
from core.models import Outbox
from directory.models import SearchRow
from tests.booking.conftest import NOW

NINE = NOW + timedelta(hours=1)


HALF_PAST = NINE + timedelta(minutes=30)


def address(schedule: Schedule, language: str = "en") -> str:
    return f"/{language}/specialists/{schedule.specialist.slug}/book/"


class Days(HTMLParser):
    """The dates of the page with the times under them, as the page marks them up: {date: [start, …]}."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.found: dict[str, list[str]] = {}
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = dict(attrs)
        moment = values.get("datetime") or ""
        if tag == "time" and len(moment) == 10:
            self.found[moment] = []
        if tag == "button" and values.get("name") == "start":
            list(self.found.values())[-1].append(values["value"] or "")


def link(kind: str = "confirm", mail: str = "confirm_address") -> str:
    """The path of a page that the client's newest mail of this kind opens, for `kind` of action."""
    row = Outbox.objects.filter(dedupe_key__endswith=f":{mail}").latest("created_at")
    (found,) = set(re.findall(r"http://localhost:8000(/\w+/bookings/[\w-]+/)", text_of(row)))
    return f"{found}{kind}/"


def text_of(row: Outbox) -> str:
    body = Stored(row).parsed().get_body(("plain",))
    assert body is not None
    return body.get_content() + "\n"


def rows() -> dict[str, Any]:
    """Everything that a link must not change by being opened."""
    return {
        "bookings": list(
            Booking.objects.order_by("pk").values("pk", "status", "sequence", "hold_expires_at")
        ),
        "events": BookingEvent.objects.count(),
        "tokens": ActionToken.objects.count(),
        "mails": Outbox.objects.count(),
        "next": list(SearchRow.objects.order_by("pk").values("pk", "next_slot_at")),
    }
