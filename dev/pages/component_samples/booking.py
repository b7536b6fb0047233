"""Samples of what a booking is chosen with."""

from collections.abc import Iterator
from datetime import date
from typing import Any

from dev.pages.component_samples.sample import Sample


def booking_samples(words: dict[str, Any]) -> Iterator[Sample]:
    """Choosing a time."""
    yield Sample(
        "time_zone_note",
        "two clocks",
        {
            "time_zone": words["zone"],
            "specialist_name": words["name"],
            "specialist_time_zone": words["other_zone"],
            "change_url": "#",
        },
    )
    slots = [
        {
            "value": f"2026-11-24T{hour}Z",
            "label": hour,
            "datetime": f"2026-11-24T{hour}Z",
            "sr_label": words["heading_day"],
            "checked": hour == "10:00",
            "url": "#",
        }
        for hour in ("09:30", "10:00", "10:30", "16:00")
    ]
    yield Sample(
        "slot_day",
        "buttons",
        {"heading_level": 2, "heading": words["heading_day"], "datetime": "2026-11-24", "slots": slots},
    )
    yield Sample(
        "slot_day",
        "links",
        {"heading_level": 2, "heading": words["heading_day"], "slots": slots, "mode": "link"},
    )
    yield Sample("slot_day", "none", {"heading_level": 2, "heading": words["heading_day"]})
    yield Sample("slot_nav", "", {"earlier_url": "#", "later_url": "#"})
    yield Sample("slot_nav", "buttons", {"name": "from", "later": date(2026, 12, 8), "label": "Later"})
