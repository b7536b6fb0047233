"""Every mail about a booking, with made-up details. Nothing is stored."""

from datetime import UTC, datetime, timedelta
from functools import partial

from django.core.mail import EmailMultiAlternatives

from accounts.models import User
from booking import emails
from booking.models import DURATION, Booking, Schedule
from core.letters import register_sample
from directory.models import Specialist

TO_CLIENT = ["confirm_address", "confirmed", "cancelled"]
TO_SPECIALIST = ["specialist_confirmed", "specialist_cancelled"]


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
    )
    message = (
        emails.to_client(booking, kind, "the-token-in-the-link")
        if kind in TO_CLIENT
        else emails.to_specialist(booking, kind)
    )
    assert message is not None  # noqa: S101 - the specialist has an account
    return message


for kind in [*TO_CLIENT, *TO_SPECIALIST]:
    register_sample(f"booking/{kind}", partial(sample, kind))
