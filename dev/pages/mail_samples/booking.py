"""Every mail about a booking, with made-up details. Nothing is stored."""

from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

from django.core.mail import EmailMultiAlternatives

from accounts.models import User
from booking.emails.messages import about_pause, to_client, to_specialist, why_not_booked
from booking.models import DURATION, Booking, Schedule
from dev.pages.mail_samples import register_sample
from directory.models import Specialist

TOKEN = "the-token-in-the-link"  # noqa: S105 - opens nothing
TO_CLIENT: dict[str, dict[str, Any]] = {
    "confirm_address": {},
    "requested": {},
    "confirmed": {"method": "REQUEST"},
    "moved": {"method": "REQUEST"},
    "proposed": {},
    "declined": {},
    "expired": {},
    "expired_proposal": {},
    "joining_changed": {"method": "REQUEST"},
    "cancelled": {"method": "CANCEL", "cancelled_by": "client"},
    "reminder_day": {"is_tomorrow": True},
    "reminder_hour": {},
}
TO_SPECIALIST: dict[str, dict[str, str]] = {
    "specialist_request": {"token": TOKEN},
    "specialist_confirmed": {},
    "specialist_moved": {},
    "specialist_cancelled": {"cancelled_by": "client"},
    "specialist_expired": {},
    "specialist_expired_proposal": {},
}
PAUSED = ["specialist_paused", "moderator_paused"]


def sample(kind: str, language: str) -> EmailMultiAlternatives:
    starts_at = datetime(2027, 3, 1, 19, tzinfo=UTC)
    specialist = Specialist(
        name="Vera Example", slug="vera-example", user=User(email="vera@example.org", language=language)
    )
    booking = Booking(
        schedule=Schedule(
            specialist=specialist, time_zone="Asia/Tokyo", joining="https://meet.example/room\nKnock twice."
        ),
        starts_at=starts_at,
        ends_at=starts_at + timedelta(minutes=DURATION),
        client_name="Robin",
        client_email="robin@example.org",
        client_language=language,
        client_time_zone="Europe/Kyiv",
        answer_by=starts_at - timedelta(hours=2),
        hold_expires_at=starts_at - timedelta(days=2),
    )
    if kind in TO_CLIENT:
        return to_client(booking, kind, TOKEN, **TO_CLIENT[kind])
    if kind in PAUSED:
        assert specialist.user is not None  # noqa: S101 - the samples' specialist has an account
        return about_pause(specialist, specialist.user, kind)
    if kind == "not_booked":
        return why_not_booked("Robin", "robin@example.org", language, specialist.slug)
    message = to_specialist(booking, kind, **TO_SPECIALIST[kind])
    assert message is not None  # noqa: S101 - the specialist has an account
    return message


for kind in [*TO_CLIENT, *TO_SPECIALIST, *PAUSED, "not_booked"]:
    register_sample(f"booking/{kind}", partial(sample, kind))
