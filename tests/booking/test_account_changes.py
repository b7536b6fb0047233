"""What is to come follows the language and the time zone that a client gives their account."""

from datetime import timedelta

import pytest
from django.test import Client

from booking.models import Booking
from tests.booking.conftest import NOW
from tests.factories.accounts import UserFactory
from tests.factories.booking import BookingFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]

SETTINGS = "/en/account/settings/"
TOMORROW = NOW + timedelta(days=1, hours=1)


def test_what_is_to_come_follows_the_account(client: Client) -> None:
    user = UserFactory(language="en", time_zone="Europe/Kyiv")
    kept = {"client_language": "en", "client_time_zone": "Europe/Kyiv"}
    own = BookingFactory(client=user, starts_at=TOMORROW, **kept)
    over = BookingFactory(client=user, starts_at=NOW - timedelta(days=1), status="completed", **kept)
    others = BookingFactory(starts_at=TOMORROW, **kept)
    client.force_login(user)
    form = {"display_name": "Robin", "language": "ar", "time_zone": "Asia/Beirut"}
    assert client.post(SETTINGS, form).status_code == 302
    spoken = {row.pk: (row.client_language, row.client_time_zone) for row in Booking.objects.all()}
    assert spoken == {
        own.pk: ("ar", "Asia/Beirut"),
        over.pk: ("en", "Europe/Kyiv"),
        others.pk: ("en", "Europe/Kyiv"),
    }


def test_what_was_chosen_for_one_consultation_stays_when_nothing_like_it_changes(client: Client) -> None:
    user = UserFactory(language="en", time_zone="Europe/Kyiv")
    own = BookingFactory(client=user, starts_at=TOMORROW, client_language="de", client_time_zone="UTC")
    client.force_login(user)
    client.post(SETTINGS, {"display_name": "Another", "language": "en", "time_zone": "Europe/Kyiv"})
    own.refresh_from_db()
    assert (own.client_language, own.client_time_zone) == ("de", "UTC")
