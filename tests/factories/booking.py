"""Hours and free consultations."""

import time
import uuid
from datetime import datetime, timedelta
from typing import Any

import factory
from django.conf import settings
from django.core import signing
from django.utils import timezone
from wagtail.models import Page

from booking.models import (
    DURATION,
    Booking,
    DateException,
    FreeConsultationPage,
    IntakeQuestion,
    Schedule,
    WeeklyWindow,
)
from booking.services import ClientDetails
from core.forms.honeypot import SHOWN
from core.mail.keys import address_key
from tests.factories.directory import SpecialistFactory, make_listed


class WindowFactory(factory.django.DjangoModelFactory[WeeklyWindow]):
    class Meta:
        model = WeeklyWindow

    weekday = 0
    start = 9 * 60
    end = 12 * 60


class ExceptionFactory(factory.django.DjangoModelFactory[DateException]):
    """Closed on `first`, or open at other hours if `start` and `end` are given."""

    class Meta:
        model = DateException

    last = factory.SelfAttribute("first")


class ScheduleFactory(factory.django.DjangoModelFactory[Schedule]):
    """09:00–12:00 UTC every day, without notice or pause, of somebody whom the directory lists.

    `windows=[(weekday, start, end)]` sets others.
    """

    class Meta:
        model = Schedule
        skip_postgeneration_save = True

    specialist = factory.SubFactory(SpecialistFactory)
    time_zone = "UTC"
    notice = 0
    joining = "https://meet.example/room"

    class Params:
        closed = factory.Trait(is_open=False)

    @factory.post_generation
    def windows(self: Any, create: bool, extracted: Any, **kwargs: Any) -> None:
        every_day = [(weekday, 9 * 60, 12 * 60) for weekday in range(7)]
        for weekday, start, end in every_day if extracted is None else extracted:
            WindowFactory(schedule=self, weekday=weekday, start=start, end=end)
        if not self.specialist.pages.exists():
            make_listed(self.specialist)


class BookingFactory(factory.django.DjangoModelFactory[Booking]):
    """A confirmed consultation, written straight into the table: no service, no check but the database's own."""

    class Meta:
        model = Booking

    schedule = factory.SubFactory(ScheduleFactory)
    status = Booking.Status.CONFIRMED
    ends_at = factory.LazyAttribute(lambda self: self.starts_at + timedelta(minutes=DURATION))
    blocked = factory.LazyAttribute(
        lambda self: (self.starts_at, self.ends_at + timedelta(minutes=self.schedule.gap))
    )
    client_name = factory.Sequence(lambda number: f"Client {number}")
    client_email = factory.Sequence(lambda number: f"client{number}@example.org")
    client_key = factory.LazyAttribute(lambda self: address_key(self.client_email))
    client_language = "en"
    client_time_zone = "Europe/Kyiv"
    idempotency_key = factory.LazyFunction(uuid.uuid4)
    wall_start = ""

    class Params:
        held = factory.Trait(
            status=Booking.Status.HELD,
            hold_expires_at=factory.LazyFunction(lambda: timezone.now() + settings.BOOKING_HOLD),
        )
        lapsed = factory.Trait(
            status=Booking.Status.HELD,
            hold_expires_at=factory.LazyFunction(lambda: timezone.now() - timedelta(minutes=1)),
        )
        cancelled = factory.Trait(status=Booking.Status.CANCELLED)

    @factory.lazy_attribute
    def answer_by(self: Any) -> datetime | None:
        return self.starts_at - timedelta(hours=2) if self.status == Booking.Status.REQUESTED else None


class ClientFactory(factory.Factory[ClientDetails]):
    """What somebody tells who books."""

    class Meta:
        model = ClientDetails

    name = factory.Sequence(lambda number: f"Client {number}")
    email = factory.Sequence(lambda number: f"booker{number}@example.org")
    language = "en"
    time_zone = "Europe/Kyiv"


def booking_form(start: datetime, **fields: str) -> dict[str, str]:
    """What a browser posts to book `start`."""
    number = uuid.uuid4()
    return {
        "name": "Robin",
        "email": f"robin-{number}@example.org",
        "language": "en",
        "note": "",
        "age": "adult",
        "privacy": "on",
        "start": start.strftime("%Y-%m-%dT%H:%MZ"),
        "time_zone": "Europe/Kyiv",
        "key": str(number),
        "shown": signing.dumps(int(time.time()) - 10, salt=SHOWN),
        **fields,
    }


def make_intake(home: Any, *questions: dict[str, Any]) -> FreeConsultationPage:
    """The page about free consultations under the front page `home`, published, with these questions to clients."""
    sections = ["introduction", "what_it_is", "benefits", "for_whom", "important", "for_specialists"]
    page = FreeConsultationPage(
        title="Free consultation",
        slug="free-consultation",
        locale=home.locale,
        **dict.fromkeys(sections, "<p>Text.</p>"),
    )
    page.intake_questions = [
        IntakeQuestion(locale=home.locale, sort_order=number, **question)
        for number, question in enumerate(questions)
    ]
    Page.objects.get(pk=home.pk).add_child(instance=page)
    page.save_revision().publish()
    return FreeConsultationPage.objects.get(pk=page.pk)
