"""Choosing a time, and what the links in the e-mails open. Ids: docs/rules/booking.md."""

import hashlib
import re
from datetime import UTC, datetime, timedelta
from itertools import chain
from typing import Any
from urllib.parse import parse_qs

import pytest
import time_machine
from allauth.account.models import EmailAddress
from bs4 import BeautifulSoup
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from booking import tokens
from booking.models import ActionToken, Booking, Schedule
from core.mail.outbox import Stored
from core.models import Outbox
from tests.booking.conftest import NOW
from tests.booking.pages import HALF_PAST, NINE, Days, address, link, rows, text_of
from tests.booking.pressing import press, shown_on
from tests.booking.racing import race
from tests.factories.accounts import UserFactory
from tests.factories.booking import BookingFactory, ExceptionFactory, ScheduleFactory, booking_form
from tests.factories.people import log_in_with_factor

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]

Status = Booking.Status


def days(client: Client, schedule: Schedule, **query: str) -> dict[str, list[str]]:
    response = client.get(address(schedule), query)
    assert response.status_code == 200
    return {day: starts for day, starts in Days(response.content.decode()).found.items() if starts}


@pytest.fixture
def held(client: Client) -> Booking:
    """A time that was chosen through the site a moment ago."""
    schedule = ScheduleFactory()
    response = client.post(address(schedule), booking_form(NINE))
    assert response.status_code == 302
    return Booking.objects.get()


# --- The way to a booking ---------------------------------------------------------------------------------------


def test_a_time_leads_to_the_form_and_the_form_to_a_hold(client: Client) -> None:
    schedule = ScheduleFactory()
    assert days(client, schedule, tz="UTC")["2027-03-01"][0] == "2027-03-01T09:00Z"
    form = client.get(address(schedule), {"start": "2027-03-01T09:00Z", "tz": "Europe/Kyiv"})
    assert form.status_code == 200
    assert 'name="key"' in form.content.decode()
    response = client.post(address(schedule), booking_form(NINE))
    assert response.status_code == 302
    page = client.get(response["Location"])
    assert page.status_code == 200
    assert "robin-" in page.content.decode()  # the whole address, so that slips are seen
    assert Booking.objects.get().status == Status.HELD


@pytest.mark.parametrize("language", ["en", "uk", "de", "ar"])
def test_the_whole_way_works_in_every_language(client: Client, language: str) -> None:
    schedule = ScheduleFactory()
    page = client.get(address(schedule, language))
    assert page.status_code == 200
    assert f'lang="{language}"' in page.content.decode()
    response = client.post(address(schedule, language), booking_form(NINE, language=language))
    assert client.get(response["Location"]).status_code == 200
    confirm = link()
    assert confirm.startswith(f"/{language}/bookings/")
    assert client.get(confirm).status_code == 200
    confirmed = press(client, confirm)
    assert client.get(confirmed["Location"]).status_code == 200
    cancel = link("cancel", mail="confirmed")
    assert client.get(cancel).status_code == 200
    cancelled = press(client, cancel)
    assert client.get(cancelled["Location"]).status_code == 200
    assert Booking.objects.get().status == Status.CANCELLED


def test_A14_a_closed_schedule_is_a_page_that_says_so_and_takes_no_booking(client: Client) -> None:
    schedule = ScheduleFactory(closed=True)
    page = client.get(address(schedule))
    assert (page.status_code, Days(page.content.decode()).found) == (200, {})
    assert "no free times" in page.content.decode()
    assert client.post(address(schedule), booking_form(NINE)).status_code == 409
    assert not Booking.objects.exists()


@pytest.mark.parametrize("trait", ["draft", "suspended"])
def test_A14_who_is_not_published_has_no_booking_page(client: Client, trait: str) -> None:
    schedule = ScheduleFactory(**{f"specialist__{trait}": True})
    assert client.get(address(schedule)).status_code == 404
    assert client.post(address(schedule), booking_form(NINE)).status_code == 404


def test_A16_the_page_of_times_takes_as_many_queries_with_fifty_bookings_as_with_none(client: Client) -> None:
    few, many = ScheduleFactory(), ScheduleFactory(windows=[(day, 0, 1440) for day in range(7)])
    for number in range(50):
        BookingFactory(schedule=many, starts_at=NINE + timedelta(minutes=30 * number))
        ExceptionFactory(schedule=many, first=NOW.date() + timedelta(days=number + 3))
    client.get(address(few))  # remembers menus and names
    counts = []
    for schedule in (few, many):
        with CaptureQueriesContext(connection) as queries:
            assert client.get(address(schedule)).status_code == 200
        counts.append(len(queries))
    assert counts[0] == counts[1] <= 8, (
        counts
    )  # specialist, page, windows, exceptions, bookings; booking rule A16


def test_E4_a_time_that_went_while_the_form_was_filled_in_gives_a_page_with_fresh_times(
    client: Client, clock: time_machine.Traveller
) -> None:
    schedule = ScheduleFactory(notice=60)
    ten = NINE + timedelta(hours=1)
    clock.move_to(NINE - timedelta(minutes=1))
    assert client.get(address(schedule), {"start": "2027-03-01T10:00Z"}).status_code == 200
    clock.move_to(NINE + timedelta(minutes=1))
    response = client.post(address(schedule), booking_form(ten))
    page = response.content.decode()
    assert response.status_code == 409
    assert "free any more" in page
    assert Days(page).found["2027-03-01"][0] == "2027-03-01T10:30Z"


def test_a_link_to_a_time_that_has_gone_shows_the_other_times(client: Client) -> None:
    schedule = ScheduleFactory()
    BookingFactory(schedule=schedule, starts_at=NINE)
    page = client.get(address(schedule), {"start": "2027-03-01T09:00Z", "tz": "UTC"}).content.decode()
    assert "free any more" in page
    assert Days(page).found["2027-03-01"][0] == "2027-03-01T09:30Z"


def test_another_time_is_looked_for_around_the_one_chosen_before(client: Client) -> None:
    schedule = ScheduleFactory()
    page = client.post(address(schedule), {**booking_form(NINE + timedelta(days=16)), "again": "list"})
    html = page.content.decode()
    assert min(Days(html).found) == "2027-03-17"
    assert "What you have typed is kept." in html
    marked = BeautifulSoup(html, "html.parser").select("button.slot[aria-pressed=true]")
    assert [slot["value"] for slot in marked] == ["2027-03-17T09:00Z"]
    later = {**booking_form(NINE), "again": "list", "from": "2027-03-20"}
    assert min(Days(client.post(address(schedule), later).content.decode()).found) > "2027-03-19"


@pytest.mark.parametrize(
    "start",
    [
        "",
        "9999-12-31T23:59Z",
        "0001-01-01T00:00Z",
        "2027-02-30T09:00Z",
        "2027-03-01T09:00",
        "x" * 300,
        "\x00",
    ],
)
def test_a_start_that_is_none_is_refused_politely(client: Client, start: str) -> None:
    schedule = ScheduleFactory()
    for zone in ("America/New_York", "Pacific/Kiritimati"):
        assert client.get(address(schedule), {"start": start, "tz": zone}).status_code == 200
        form = {**booking_form(NINE, time_zone=zone), "start": start}
        assert client.post(address(schedule), form).status_code == 422
        assert client.post(address(schedule), {**form, "name": ""}).status_code == 422
    assert not Booking.objects.exists()


@pytest.mark.parametrize("since", ["", "9999-12-31", "0001-01-01", "2027-02-30", "x", "\x00"])
def test_a_first_day_that_is_none_shows_the_nearest(client: Client, since: str) -> None:
    schedule = ScheduleFactory()
    for zone in ("America/New_York", "Pacific/Kiritimati"):
        assert client.get(address(schedule), {"from": since, "tz": zone}).status_code == 200


@pytest.mark.parametrize("field", ["name", "email", "language", "age", "privacy", "key", "time_zone"])
def test_a_form_with_a_gap_is_shown_again_with_what_was_typed(client: Client, field: str) -> None:
    schedule = ScheduleFactory()
    response = client.post(address(schedule), {**booking_form(NINE, note="About sleep"), field: ""})
    assert response.status_code == 422
    assert "About sleep" in response.content.decode()
    assert not Booking.objects.exists()


# --- Age ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("age", "with_guardian"), [("adult", False), ("guardian", True)])
def test_the_specialist_sees_that_a_guardian_is_involved_and_nothing_else_about_age(
    client: Client, age: str, with_guardian: bool
) -> None:
    schedule = ScheduleFactory(confirms_by_hand=True)
    client.post(address(schedule), booking_form(NINE + timedelta(days=1), age=age))
    press(client, link())
    booking = Booking.objects.get()
    assert booking.with_guardian is with_guardian
    log_in_with_factor(client, schedule.specialist.user)
    for path in (f"/en/bookings/{booking.uid}/answer/", "/en/account/specialist/consultations/"):
        shown = "Younger than 18. A parent or guardian agrees." in client.get(path).content.decode()
        assert shown is with_guardian
    assert all("18" not in row.subject and "guardian" not in text_of(row) for row in Outbox.objects.all())


def test_somebody_young_whom_nobody_stands_by_gets_a_kind_sentence_and_help(client: Client) -> None:
    schedule = ScheduleFactory()
    response = client.post(address(schedule), booking_form(NINE, age="alone", note="About sleep"))
    page = response.content.decode()
    assert response.status_code == 422
    assert "It is good that you look for somebody to talk to." in page
    assert page.count('href="/en/help-now/"') > client.get(address(schedule)).content.decode().count(
        'href="/en/help-now/"'
    )
    assert "About sleep" in page
    assert not Booking.objects.exists()


# --- Slips in the address -----------------------------------------------------------------------------------------


def test_an_address_that_looks_like_a_slip_is_asked_about_and_nothing_typed_is_lost(client: Client) -> None:
    schedule = ScheduleFactory()
    form = booking_form(NINE, email="robin@gmial.com", note="About sleep")
    response = client.post(address(schedule), form)
    page = response.content.decode()
    assert response.status_code == 422
    assert "Did you mean \u2068robin@gmail.com\u2069?" in page
    assert 'value="robin@gmial.com"' in page
    assert "About sleep" in page
    assert not Booking.objects.exists()


def test_about_what_can_be_no_address_the_correction_alone_is_offered(client: Client) -> None:
    form = booking_form(NINE, email="robin@gmial")
    schedule = ScheduleFactory()
    page = client.post(address(schedule), form).content.decode()
    assert "Did you mean \u2068robin@gmail.com\u2069?" in page
    assert "is right" not in page
    assert "like name@example.org" not in page
    again = {**form, "email_asked": "robin@gmial"}
    assert "like name@example.org" in client.post(address(schedule), again).content.decode()
    assert client.post(address(schedule), {**again, "email_meant": "robin@gmail.com"}).status_code == 302
    assert Booking.objects.get().client_email == "robin@gmail.com"


@pytest.mark.parametrize(
    ("answer", "kept"),
    [
        ({}, "robin@gmial.com"),  # sent again as it was
        ({"email_meant": "robin@gmial.com"}, "robin@gmial.com"),
        ({"email_meant": "robin@gmail.com"}, "robin@gmail.com"),
        ({"email": "robin@web.de", "email_meant": "robin@gmail.com"}, "robin@web.de"),  # typed anew
    ],
)
def test_whatever_is_answered_to_the_question_is_taken(
    client: Client, answer: dict[str, str], kept: str
) -> None:
    form = booking_form(NINE, email="robin@gmial.com")
    asked = {**form, "email_asked": "robin@gmial.com", **answer}
    assert client.post(address(ScheduleFactory()), asked).status_code == 302
    assert Booking.objects.get().client_email == kept


def test_another_slip_is_another_question_and_an_answer_survives_other_gaps(client: Client) -> None:
    schedule = ScheduleFactory()
    form = booking_form(NINE, email="robin@hotmial.com", email_asked="robin@gmial.com")
    form["email_meant"] = "robin@gmail.com"
    assert "robin@hotmail.com" in client.post(address(schedule), form).content.decode()
    gap = {**form, "email_asked": "robin@hotmial.com", "email_meant": "robin@hotmail.com", "name": ""}
    page = client.post(address(schedule), gap).content.decode()
    assert 'value="robin@hotmail.com"' in page
    assert "Did you mean" not in page


def test_F9_the_same_form_sent_again_shows_the_same_booking(client: Client) -> None:
    schedule = ScheduleFactory()
    form = booking_form(NINE)
    for _ in range(3):
        response = client.post(address(schedule), form)
        assert response.status_code == 302
        assert client.get(response["Location"]).status_code == 200
    assert Booking.objects.count() == Outbox.objects.count() == 1


def test_F8_the_same_form_with_another_time_is_a_conflict(client: Client) -> None:
    schedule = ScheduleFactory()
    form = booking_form(NINE)
    client.post(address(schedule), form)
    assert client.post(address(schedule), {**form, "start": "2027-03-01T10:00Z"}).status_code == 409
    assert Booking.objects.get().starts_at == NINE


def test_G17_a_forged_end_is_ignored(client: Client) -> None:
    schedule = ScheduleFactory()
    client.post(address(schedule), booking_form(NINE, end="2027-03-01T17:00Z", duration="480", ends_at="x"))
    assert Booking.objects.get().ends_at == HALF_PAST


def test_a_logged_in_client_finds_the_booking_under_their_account(client: Client) -> None:
    user = UserFactory()
    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    client.force_login(user)
    schedule = ScheduleFactory()
    page = client.get(address(schedule), {"start": "2027-03-01T09:00Z"}).content.decode()
    assert user.email in page
    client.post(address(schedule), booking_form(NINE, email=user.email))
    booking = Booking.objects.get()
    assert booking.client == user
    again = client.post(address(schedule), booking_form(NINE + timedelta(days=1), email=user.email))
    page = again.content.decode()
    assert again.status_code == 409
    assert f'href="/en/bookings/{booking.uid}/"' in page
    assert "The link in our e-mail" not in page


@pytest.mark.django_db(transaction=True)
def test_F1_fifty_browsers_want_one_time_and_49_get_a_polite_page() -> None:
    schedule = ScheduleFactory()
    url = address(schedule)

    def browser(number: int) -> Any:
        return lambda: Client(REMOTE_ADDR=f"10.0.0.{number}").post(url, booking_form(NINE))

    outcomes = race([browser(number) for number in range(50)])
    # 503 for whom there was no place to wait for the lock in (core.locks): they keep their form, and try again.
    codes = [response.status_code for response in outcomes]
    assert (codes.count(302), codes.count(409) + codes.count(503)) == (1, 49)
    assert all("Retry-After" in response for response in outcomes if response.status_code == 503)
    refused = [response.content.decode() for response in outcomes if response.status_code == 409]
    assert all("2027-03-01T09:30Z" in page and "2027-03-01T09:00Z" not in page for page in refused)
    assert Booking.objects.active().count() == Outbox.objects.count() == 1


# --- The clock that times are shown on --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("day", "shown"), [("2027-03-15", "2027-03-15T04:00-04:00"), ("2027-03-10", "2027-03-10T03:00-05:00")]
)
def test_C1_nine_in_berlin_on_the_clock_of_new_york(client: Client, day: str, shown: str) -> None:
    schedule = ScheduleFactory(time_zone="Europe/Berlin")
    page = client.get(address(schedule), {"tz": "America/New_York", "from": day}).content.decode()
    assert shown in page


def test_C2_a_wednesday_in_kiritimati_is_a_monday_in_pago_pago_everywhere(client: Client) -> None:
    schedule = ScheduleFactory(time_zone="Pacific/Kiritimati", windows=[(2, 0, 30)])
    found = days(client, schedule, tz="Pacific/Pago_Pago", **{"from": "2027-03-08"})
    assert found["2027-03-08"] == ["2027-03-09T10:00Z"]
    start = datetime(2027, 3, 9, 10, tzinfo=UTC)
    response = client.post(address(schedule), booking_form(start, time_zone="Pacific/Pago_Pago"))
    assert "8 March" in client.get(response["Location"]).content.decode()
    confirm = link()
    asked = text_of(Outbox.objects.get())
    assert "Monday" in asked
    assert "8 March" in asked
    press(client, confirm)
    cancel = link("cancel", mail="confirmed")
    file = client.get(cancel.replace("/cancel/", "/consultation.ics"))
    assert b"DTSTART:20270309T100000Z" in file.content


def test_C3_C4_another_clock_groups_the_same_instants_under_other_dates(client: Client) -> None:
    schedule = ScheduleFactory(windows=[(1, 0, 1440)], horizon_days=3)  # Tuesday, midnight to midnight in UTC
    shown = {zone: days(client, schedule, tz=zone) for zone in ("UTC", "Asia/Tokyo", "America/New_York")}
    instants = {zone: sorted(chain.from_iterable(found.values())) for zone, found in shown.items()}
    assert instants["UTC"] == instants["Asia/Tokyo"] == instants["America/New_York"]
    assert len(instants["UTC"]) == 48
    assert list(shown["UTC"]) == ["2027-03-02"]
    assert list(shown["Asia/Tokyo"]) == ["2027-03-02", "2027-03-03"]
    assert list(shown["America/New_York"]) == ["2027-03-01", "2027-03-02"]


UNKNOWN = [
    "Mars/Phobos",
    "../../etc/passwd",
    "/etc/passwd",
    "",
    "Europe/Berlin\x00",
    "E" * 300,
    "europe/berlin",
    "+02:00",
    "GMT+2",
    "localtime",
    "Factory",
    "leapseconds",
    "tzdata.zi",
]


@pytest.mark.parametrize("zone", UNKNOWN)
def test_C5_an_unknown_zone_is_said_and_never_stored(client: Client, zone: str) -> None:
    schedule = ScheduleFactory(time_zone="Europe/Berlin")
    page = client.get(address(schedule), {"tz": zone})
    assert page.status_code == 200
    assert "know that time zone" in page.content.decode()
    assert "2027-03-01T10:00+01:00" in page.content.decode()
    assert client.post(address(schedule), booking_form(NINE, time_zone=zone)).status_code == 422
    assert not Booking.objects.exists()


@pytest.mark.parametrize("zone", ["Asia/Calcutta", "Europe/Kiev", "US/Pacific", "Etc/GMT+2"])
def test_C6_an_old_name_of_a_zone_is_welcome(client: Client, zone: str) -> None:
    schedule = ScheduleFactory()
    page = client.get(address(schedule), {"tz": zone})
    assert "know that time zone" not in page.content.decode()
    assert client.post(address(schedule), booking_form(NINE, time_zone=zone)).status_code == 302
    assert Booking.objects.get().client_time_zone == zone


def test_C6_an_old_name_of_a_zone_is_shown_as_the_one_of_today(client: Client) -> None:
    page = client.get(address(ScheduleFactory()), {"tz": "Europe/Kiev"}).content.decode()
    assert "Kyiv" in page
    assert 'value="Kyiv, Ukraine"' in page
    assert not re.search(r">[^<]*Kiev", page)


@pytest.mark.parametrize("city", ["Kyiv", "Київ", "kiev", "Kyiv, Ukraine", "Europe/Kiev", "Lviv"])
def test_a_city_is_found_in_whatever_way_it_is_written(client: Client, city: str) -> None:
    page = client.get(address(ScheduleFactory()), {"city": city, "tz": "Asia/Tokyo"}).content.decode()
    assert "2027-03-01T11:00+02:00" in page
    assert "data-zone-ask" not in page


def test_an_unknown_city_is_said_with_the_nearest_and_the_clock_stays(client: Client) -> None:
    page = client.get(address(ScheduleFactory()), {"city": "Kiyv", "tz": "Asia/Tokyo"}).content.decode()
    assert "Did you mean one of these?" in page
    assert "?tz=Europe%2FKyiv" in page
    assert 'value="Kiyv"' in page
    assert "2027-03-01T18:00+09:00" in page


def test_cities_are_offered_in_the_language_of_the_page(client: Client) -> None:
    schedule = ScheduleFactory()
    for language, label in [("uk", "Київ, Україна"), ("de", "Kiew, Ukraine"), ("ar", "كييف، أوكرانيا")]:
        assert f'<option value="{label}">' in client.get(address(schedule, language)).content.decode()


def test_the_browser_is_asked_for_its_clock_only_where_nobody_has_said_one(client: Client) -> None:
    schedule = ScheduleFactory(time_zone="Europe/Kyiv")
    page = client.get(address(schedule)).content.decode()
    (names,) = re.findall('data-zone-ask="([^"]+)"', page)
    assert {"Europe/Kyiv", "Europe/Kiev"} <= set(names.split())
    form = client.get(address(schedule), {"start": "2027-03-02T07:00Z"}).content.decode()
    assert "data-zone-ask" in form
    # A page that tells why something was refused must not be loaded anew.
    BookingFactory(schedule=schedule, starts_at=NINE)
    refused = client.post(address(schedule), booking_form(NINE))
    assert refused.status_code == 409
    assert "data-zone-ask" not in refused.content.decode()
    client.force_login(UserFactory(time_zone="Asia/Tokyo"))
    assert "data-zone-ask" not in client.get(address(schedule)).content.decode()


def test_C7_without_a_word_about_zones_the_times_are_the_specialists(client: Client) -> None:
    schedule = ScheduleFactory(time_zone="Asia/Kathmandu")
    page = client.get(address(schedule)).content.decode()
    assert "2027-03-02T09:00+05:45" in page
    assert "Kathmandu" in page
    assert "UTC+05:45" in page


LOCAL = {  # the weekday, and four in the afternoon
    "en": ("Monday", "16:00"),
    "uk": ("Понеділок", "16:00"),
    "de": ("Montag", "16:00"),
    "ar": ("الاثنين", "4:00 م"),
}


@pytest.mark.parametrize("language", LOCAL)
def test_C8_hours_and_weekdays_are_as_the_language_has_them_and_the_offset_stands_beside(
    client: Client, language: str
) -> None:
    schedule = ScheduleFactory(windows=[(0, 16 * 60, 17 * 60)], time_zone="Europe/Berlin")
    weekday, clock = LOCAL[language]
    four = datetime(2027, 3, 1, 15, tzinfo=UTC)
    soup = BeautifulSoup(client.get(address(schedule, language)).content, "html.parser")
    assert soup.select_one(".day__title").get_text(strip=True).startswith(weekday)
    assert soup.select_one("button.slot bdi").get_text() == clock
    assert "UTC+01:00" in soup.select_one(".zone").get_text()
    form = booking_form(four, language=language, time_zone="Europe/Berlin")
    chosen = client.get(address(schedule, language), {"start": form["start"], "tz": "Europe/Berlin"})
    pending = client.get(client.post(address(schedule, language), form)["Location"])
    for page in (chosen, pending, client.get(link())):
        when = BeautifulSoup(page.content, "html.parser").select_one(".when").get_text()
        assert weekday in when
        assert clock in when
        assert "UTC+01:00" in when
    mail = text_of(Outbox.objects.get())
    assert weekday in mail
    assert clock in mail


# --- Links in e-mails -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["confirm", "cancel"])
@pytest.mark.parametrize("method", ["get", "head"])
def test_H1_opening_a_link_changes_nothing(client: Client, held: Booking, kind: str, method: str) -> None:
    path, before = link(kind), rows()
    for _ in range(2):
        assert getattr(client, method)(path).status_code == 200
    assert rows() == before
    assert press(client, path).status_code == 302
    assert rows() != before


def test_H1_reading_how_it_stands_changes_nothing(client: Client, held: Booking) -> None:
    base = link().removesuffix("confirm/")
    press(client, link())
    before = rows()
    for path in (base, f"{base}cancel/", f"{base}consultation.ics"):
        assert [client.get(path).status_code for _ in range(2)] == [200, 200]
    assert client.get(f"{base}confirm/").status_code == 302  # done already: how it stands
    assert rows() == before


@pytest.mark.parametrize("kind", ["confirm", "cancel"])
def test_H2_a_link_used_twice_acts_once(client: Client, held: Booking, kind: str) -> None:
    path = link(kind)
    shown = {"shown": shown_on(client, path)}
    client.post(path, shown)
    after = rows()
    again = client.post(path, shown)
    assert again.status_code == 302
    assert client.get(again["Location"]).status_code == 200
    assert rows() == after


def test_a_confirmed_link_says_when_the_consultation_was_cancelled(client: Client, held: Booking) -> None:
    path = link()
    shown = shown_on(client, path)
    press(client, link("cancel"))
    response = client.post(path, {"shown": shown})
    assert response.status_code == 409  # it isn't confirmed, as the button says
    assert "is cancelled" in response.content.decode()
    assert Booking.objects.get().status == Status.CANCELLED


def test_H3_a_link_used_too_late_is_gone_and_leads_to_new_times(
    client: Client, held: Booking, clock: time_machine.Traveller
) -> None:
    path = link()
    shown = shown_on(client, path)
    clock.shift(timedelta(minutes=16))
    before = rows()
    page = client.get(path)
    assert page.status_code == 410
    assert address(held.schedule) in page.content.decode()
    assert rows() == before
    assert client.post(path, {"shown": shown}).status_code == 410
    held.refresh_from_db()
    assert held.status == Status.EXPIRED
    assert client.get(path).status_code == 410


def test_H3_a_link_of_long_ago_is_as_if_it_never_was(
    client: Client, held: Booking, clock: time_machine.Traveller
) -> None:
    path = link()
    clock.shift(timedelta(days=31))
    assert client.get(path).status_code == 404
    assert client.post(path).status_code == 404
    assert client.get("/en/bookings/unknown/").status_code == 404


def test_H5_the_database_has_only_the_digest_of_a_link(client: Client, held: Booking) -> None:
    token = link().split("/")[3]
    assert len(token) >= 43  # 256 bits
    digests = [bytes(row.digest) for row in ActionToken.objects.all()]
    assert hashlib.sha256(token.encode()).digest() in digests
    for row in ActionToken.objects.values():
        assert not any(token in str(value) or token.encode() == value for value in row.values())


@pytest.mark.parametrize("kind", ["", "confirm/", "cancel/", "consultation.ics"])
def test_H5_pages_behind_a_link_are_neither_indexed_kept_nor_referred_from(
    client: Client, held: Booking, kind: str
) -> None:
    base = link().removesuffix("confirm/")
    if kind == "consultation.ics":
        press(client, f"{base}confirm/")
    response = client.get(base + kind)
    assert response.status_code == 200
    # Not "no-referrer": with it browsers send "Origin: null" along with the forms, and CSRF refuses them.
    assert response["Referrer-Policy"] == "strict-origin"  # the host alone, never the token
    assert "noindex" in response["X-Robots-Tag"]
    assert "no-store" in response["Cache-Control"]


def test_a_form_with_errors_keeps_its_time_in_every_language(client: Client) -> None:
    schedule = ScheduleFactory()
    response = client.post(address(schedule), booking_form(NINE, name="", time_zone="Asia/Tokyo"))
    assert response.status_code == 422
    page = BeautifulSoup(response.content, "html.parser")
    [path, query] = str(page.select_one('header a[hreflang="de"]')["href"]).split("?")
    assert path == address(schedule, "de")
    assert parse_qs(query) == {"tz": ["Asia/Tokyo"], "start": [NINE.strftime("%Y-%m-%dT%H:%MZ")]}


def test_the_page_after_the_form_can_do_nothing(client: Client) -> None:
    """It belongs to whoever typed the address, not to whoever reads the mail there."""
    schedule = ScheduleFactory()
    pending = client.post(address(schedule), booking_form(NINE))["Location"]
    assert client.get(pending).status_code == 200
    for kind in ("confirm/", "cancel/", "consultation.ics"):
        assert client.get(pending + kind).status_code == 404
        assert client.post(pending + kind).status_code in {404, 405}
    assert Booking.objects.get().status == Status.HELD


def test_the_page_after_the_form_never_shows_how_to_join(client: Client) -> None:
    schedule = ScheduleFactory()
    pending = client.post(address(schedule), booking_form(NINE))["Location"]
    press(client, link())
    assert schedule.joining not in client.get(pending).content.decode()
    assert (
        schedule.joining in client.get(link(mail="confirm_address").removesuffix("confirm/")).content.decode()
    )


@pytest.mark.parametrize("kind", ["confirm", "cancel"])
def test_H7_a_press_from_another_site_is_refused(held: Booking, kind: str) -> None:
    stranger = Client(enforce_csrf_checks=True)
    before = rows()
    assert stranger.post(link(kind)).status_code == 403
    assert stranger.post(address(held.schedule), booking_form(HALF_PAST)).status_code == 403
    assert rows() == before


@pytest.mark.parametrize(
    "text", ["Robin\r\nBcc: all@example.org", "Robin\nX: y", "a\x0bb", "a\u2028b", "a\u202eb"]
)
def test_H11_line_breaks_in_a_note_are_refused(client: Client, text: str) -> None:
    schedule = ScheduleFactory()
    assert client.post(address(schedule), booking_form(NINE, note=text)).status_code == 422
    assert not Outbox.objects.exists()


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("Robin\r\nBcc: all", "Robin Bcc: all"),
        ("a\x0bb", "ab"),
        ("a\u2028b", "a b"),
        ("a\u202eb", "ab"),
        ("\uff32obin", "Robin"),
    ],
)
def test_H11_a_name_becomes_one_line_of_visible_characters(client: Client, typed: str, kept: str) -> None:
    client.post(address(ScheduleFactory()), booking_form(NINE, name=typed))
    mail = Stored(Outbox.objects.get()).parsed()
    assert Booking.objects.get().client_name == kept
    assert mail["Bcc"] is None
    assert kept in mail.get_body(("plain",)).get_content()


def test_H11_a_name_with_an_address_in_it_is_refused(client: Client) -> None:
    form = booking_form(NINE, name="Robin\r\nBcc: all@example.org")
    assert client.post(address(ScheduleFactory()), form).status_code == 422
    assert not Outbox.objects.exists()


@pytest.mark.parametrize(
    "email", ["a@example.org\r\nBcc: b@example.org", "a@example.org, b@example.org", "a b@example.org", "a"]
)
def test_H11_an_address_that_is_more_than_one_is_refused(client: Client, email: str) -> None:
    schedule = ScheduleFactory()
    assert client.post(address(schedule), booking_form(NINE, email=email)).status_code == 422
    assert not Outbox.objects.exists()


def test_H11_markup_in_a_name_is_only_text(client: Client) -> None:
    schedule = ScheduleFactory()
    client.post(address(schedule), booking_form(NINE, name="<b>Robin</b> & co"))
    raw = bytes(Outbox.objects.get().raw)
    html = Stored(Outbox.objects.get()).parsed().get_body(("html",))
    assert html is not None
    assert "&lt;b&gt;Robin&lt;/b&gt; &amp; co" in html.get_content()
    assert "<b>Robin" not in html.get_content()
    assert b"MIME-Version" in raw
    assert "<b>Robin</b>" not in client.get(link().removesuffix("confirm/")).content.decode()


def test_H11_links_name_the_configured_site_whatever_host_was_asked(client: Client) -> None:
    schedule = ScheduleFactory()
    client.post(address(schedule), booking_form(NINE), headers={"host": "127.0.0.1"})
    assert "http://localhost:8000/en/bookings/" in text_of(Outbox.objects.get())
    assert b"127.0.0.1" not in bytes(Outbox.objects.get().raw)
    response = client.post(address(schedule), booking_form(NINE), headers={"host": "evil.example"})
    assert response.status_code == 400


def test_nobody_but_the_two_sees_a_booking() -> None:
    client_user, stranger = UserFactory(), UserFactory()
    booking = BookingFactory(starts_at=NINE, client=client_user)
    specialist = booking.schedule.specialist.user
    for user, count in ((client_user, 1), (specialist, 1), (stranger, 0)):
        assert Booking.objects.visible_to(user).count() == count


def test_a_token_is_good_until_a_month_after_the_consultation(held: Booking) -> None:
    raw = tokens.issue(held, ActionToken.Purpose.CLIENT)
    assert tokens.find(raw, now=timezone.now() + timedelta(days=29)) is not None
    assert tokens.find(raw, now=timezone.now() + timedelta(days=31)) is None
