"""An answer settles what was on the page, or nothing; and it may be given twice."""

import re
from datetime import datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client

from booking import services, tokens
from booking.forms import as_shown, parse_shown
from booking.models import ActionToken, Booking
from core.models import Outbox
from tests.booking.conftest import NOW
from tests.factories.booking import BookingFactory, ScheduleFactory
from tests.factories.people import log_in_with_factor

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]

THIRTEEN = NOW + timedelta(days=1, hours=1)  # what the page shows
FIFTEEN = THIRTEEN + timedelta(hours=1)  # what it is by now
Purpose, Status = ActionToken.Purpose, Booking.Status


def page(booking: Booking, name: str, purpose: str = Purpose.CLIENT) -> str:
    return f"/en/bookings/{tokens.issue(booking, purpose)}/{name}"


def carried(client: Client, path: str) -> str:
    """What the forms of a page carry: all the same."""
    found = set(re.findall(r'name="shown" value="([^"]+)"', client.get(path).content.decode()))
    assert len(found) == 1, path
    return found.pop()


def change(booking: Booking) -> None:
    """Somebody else gives it another time."""
    Booking.objects.filter(pk=booking.pk).update(
        starts_at=FIFTEEN,
        ends_at=FIFTEEN + timedelta(minutes=30),
        blocked=(FIFTEEN, FIFTEEN + timedelta(minutes=30)),
        sequence=booking.sequence + 1,
    )


CASES: list[tuple[str, str, dict[str, Any], str, str, dict[str, str]]] = [
    ("held", Purpose.CLIENT, {"held": True}, "confirm/", "confirm/", {}),
    ("requested", Purpose.CLIENT, {"awaits_client": True}, "", "agree/", {}),
    ("confirmed", Purpose.CLIENT, {}, "cancel/", "cancel/", {"reason": "A cold"}),
    ("requested", Purpose.SPECIALIST, {}, "answer/", "answer/", {"answer": "accept"}),
    ("requested", Purpose.SPECIALIST, {}, "answer/", "answer/", {"answer": "decline", "reason": "A cold"}),
    ("confirmed", Purpose.SPECIALIST, {}, "answer/", "answer/", {"answer": "cancel", "reason": "A cold"}),
]


@pytest.mark.parametrize(("status", "purpose", "fields", "shows", "acts", "data"), CASES)
def test_a_button_settles_the_time_that_its_page_showed_or_nothing(
    client: Client, status: str, purpose: str, fields: Any, shows: str, acts: str, data: Any
) -> None:
    booking = BookingFactory(starts_at=THIRTEEN, **({} if "held" in fields else {"status": status}), **fields)
    base = page(booking, "", purpose)
    shown = carried(client, base + shows)
    change(booking)
    response = client.post(base + acts, {**data, "shown": shown})
    text = response.content.decode()
    assert response.status_code == 409
    assert FIFTEEN.isoformat()[:16] in re.sub(r"\+\d\d:\d\d", "", text) or "12:00" in text or "noon" in text
    if "reason" in data and data.get("answer") != "accept":
        assert "A cold" in text  # what was typed
    booking.refresh_from_db()
    assert booking.status == status
    assert not Outbox.objects.exists()
    # The page that came back settles what it shows.
    fresh = set(re.findall(r'name="shown" value="([^"]+)"', text)) or {as_shown(booking)}
    assert fresh == {as_shown(booking)}
    assert client.post(base + acts, {**data, "shown": fresh.pop()}).status_code == 302
    booking.refresh_from_db()
    assert booking.status != status


@pytest.mark.parametrize(("status", "purpose", "fields", "shows", "acts", "data"), CASES)
def test_the_same_answer_again_is_no_mistake(
    client: Client, status: str, purpose: str, fields: Any, shows: str, acts: str, data: Any
) -> None:
    booking = BookingFactory(starts_at=THIRTEEN, **({} if "held" in fields else {"status": status}), **fields)
    base = page(booking, "", purpose)
    shown = carried(client, base + shows)
    for _ in range(2):
        assert client.post(base + acts, {**data, "shown": shown}).status_code == 302
    mails = Outbox.objects.filter(dedupe_key__startswith=str(booking.uid))
    assert mails.count() == len(set(mails.values_list("dedupe_key", flat=True)))


@pytest.mark.parametrize(("purpose", "name"), [(Purpose.CLIENT, "move/"), (Purpose.SPECIALIST, "propose/")])
def test_a_new_time_replaces_the_one_that_was_shown_or_none(client: Client, purpose: str, name: str) -> None:
    booking = BookingFactory(starts_at=THIRTEEN, schedule__move_until=0)
    wanted = (THIRTEEN + timedelta(hours=2)).strftime("%Y-%m-%dT%H:%MZ")
    path = page(booking, name, purpose)
    shown = carried(client, f"{path}?start={wanted}")
    change(booking)
    response = client.post(path, {"start": wanted, "shown": shown})
    booking.refresh_from_db()
    assert (response.status_code, booking.starts_at) == (409, FIFTEEN)
    good = {"start": wanted, "shown": as_shown(booking)}
    for _ in range(2):  # a double click
        assert client.post(path, good).status_code == 302


@pytest.mark.parametrize("name", ["took-place", "no-show"])
def test_closing_a_consultation_that_has_changed_says_so(
    client: Client, name: str, clock: time_machine.Traveller
) -> None:
    booking = BookingFactory(starts_at=NOW - timedelta(hours=1))
    log_in_with_factor(client, booking.schedule.specialist.user)
    shown = carried(client, "/en/account/specialist/consultations/")
    Booking.objects.filter(pk=booking.pk).update(sequence=1)
    url = f"/en/account/specialist/consultations/{booking.uid}/{name}/"
    assert client.post(url, {"shown": shown}).status_code == 409
    booking.refresh_from_db()
    assert booking.status == Status.CONFIRMED
    for _ in range(2):
        assert client.post(url, {"shown": as_shown(booking)}).status_code == 302


@pytest.mark.parametrize(("status", "purpose", "fields", "shows", "acts", "data"), CASES)
def test_who_says_nothing_of_what_they_saw_settles_nothing_and_is_shown_what_holds(
    client: Client, status: str, purpose: str, fields: Any, shows: str, acts: str, data: Any
) -> None:
    booking = BookingFactory(starts_at=THIRTEEN, **({} if "held" in fields else {"status": status}), **fields)
    base = page(booking, "", purpose)
    response = client.post(base + acts, data)
    booking.refresh_from_db()
    assert (response.status_code, booking.status) == (409, status)
    times = re.findall(r'<time datetime="([^"]+)"', response.content.decode())
    assert THIRTEEN in {datetime.fromisoformat(time) for time in times}
    assert not Outbox.objects.exists()


@pytest.mark.parametrize(("purpose", "name"), [(Purpose.CLIENT, "move/"), (Purpose.SPECIALIST, "propose/")])
def test_who_says_nothing_of_what_they_saw_changes_no_time(client: Client, purpose: str, name: str) -> None:
    booking = BookingFactory(starts_at=THIRTEEN, schedule__move_until=0)
    wanted = (THIRTEEN + timedelta(hours=2)).strftime("%Y-%m-%dT%H:%MZ")
    assert client.post(page(booking, name, purpose), {"start": wanted}).status_code == 409
    booking.refresh_from_db()
    assert booking.starts_at == THIRTEEN


def test_who_says_nothing_of_what_they_saw_closes_nothing(client: Client) -> None:
    booking = BookingFactory(starts_at=NOW - timedelta(hours=1))
    log_in_with_factor(client, booking.schedule.specialist.user)
    url = f"/en/account/specialist/consultations/{booking.uid}/no-show/"
    assert client.post(url).status_code == 409
    booking.refresh_from_db()
    assert booking.status == Status.CONFIRMED


@pytest.mark.parametrize(
    ("purpose", "name", "data"),
    [
        (Purpose.SPECIALIST, "answer/", {"answer": "accept"}),
        (Purpose.SPECIALIST, "answer/", {"answer": "decline", "reason": "A cold"}),
        (Purpose.SPECIALIST, "propose/", {"start": "2027-03-02T15:00Z"}),
        (Purpose.CLIENT, "move/", {"start": "2027-03-02T15:00Z"}),
    ],
)
def test_nothing_is_settled_after_the_time_to_answer_before_the_worker_has_come_by(
    client: Client, purpose: str, name: str, data: dict[str, str]
) -> None:
    booking = BookingFactory(
        starts_at=THIRTEEN, status=Status.REQUESTED, answer_by=NOW, schedule__move_until=0
    )
    response = client.post(page(booking, name, purpose), {**data, "shown": as_shown(booking)})
    booking.refresh_from_db()
    assert (response.status_code, booking.status, booking.starts_at) == (409, Status.REQUESTED, THIRTEEN)
    if "reason" in data:
        assert data["reason"] in response.content.decode()  # what was typed
    assert not Outbox.objects.exists()


def test_a_request_that_is_too_late_to_answer_does_not_wait_among_the_others(client: Client) -> None:
    booking = BookingFactory(starts_at=THIRTEEN, status=Status.REQUESTED, answer_by=NOW)
    log_in_with_factor(client, booking.schedule.specialist.user)
    text = client.get("/en/account/specialist/consultations/").content.decode()
    assert "Ended without your answer" in text
    offered = client.get(page(booking, "")).content.decode()
    assert "move/" not in offered
    assert "cancel/" not in offered


@pytest.mark.parametrize(
    "text", [None, "", "x", "2027-03-01T13:00:00+00:00", "2027-03-01 99999999999999999999 1", "0 0"]
)
def test_what_cannot_be_read_is_no_bookings(text: str | None) -> None:
    shown = parse_shown(text)
    assert shown != services.Shown(datetime.fromisoformat("2027-03-01T13:00:00+00:00"), 0)


def test_two_tabs_do_not_overwrite_each_others_hours() -> None:
    schedule = ScheduleFactory()
    first = services.fingerprint(schedule.pk)
    schedule.windows.first().delete()
    from booking.errors import ScheduleChanged

    with pytest.raises(ScheduleChanged):
        services.edit_schedule(specialist_id=schedule.pk, save=lambda: None, shown=first)
    services.edit_schedule(
        specialist_id=schedule.pk, save=lambda: None, shown=services.fingerprint(schedule.pk)
    )
