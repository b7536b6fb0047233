"""What the service gives to somebody who types an address that they haven't proved. Ids: docs/rules/booking.md."""

import uuid
from datetime import timedelta
from typing import Any

import pytest

from booking import services, slots
from booking.errors import AlreadyBooked
from booking.models import Booking, Schedule
from booking.services import Wanted, mail_quota
from core import limits
from core.models import Outbox
from tests.booking.conftest import NOW
from tests.factories.booking import ClientFactory, ScheduleFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]

NINE = NOW + timedelta(hours=1)
OWNER = "robin@example.org"


def request(schedule: Schedule, start: Any = NINE, *, has_mailed: bool = False, **details: Any) -> Booking:
    client = ClientFactory(email=OWNER, **details)
    wanted = Wanted(schedule.specialist, start, client, uuid.uuid4())
    wanted.first_key = str(wanted.key)
    hours = slots.read_hours([schedule.pk])[schedule.pk]
    return services.request_discreetly(wanted=wanted, hours=hours, has_mailed=has_mailed)


def test_H12_a_stranger_holds_a_time_for_nobody_where_its_owner_has_one() -> None:
    schedule = ScheduleFactory()
    services.confirm_booking(booking=request(schedule))
    mail_quota.count_anew(OWNER)
    Outbox.objects.all().delete()
    assert request(schedule, NINE + timedelta(hours=1)).is_nobodys
    assert [row.recipients for row in Outbox.objects.all()] == [[OWNER]]  # says why


def test_H12_whoever_has_proved_the_address_is_told() -> None:
    schedule = ScheduleFactory()
    services.confirm_booking(booking=request(schedule))
    with pytest.raises(AlreadyBooked):
        request(schedule, NINE + timedelta(hours=1), is_verified=True)


def test_H12_an_address_that_has_had_its_mail_gets_another_for_the_browser_that_caused_it() -> None:
    assert not request(ScheduleFactory()).is_nobodys
    assert request(ScheduleFactory(), NINE + timedelta(hours=1)).is_nobodys
    Booking.objects.all().delete()
    assert not request(ScheduleFactory(), has_mailed=True).is_nobodys


def test_H12_mails_are_counted_by_mailbox_until_its_owner_has_proved_it() -> None:
    mail_quota.count_mail("rob.in@gmail.com", has_mailed=False)
    with pytest.raises(limits.TooOften):
        mail_quota.count_mail("robin+1@gmail.com", has_mailed=False)
    for _time in range(2):
        mail_quota.count_mail("robin@gmail.com", has_mailed=True)
    with pytest.raises(limits.TooOften):
        mail_quota.count_mail("robin@gmail.com", has_mailed=True)
    mail_quota.count_anew("robin@googlemail.com")
    mail_quota.count_mail("robin@gmail.com", has_mailed=False)


def test_without_a_request_nobody_is_counted_but_by_key() -> None:
    with pytest.raises(ValueError, match="without a request"):
        limits.use(None, "book", "1/h/network")
