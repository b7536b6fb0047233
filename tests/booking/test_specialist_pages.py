"""A specialist's own side: consultations, hours, the calendar to subscribe to."""

import re
from datetime import timedelta
from typing import Any

import icalendar
import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from booking import services, tokens
from booking.models import Booking, CalendarFeed, Schedule
from tests.booking.conftest import NOW
from tests.booking.pressing import press
from tests.booking.requests import LATER, TOMORROW, by_hand, request
from tests.factories.accounts import UserFactory
from tests.factories.booking import BookingFactory, ExceptionFactory, ScheduleFactory
from tests.factories.people import log_in_with_factor

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]

Status = Booking.Status
HOURS = "/en/account/specialist/hours/"
CONSULTATIONS = "/en/account/specialist/consultations/"
CALENDAR = "/en/account/specialist/calendar/"


@pytest.fixture
def schedule() -> Schedule:
    return by_hand(windows=[(1, 540, 720)])


@pytest.fixture
def own(client: Client, schedule: Schedule) -> Client:
    log_in_with_factor(client, schedule.specialist.user)
    return client


def filled(client: Client) -> dict[str, Any]:
    """The form as the page shows it, ready to be sent back."""
    context = client.get(HOURS).context
    form = context["form"]
    data: dict[str, Any] = {"shown": context["shown"]}
    parts = [form.schedule, form.windows.management_form, *form.windows, form.exceptions.management_form]
    for part in [*parts, *form.exceptions]:
        for field in part:
            value = field.value()
            if value is True:
                data[field.html_name] = "on"
            elif value is not None and value is not False:
                shown = field.field.widget.format_value(value)
                data[field.html_name] = shown[0] if isinstance(shown, list) else shown
    return data


# --- Consultations ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("page", [HOURS, CONSULTATIONS, CALENDAR])
def test_these_pages_are_for_specialists_alone(client: Client, page: str) -> None:
    stranger = client.get(page)
    assert "/en/account/login/" in stranger.content.decode()
    client.force_login(UserFactory())
    assert client.get(page).status_code == 404


def test_requests_come_first_with_the_time_that_is_left(own: Client, schedule: Schedule) -> None:
    request(schedule, note="I want to ask about sleep")
    page = own.get(CONSULTATIONS).content.decode()
    assert page.index("Waiting for your answer") < page.index("I want to ask about sleep")
    assert re.search(r"To be answered by .*, 07:00: 2[23].hours", page)


def test_H6_nobody_answers_for_another_specialist(own: Client) -> None:
    booking = request(by_hand())
    for act in ("answer", "propose"):
        address = reverse(f"booking_{act}", args=[booking.uid])
        assert own.get(address).status_code == own.post(address, {"answer": "accept"}).status_code == 404
    address = reverse("specialist_no_show", args=[booking.uid])
    assert own.post(address).status_code == 404
    booking.refresh_from_db()
    assert booking.status == Status.REQUESTED


def test_H6_a_client_sees_their_own_bookings_only(client: Client) -> None:
    mine, theirs = UserFactory(), BookingFactory(starts_at=TOMORROW)
    booking = BookingFactory(starts_at=TOMORROW, client=mine)
    client.force_login(mine)
    assert client.get(reverse("booking", args=[booking.uid])).status_code == 200
    assert client.get(reverse("booking", args=[theirs.uid])).status_code == 404
    assert Client().get(reverse("booking", args=[booking.uid])).status_code == 404


def test_the_page_behind_the_mail_answers_without_logging_in(client: Client, schedule: Schedule) -> None:
    booking = request(schedule)
    booking.answers = [["Have you had therapy before?", "No\nnever"]]
    booking.save()
    address = reverse("booking_answer", args=[tokens.issue(booking, "specialist")])
    page = client.get(address).content.decode()
    assert "Have you had therapy before?" not in page, "that is for whoever is logged in"
    booking.refresh_from_db()
    assert booking.status == Status.REQUESTED
    assert press(client, address, {"answer": "accept"}).status_code == 302
    booking.refresh_from_db()
    assert booking.status == Status.CONFIRMED
    assert press(client, address, {"answer": "decline"}).status_code == 409


def test_a_settled_consultation_is_cancelled_with_a_reason_for_the_client(
    own: Client, schedule: Schedule, clock: time_machine.Traveller
) -> None:
    booking = services.accept_request(booking=request(schedule))
    address = reverse("booking_answer", args=[booking.uid])
    assert 'value="cancel"' in own.get(address).content.decode()
    press(own, address, {"answer": "cancel", "reason": "I am ill"})
    booking.refresh_from_db()
    assert (booking.status, booking.reason) == (Status.CANCELLED, "I am ill")
    assert booking.events.last().actor == "specialist"
    link = reverse("booking", args=[tokens.issue(booking, "client")])
    assert "I am ill" in Client().get(link).content.decode()


def test_a_consultation_that_has_begun_is_not_cancelled(
    own: Client, schedule: Schedule, clock: time_machine.Traveller
) -> None:
    booking = services.accept_request(booking=request(schedule))
    clock.move_to(TOMORROW + timedelta(minutes=1))
    log_in_with_factor(own, schedule.specialist.user)
    address = reverse("booking_answer", args=[booking.uid])
    assert 'value="cancel"' not in own.get(address).content.decode()
    assert press(own, address, {"answer": "cancel"}).status_code == 409
    booking.refresh_from_db()
    assert booking.status == Status.CONFIRMED


def test_a_time_is_proposed_and_taken_on_the_pages(client: Client, schedule: Schedule) -> None:
    booking = request(schedule)
    for_specialist = reverse("booking_propose", args=[tokens.issue(booking, "specialist")])
    wanted = LATER.strftime("%Y-%m-%dT%H:%MZ")
    assert wanted in client.get(for_specialist).content.decode()
    assert "Propose this time?" in client.get(for_specialist, {"start": wanted}).content.decode()
    assert press(client, for_specialist, {"start": wanted}).status_code == 302
    link = reverse("booking", args=[tokens.issue(booking, "client")])
    assert "Does this time suit you instead?" in client.get(link).content.decode()
    press(client, f"{link}agree/")
    booking.refresh_from_db()
    assert (booking.status, booking.starts_at) == (Status.CONFIRMED, LATER)


def test_how_it_went_can_be_said_when_it_has_begun(
    own: Client, schedule: Schedule, clock: time_machine.Traveller
) -> None:
    booking = services.accept_request(booking=request(schedule))
    assert "wasn’t there" not in own.get(CONSULTATIONS).content.decode()
    clock.move_to(TOMORROW + timedelta(minutes=20))
    log_in_with_factor(own, schedule.specialist.user)  # the session has ended over night
    assert "wasn’t there" in own.get(CONSULTATIONS).content.decode()
    press(own, reverse("specialist_no_show", args=[booking.uid]), on=CONSULTATIONS)
    booking.refresh_from_db()
    assert booking.status == Status.NO_SHOW


# --- Hours ------------------------------------------------------------------------------------------------------------


def test_hours_are_saved_and_shown_as_clients_see_them(own: Client, schedule: Schedule) -> None:
    data = filled(own)
    assert (data["windows-0-start"], data["windows-0-end"]) == ("09:00", "12:00")
    data |= {"windows-0-start": "14:00", "windows-0-end": "15:00", "act": "save"}
    saved = own.post(HOURS, data)
    assert saved.status_code == 302, [part.errors for part in saved.context["form"].parts]
    window = schedule.windows.get()
    assert (window.start, window.end) == (840, 900)
    assert "14:30" in own.get(HOURS).content.decode()


def test_a_preview_saves_nothing(own: Client, schedule: Schedule) -> None:
    data = filled(own) | {"windows-0-start": "20:00", "windows-0-end": "22:00", "act": "preview"}
    page = own.post(HOURS, data)
    assert page.status_code == 200
    assert "21:30" in page.content.decode()
    assert schedule.windows.get().start == 540


def test_hours_past_midnight_and_until_midnight_can_be_typed(own: Client, schedule: Schedule) -> None:
    data = filled(own) | {"windows-0-start": "22:00", "windows-0-end": "02:00", "act": "save"}
    data |= {"windows-1-weekday": "4", "windows-1-start": "22:00", "windows-1-end": "00:00"}
    own.post(HOURS, data)
    assert sorted(schedule.windows.values_list("weekday", "start", "end")) == [(1, 1320, 120), (4, 1320, 0)]


def test_one_days_hours_are_copied_to_the_working_days(own: Client, schedule: Schedule) -> None:
    data = filled(own) | {"windows-0-weekday": "0", "act": "copy:0"}
    form = own.post(HOURS, data).context["form"]
    copied = [(row["weekday"].value(), row["start"].value()) for row in form.windows if row["start"].value()]
    assert sorted(day for day, _start in copied) == ["0", "1", "2", "3", "4"]
    assert schedule.windows.count() == 1  # nothing is saved before it is looked at


def test_more_rows_keep_what_is_typed(own: Client) -> None:
    data = filled(own) | {"windows-1-weekday": "3", "windows-1-start": "08:15", "act": "add:windows"}
    form = own.post(HOURS, data).context["form"]
    assert form.windows.total_form_count() == 6
    assert form.windows[1]["start"].value() == "08:15"


def test_D10_hours_that_leave_a_booking_out_ask_first_and_keep_it(own: Client, schedule: Schedule) -> None:
    booking = services.accept_request(booking=request(schedule, name="Robin"))
    data = filled(own) | {"windows-0-start": "14:00", "windows-0-end": "15:00", "act": "save"}
    page = own.post(HOURS, data)
    assert page.status_code == 200
    assert "lie outside the new hours" in page.content.decode()
    assert "Robin" in page.content.decode()
    assert schedule.windows.get().start == 540
    assert own.post(HOURS, data | {"act": "save-anyway"}).status_code == 302
    booking.refresh_from_db()
    assert (booking.status, booking.starts_at) == (Status.CONFIRMED, TOMORROW)
    assert schedule.windows.get().start == 840


def test_D11_another_time_zone_shows_what_it_does_first(own: Client, schedule: Schedule) -> None:
    data = filled(own) | {"time_zone": "Asia/Tokyo", "act": "save"}
    page = own.post(HOURS, data)
    assert "Tokyo" in page.content.decode()
    assert Schedule.objects.get(pk=schedule.pk).time_zone == "UTC"
    own.post(HOURS, data | {"act": "save-anyway"})
    assert Schedule.objects.get(pk=schedule.pk).time_zone == "Asia/Tokyo"


def test_mistakes_are_told_and_nothing_typed_is_lost(own: Client, schedule: Schedule) -> None:
    data = filled(own) | {
        "windows-0-start": "25:99",
        "exceptions-0-first": "2027-04-02",
        "exceptions-0-last": "2027-04-01",
        "joining": "https://meet.example/new",
        "act": "save",
    }
    page = own.post(HOURS, data)
    assert page.status_code == 422
    html = page.content.decode()
    assert "https://meet.example/new" in html
    assert "25:99" in html
    assert "The last day is before the first." in html


def test_a_day_off_needs_one_date(own: Client, schedule: Schedule) -> None:
    own.post(HOURS, filled(own) | {"exceptions-0-first": "2027-04-02", "act": "save"})
    row = schedule.exceptions.get()
    assert (row.first, row.last, row.start) == (row.first, row.first, None)


def test_paused_consultations_are_offered_again(own: Client, schedule: Schedule) -> None:
    Schedule.objects.filter(pk=schedule.pk).update(paused_at=NOW, missed_requests=3)
    assert "are paused" in own.get(HOURS).content.decode()
    own.post(f"{HOURS}resume/")
    schedule.refresh_from_db()
    assert (schedule.paused_at, schedule.missed_requests) == (None, 0)


# --- The calendar to subscribe to -------------------------------------------------------------------------------------


def subscribe(client: Client) -> str:
    page = client.post(CALENDAR, {"act": "renew"}).content.decode()
    return re.search(r"http://localhost:8000(/calendar/[\w-]+\.ics)", page).group(1)


def test_J6_the_calendar_has_this_specialists_times_and_nobodys_name(own: Client, schedule: Schedule) -> None:
    booking = request(schedule, name="Robin Reader", note="about my panic")
    request(by_hand(), start=LATER)
    services.cancel_booking(booking=request(schedule, start=LATER), actor="client")
    response = Client().get(subscribe(own))
    calendar = icalendar.Calendar.from_ical(response.content)
    assert calendar["METHOD"] == "PUBLISH"
    (event,) = calendar.walk("VEVENT")
    assert (event.start, event["STATUS"], event["CLASS"]) == (booking.starts_at, "TENTATIVE", "PRIVATE")
    assert "ATTENDEE" not in event
    for word in (b"Robin", b"panic", booking.client_email.encode()):
        assert word not in response.content
    assert all(len(line) <= 75 for line in response.content.split(b"\r\n"))


def test_J6_an_unchanged_calendar_is_not_sent_again(own: Client, schedule: Schedule) -> None:
    booking = request(schedule)
    address = subscribe(own)
    tag = Client().get(address)["ETag"]
    assert Client().get(address, headers={"if-none-match": tag}).status_code == 304
    services.accept_request(booking=booking)
    assert Client().get(address, headers={"if-none-match": tag}).status_code == 200


def test_J7_a_new_address_ends_the_old_one_and_none_of_them_acts(own: Client) -> None:
    first = subscribe(own)
    second = subscribe(own)
    assert Client().get(first).status_code == 404
    assert Client().post(second).status_code == 405
    token = second.split("/")[-1].removesuffix(".ics")
    assert Client().get(f"/en/bookings/{token}/").status_code == 404
    assert token.encode() not in bytes(CalendarFeed.objects.get().digest)
    own.post(CALENDAR, {"act": "end"})
    assert Client().get(second).status_code == 404


def test_a_specialist_without_hours_can_set_them(client: Client) -> None:
    schedule = ScheduleFactory()
    specialist = schedule.specialist
    schedule.delete()
    log_in_with_factor(client, specialist.user)
    data = filled(client) | {"is_open": "on", "joining": "By phone", "act": "save"}
    data |= {"windows-0-weekday": "0", "windows-0-start": "09:00", "windows-0-end": "10:00"}
    assert client.post(HOURS, data).status_code == 302
    assert Schedule.objects.get(pk=specialist.pk).windows.count() == 1


def test_exceptions_that_are_there_can_be_taken_away(own: Client, schedule: Schedule) -> None:
    ExceptionFactory(schedule=schedule, first=NOW.date())
    own.post(HOURS, filled(own) | {"exceptions-0-DELETE": "on", "act": "save"})
    assert not schedule.exceptions.exists()


# --- What clients wrote is read with a second factor ------------------------------------------------------------------


def test_the_link_from_a_mail_is_enough_to_answer_but_not_to_read_what_the_client_wrote(
    client: Client, schedule: Schedule
) -> None:
    booking = request(schedule)
    booking.note, booking.answers = "Since my brother died", [["What brings you?", "I can’t sleep"]]
    booking.save()
    specialist = booking.schedule.specialist
    address = reverse("booking_answer", args=[tokens.issue(booking, "specialist")])

    def reads() -> bool:
        page = client.get(address).content.decode()
        told = ["my brother" in page, "can’t sleep" in page]
        assert len(set(told)) == 1
        assert ("Log in to read it" in page) is not told[0]
        assert 'value="accept"' in page
        return told[0]

    assert not reads()
    client.force_login(UserFactory())
    assert not reads()
    client.force_login(specialist.user)
    assert not reads(), "no second factor"
    log_in_with_factor(client, specialist.user)
    assert reads()


@pytest.mark.parametrize("name", ["specialist_consultations", "account_home", "account_preferences"])
def test_an_account_that_clients_write_to_asks_for_a_second_factor(
    client: Client, schedule: Schedule, name: str
) -> None:
    booking = request(schedule)
    client.force_login(booking.schedule.specialist.user)
    response = client.get(reverse(name))
    assert response.status_code == 302
    assert response["Location"] == reverse("mfa_index")
    log_in_with_factor(client, booking.schedule.specialist.user)
    assert client.get(reverse(name)).status_code == 200


def test_hours_from_another_tab_or_from_no_page_are_not_overwritten(own: Client, schedule: Schedule) -> None:
    first_tab = filled(own) | {"act": "save"}
    second_tab = filled(own) | {"windows-0-end": "11:00", "act": "save"}
    assert own.post(HOURS, second_tab).status_code == 302
    for data in (first_tab, {name: value for name, value in first_tab.items() if name != "shown"}):
        refused = own.post(HOURS, data)
        assert refused.status_code == 409
        assert schedule.windows.get().end == 660
    again = {**first_tab, "shown": refused.context["shown"]}  # the page says what saving again does
    assert own.post(HOURS, again).status_code == 302
    assert schedule.windows.get().end == 720
