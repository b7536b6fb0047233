"""Spans of time in words, and choosing them."""

import pytest
from bs4 import BeautifulSoup
from django.test import Client
from django.utils import translation

from booking.durations import WIDGETS, SpanSelect, before_start, days, notice, pause, spelled
from booking.models import Schedule
from tests.factories.booking import ScheduleFactory
from tests.factories.people import log_in_with_factor


@pytest.mark.parametrize(
    ("minutes", "words"),
    [
        (0, "0 minutes"),
        (1, "1 minute"),
        (45, "45 minutes"),
        (60, "1 hour"),
        (90, "1 hour 30 minutes"),
        (720, "12 hours"),
        (1440, "1 day"),
        (2880, "2 days"),
        (1500, "1 day 1 hour"),
    ],
)
def test_minutes_are_said_in_the_largest_units(minutes: int, words: str) -> None:
    with translation.override("en"):
        assert spelled(minutes) == words


def test_nothing_has_words_of_its_own() -> None:
    with translation.override("en"):
        assert [notice(0), pause(0), before_start(0)] == ["None: up to the start", "No pause", "its start"]
        assert before_start(120) == "2 hours before its start"
        assert [days(7), days(14), days(60), days(1)] == ["1 week", "2 weeks", "60 days", "1 day"]


def test_a_number_that_is_not_offered_stays_chosen() -> None:
    with translation.override("en"):
        page = BeautifulSoup(SpanSelect([30, 60], spelled).render("step", 50), "html.parser")
    assert [option.get_text() for option in page.select("option")] == ["30 minutes", "50 minutes", "1 hour"]
    assert [option["value"] for option in page.select("[selected]")] == ["50"]


def test_what_a_new_schedule_begins_with_is_offered() -> None:
    for name, widget in WIDGETS.items():
        assert isinstance(widget, SpanSelect)
        assert Schedule._meta.get_field(name).default in widget.numbers, name


@pytest.mark.django_db
def test_specialists_choose_in_words_and_an_odd_number_survives_saving(client: Client) -> None:
    schedule = ScheduleFactory(notice=100, windows=[])
    log_in_with_factor(client, schedule.specialist.user)
    page = BeautifulSoup(client.get("/en/account/specialist/hours/").content, "html.parser")
    assert page.select_one("#id_notice [selected]").get_text() == "1 hour 40 minutes"
    form = {
        one["name"]: one.get("value", "")
        for one in page.select("main form input[name]")
        if "is_open" not in one["name"]
    }
    chosen = {one["name"]: one.select_one("[selected]") for one in page.select("main form select")}
    form |= {name: option["value"] for name, option in chosen.items() if option}
    form |= {"joining": "A room", "act": "save", "is_open": "on", "horizon_days": "14"}
    assert client.post("/en/account/specialist/hours/", form).status_code == 302
    schedule.refresh_from_db()
    assert (schedule.notice, schedule.horizon_days, schedule.time_zone) == (100, 14, "UTC")
