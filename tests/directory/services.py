"""Shared by tests: what test_services.py and others lean on."""

from email import message_from_bytes, policy
from typing import Any

from core.models import Outbox


def last_mail(to: Any) -> str:
    """The text of the last mail to somebody."""
    raw = bytes(Outbox.objects.filter(recipients=[to.email]).latest("created_at").raw)
    part = message_from_bytes(raw, policy=policy.default).get_body(["plain"])
    assert part is not None
    return part.get_content().replace("\r\n", "\n")
