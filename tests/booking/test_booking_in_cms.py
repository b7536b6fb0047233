"""Editing hours and specialists in the CMS while people book."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from booking.models import Booking, Schedule
from directory.models import Specialist
from tests.booking.services import HALF_PAST, next_slot, request
from tests.factories.accounts import UserFactory
from tests.factories.booking import ScheduleFactory
from tests.factories.people import log_in_to_cms

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]


@pytest.fixture
def moderator(client: Client) -> Client:
    log_in_to_cms(client, UserFactory(superuser=True))
    return client


def filled(client: Client, url: str) -> dict[str, Any]:
    """The form as the screen shows it, ready to be sent back."""
    response = client.get(url)
    assert response.status_code == 200
    form = response.context["form"]
    data: dict[str, Any] = {}
    formsets = getattr(form, "formsets", {}).values()
    for one in [
        form,
        *(part for group in formsets for part in [group.management_form, *group.initial_forms]),
    ]:
        for field in one:
            value = field.value()
            if value is True:
                data[field.html_name] = "on"
            elif value not in (None, False, []) or value == 0:
                data[field.html_name] = field.field.widget.format_value(value) if value else value
    return data


def test_K5_hours_saved_in_the_cms_are_seen_at_once(moderator: Client) -> None:
    schedule = ScheduleFactory()
    url = reverse("schedules:edit", args=[schedule.pk])
    data = filled(moderator, url)
    data["notice"] = "80"
    response = moderator.post(url, data)
    assert response.status_code == 302, response.context["form"].errors
    assert Schedule.objects.get(pk=schedule.pk).notice == 80
    assert next_slot(schedule) == HALF_PAST


def test_hours_that_somebody_else_has_saved_are_not_overwritten(moderator: Client) -> None:
    schedule = ScheduleFactory()
    url = reverse("schedules:edit", args=[schedule.pk])
    data = filled(moderator, url) | {"notice": "80"}
    Schedule.objects.filter(pk=schedule.pk).update(horizon_days=9)  # the specialist, meanwhile
    for stale in (data, {name: value for name, value in data.items() if name != "shown"}):
        refused = moderator.post(url, stale)
        assert refused.status_code == 409
        assert "changed somewhere else" in refused.content.decode()
        assert refused.context["form"]["notice"].value() == "80"
        assert Schedule.objects.get(pk=schedule.pk).notice != 80
    data["shown"] = refused.context["form"]["shown"].value()
    assert moderator.post(url, data).status_code == 302
    assert Schedule.objects.get(pk=schedule.pk).notice == 80


def test_hours_are_closed_and_never_deleted(moderator: Client) -> None:
    schedule = ScheduleFactory()
    url = reverse("schedules:delete", args=[schedule.pk])
    assert moderator.get(url).status_code == moderator.post(url).status_code == 302  # Wagtail's refusal
    assert Schedule.objects.filter(pk=schedule.pk).exists()
    assert url not in moderator.get(reverse("schedules:edit", args=[schedule.pk])).content.decode()


def test_A14_suspending_somebody_in_the_cms_takes_their_times_away(moderator: Client) -> None:
    schedule = ScheduleFactory()
    booking = request(schedule)
    assert next_slot(schedule) == HALF_PAST
    url = reverse("specialists:check", args=[schedule.pk])
    response = moderator.post(url, {"act": "suspend", "comment": "The licence has ended."})
    assert response.status_code == 302
    booking.refresh_from_db()
    assert booking.status == Booking.Status.CANCELLED
    assert Specialist.objects.get(pk=schedule.pk).state == "suspended"
    assert next_slot(schedule) is None
