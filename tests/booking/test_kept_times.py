"""A time that a browser has chosen: its address is corrected, its link sent again, it is changed or let go."""

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from bs4 import BeautifulSoup
from django.test import Client
from django.urls import reverse

from booking.models import Booking, Schedule
from core.mail.keys import address_key
from core.models import Outbox
from tests.booking.conftest import NOW
from tests.booking.pages import address, link
from tests.booking.pressing import press
from tests.booking.requests import request
from tests.booking.visitors import book, by, free, mails_to, minutes_to_wait
from tests.factories.booking import BookingFactory, ScheduleFactory, booking_form

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]

NINE = NOW + timedelta(hours=1)
TEN = NOW + timedelta(hours=2)
WRONG, RIGHT = "robni@example.org", "robin@example.org"
PENDING = "/en/bookings/pending/"
Status = Booking.Status


def page(client: Client, path: str = PENDING) -> BeautifulSoup:
    return BeautifulSoup(client.get(path).content.decode(), "html.parser")


def correct(client: Client, email: str, shown: BeautifulSoup | None = None) -> Any:
    """Send the form of the page that follows, as a browser without JavaScript does."""
    form = (shown or page(client)).find("input", {"name": "email"}).find_parent("form")
    data = {one["name"]: one.get("value", "") for one in form.find_all("input")}
    return client.post(form["action"], {**data, "email": email})


def act(client: Client, do: str, shown: BeautifulSoup | None = None) -> Any:
    form = (shown or page(client)).find("button", {"value": do}).find_parent("form")
    data = {one["name"]: one.get("value", "") for one in form.find_all("input")}
    return client.post(form["action"], {**data, "do": do})


@pytest.fixture
def schedule() -> Schedule:
    return ScheduleFactory()


@pytest.fixture
def person(schedule: Schedule) -> Client:
    """Somebody who has just mistyped their address."""
    person = by(1)
    book(person, schedule, email=WRONG, name="Robin", note="About sleep")
    return person


def test_the_browser_that_typed_it_sees_the_whole_address_and_no_other_sees_the_page(person: Client) -> None:
    assert WRONG in page(person).text
    assert by(1).get(PENDING).status_code == 404


def test_a_mistyped_address_is_corrected_and_the_time_and_all_else_stay(
    person: Client, schedule: Schedule, clock: time_machine.Traveller
) -> None:
    before, wrong_link = Booking.objects.get(), link()
    clock.shift(timedelta(minutes=10))
    assert correct(person, RIGHT)["Location"] == PENDING
    booking = Booking.objects.get()
    assert (booking.uid, booking.starts_at, booking.status) == (before.uid, NINE, Status.HELD)
    assert (booking.client_email, booking.note, booking.client_name) == (RIGHT, "About sleep", "Robin")
    assert bytes(booking.client_key) == address_key(RIGHT)
    assert booking.hold_expires_at > before.hold_expires_at + timedelta(minutes=9)  # 15 minutes from now
    assert RIGHT in page(person).text
    assert len(mails_to(RIGHT)) == 1
    assert by(2).get(wrong_link).status_code == 404  # whoever has the wrong address can't confirm it
    press(by(2), link())
    booking.refresh_from_db()
    assert booking.status == Status.CONFIRMED
    assert "It is confirmed" in page(person).text


def test_a_correction_that_is_none_says_so_and_loses_nothing(person: Client) -> None:
    answer = correct(person, "robin@")
    assert answer.status_code == 422
    assert "About sleep" in answer.content.decode()
    assert Booking.objects.get().client_email == WRONG


def test_the_same_correction_twice_is_one_mail(person: Client) -> None:
    shown = page(person)
    for _ in range(3):
        assert correct(person, RIGHT, shown).status_code == 302
    assert len(mails_to(RIGHT)) == Booking.objects.count() == 1


def test_back_shows_what_was_typed_and_the_time_as_its_own(person: Client, schedule: Schedule) -> None:
    shown = page(person, f"{address(schedule)}?start=2027-03-01T09:00Z&tz=UTC")
    assert shown.find("input", {"name": "email"})["value"] == WRONG
    assert shown.find("input", {"name": "note"})["value"] == "About sleep"
    assert "We keep" in shown.text
    assert NINE not in free(by(2), schedule)
    assert book(person, schedule, email=RIGHT, note="About sleep").status_code == 302
    assert Booking.objects.get().client_email == RIGHT


def test_another_time_takes_the_place_of_the_first_and_needs_no_other_mail(
    person: Client, schedule: Schedule
) -> None:
    assert book(person, schedule, TEN, email=WRONG).status_code == 302
    assert Booking.objects.get().starts_at == TEN
    assert NINE in free(by(2), schedule)
    assert len(mails_to(WRONG)) == 1
    assert press(by(2), link()).status_code == 302
    assert Booking.objects.get().status == Status.CONFIRMED


def test_a_browser_that_only_knows_the_address_changes_nothing(person: Client, schedule: Schedule) -> None:
    book(by(2), schedule, TEN, email=WRONG)
    mine = Booking.objects.get(client_email=WRONG)
    assert (mine.starts_at, mine.status) == (NINE, Status.HELD)


def test_the_link_is_sent_again_twice_an_hour_and_then_the_page_says_how_long_to_wait(
    person: Client, clock: time_machine.Traveller
) -> None:
    first = link()
    for _ in range(3):
        assert act(person, "send").status_code == 302
        clock.shift(timedelta(minutes=1))
    assert len(mails_to(WRONG)) == 3  # with the first
    refused = act(person, "send")
    assert (refused.status_code, minutes_to_wait(refused)) == (429, 57)
    assert len(mails_to(WRONG)) == 3
    assert press(by(2), first).status_code == 302  # each of the links is good
    assert Booking.objects.get().status == Status.CONFIRMED


def test_a_time_is_let_go_at_once_and_chosen_again_with_a_mail(person: Client, schedule: Schedule) -> None:
    assert act(person, "let_go")["Location"] == address(schedule)
    assert Booking.objects.get().status == Status.EXPIRED
    assert NINE in free(by(2), schedule)
    assert by(2).get(link()).status_code == 410
    book(person, schedule, TEN, email=WRONG)
    assert Booking.objects.active().get().client_email == WRONG
    assert len(mails_to(WRONG)) == 2


def test_letting_go_on_the_page_ends_nothing_that_the_owner_has_confirmed(person: Client) -> None:
    shown = page(person)
    press(by(2), link())
    assert act(person, "let_go", shown).status_code == 302
    assert correct(person, RIGHT, shown).status_code in {302, 409}
    assert Booking.objects.get(client_email=WRONG).status == Status.CONFIRMED


def test_after_the_time_has_run_out_it_is_held_anew_if_nobody_has_taken_it(
    person: Client, schedule: Schedule, clock: time_machine.Traveller
) -> None:
    shown = page(person)
    clock.shift(timedelta(minutes=16))
    assert "no longer kept" in page(person).text
    assert correct(person, RIGHT, shown)["Location"] == PENDING  # from the old tab
    booking = Booking.objects.active().get(hold_expires_at__gt=NOW + timedelta(minutes=16))
    assert (booking.starts_at, booking.client_email, booking.note) == (NINE, RIGHT, "About sleep")
    assert "no longer kept" not in page(person).text


def test_after_the_time_has_run_out_and_somebody_took_it_the_list_keeps_what_was_typed(
    person: Client, schedule: Schedule, clock: time_machine.Traveller
) -> None:
    clock.shift(timedelta(minutes=16))
    book(by(2), schedule)
    answer = correct(person, RIGHT)
    assert answer.status_code == 409
    assert "About sleep" in answer.content.decode()


def test_two_tabs_act_on_their_own_times(person: Client) -> None:
    first_tab, other = page(person), ScheduleFactory()
    book(person, other, TEN, email="second@example.org")
    assert "Also kept for you" in page(person).text
    act(person, "let_go", first_tab)
    assert Booking.objects.active().get().client_email == "second@example.org"


def test_a_correction_to_an_address_that_has_a_consultation_looks_like_any_other(schedule: Schedule) -> None:
    request(schedule, start=TEN + timedelta(hours=1), email="owner@example.org")
    Outbox.objects.all().delete()
    answers = []
    for number, email in enumerate(("owner@example.org", "ownar@example.org")):
        stranger = by(number)
        book(stranger, schedule, NINE + timedelta(minutes=30 * number), email=f"wrong{number}@example.org")
        done = correct(stranger, email)
        text = page(stranger).text.replace(email, "").replace("09:30", "09:00").replace("11:30", "11:00")
        answers.append((done.status_code, done["Location"], text))
        act(stranger, "send")
    assert answers[0] == answers[1]
    assert Booking.objects.filter(client_email="owner@example.org").count() == 1
    assert not Booking.objects.filter(client_email="wrong0@example.org").exists()


def test_corrections_are_bounded_and_say_how_long(person: Client) -> None:
    codes = [correct(person, f"robin{number}@example.org").status_code for number in range(7)]
    assert codes == [302] * 5 + [429] * 2
    assert Booking.objects.get().client_email == "robin4@example.org"


def test_letting_go_by_the_mails_link_proves_the_address(person: Client, schedule: Schedule) -> None:
    owner = by(2)
    press(owner, link("cancel"))
    assert Booking.objects.get().status == Status.CANCELLED
    book(owner, schedule, TEN, email=WRONG)
    assert Booking.objects.active().get().status == Status.CONFIRMED  # no other mail
    assert len([mail for mail in mails_to(WRONG) if mail.dedupe_key.endswith(":confirm_address")]) == 1


def test_times_that_were_let_go_use_up_no_weekly_consultation(schedule: Schedule) -> None:
    for number in range(6):
        BookingFactory(
            cancelled=True, starts_at=NINE + timedelta(days=number), client_email=RIGHT
        )  # never confirmed: a stranger may have chosen them
    assert request(schedule, start=TEN, email=RIGHT).status == Status.CONFIRMED


@pytest.mark.parametrize("language", ["uk", "de", "ar"])
def test_the_page_works_in_every_language(language: str, schedule: Schedule) -> None:
    person = by(1)
    path = address(schedule, language)
    person.post(path, booking_form(NINE, email=WRONG, language=language))
    shown = page(person, f"/{language}/bookings/pending/")
    assert "can receive" not in shown.text
    assert correct(person, RIGHT, shown)["Location"] == f"/{language}/bookings/pending/"


def test_only_posts_act(person: Client) -> None:
    person.get(f"{reverse('booking_pending')}?do=let_go")
    person.get(f"{reverse('booking_pending')}?of=nonsense")
    assert Booking.objects.get().status == Status.HELD


def test_letting_go_ends_the_time_that_the_page_showed_or_none(person: Client, schedule: Schedule) -> None:
    first_tab = page(person)
    book(person, schedule, NINE + timedelta(minutes=30))
    refused = act(person, "let_go", first_tab)
    assert refused.status_code == 409
    assert "09:30" in refused.content.decode()
    assert Booking.objects.get().status == Status.HELD
    assert act(person, "let_go").status_code == 302


def test_a_page_that_knows_an_old_time_alone_says_none(person: Client, schedule: Schedule) -> None:
    assert "09:00" in page(person).text
    press(by(2), link())
    assert "09:00" in page(person).text
    Schedule.objects.update(move_until=0)
    later = (NINE + timedelta(minutes=30)).strftime("%Y-%m-%dT%H:%MZ")
    assert press(by(2), link("move"), {"start": later}).status_code == 302
    assert "09:00" not in page(person).text
