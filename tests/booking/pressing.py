"""Pressing a button of a page about a consultation: with what the page showed, as a browser sends it."""

import re
from typing import Any

from django.test import Client

from booking import tokens
from booking.forms import as_shown
from booking.models import Booking

SHOWN = re.compile(r'name="shown" value="([^"]+)"')
TOKEN = re.compile(r"/bookings/([^/]+)/")


def shown_on(client: Client, path: str) -> str:
    """What the forms of a page carry; where it has none any more, what it would have shown a moment ago."""
    response = client.get(path)
    found = set(SHOWN.findall(response.content.decode())) if response.status_code == 200 else set()
    if found:
        assert len(found) == 1, path
        return str(found.pop())
    token = TOKEN.search(path)
    assert token, path
    link = tokens.find(token[1], user=response.wsgi_request.user)
    return as_shown(link.booking) if link else ""


def press(client: Client, path: str, data: dict[str, Any] | None = None, *, on: str = "", **more: Any) -> Any:
    """POST `data` to `path` with what the page `on` shows; by default, the one at `path`, where it has one."""
    if not on:
        on = re.sub(r"agree/$", "", path)
        if "move/" in path or "propose/" in path:
            on += f"?start={(data or {}).get('start', '')}"
    return client.post(path, {**(data or {}), "shown": shown_on(client, on)}, **more)


def press_for(client: Client, path: str, booking: Booking, data: dict[str, Any] | None = None) -> Any:
    """POST `data` to `path` from a page that showed `booking` as the object has it now."""
    return client.post(path, {**(data or {}), "shown": as_shown(booking)})
