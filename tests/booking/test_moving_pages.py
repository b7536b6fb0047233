"""What a client does with a consultation on its pages: move, agree, cancel, add it to a calendar."""

from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
import time_machine
from allauth.account.models import EmailAddress
from django.test import Client
from django.urls import reverse

from booking import services, tokens
from booking.calendars import add_links
from booking.models import Booking, Schedule
from core.mail.outbox import Stored
from core.models import Outbox
from tests.booking.conftest import NOW
from tests.booking.pages import Days, address, rows
from tests.booking.pressing import press
from tests.booking.requests import DAY, HOUR, LATER, TOMORROW, by_hand, mails, request
from tests.factories.accounts import UserFactory
from tests.factories.booking import BookingFactory, ScheduleFactory, booking_form
from tests.factories.people import log_in_with_factor

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]

Status = Booking.Status
WANTED = LATER.strftime("%Y-%m-%dT%H:%MZ")


def page_of(booking: Booking, kind: str = "") -> str:
    """The client's own link to a page about `booking`."""
    return reverse("booking", args=[tokens.issue(booking, "client")]) + kind


def texts() -> str:
    """All that any mail says, files included."""
    parts = [part for row in Outbox.objects.all() for part in Stored(row).parsed().walk()]
    return "\n".join(
        (part.get_payload(decode=True) or b"").decode()  # type: ignore[union-attr]
        for part in parts
        if not part.is_multipart()
    )


@pytest.fixture
def schedule() -> Schedule:
    return ScheduleFactory(move_until=120)


@pytest.fixture
def booking(schedule: Schedule) -> Booking:
    return request(schedule, time_zone="UTC")


# --- Moving -----------------------------------------------------------------------------------------------------------


def test_H1_looking_at_other_times_changes_nothing(client: Client, booking: Booking) -> None:
    move = page_of(booking, "move/")
    before = rows()
    for query in ({}, {"start": WANTED}, {"start": "nonsense"}, {"from": "2027-03-10"}):
        for method in (client.get, client.head):
            assert method(move, query).status_code == 200
    assert rows() == before
    booking.refresh_from_db()
    assert booking.starts_at == TOMORROW


def test_a_chosen_time_is_shown_beside_the_old_one_and_a_press_moves(
    client: Client, booking: Booking
) -> None:
    move = page_of(booking, "move/")
    assert WANTED in Days(client.get(move).content.decode()).found["2027-03-02"]
    page = client.get(move, {"start": WANTED}).content.decode()
    assert "Is this the new time?" in page
    assert 'datetime="2027-03-02T10:00+00:00"' in page
    assert "Until now: " in page
    assert "9:00" in page.partition("Until now: ")[2][:60]
    moved = press(client, move, {"start": WANTED})
    assert moved["Location"] == move.removesuffix("move/")
    booking.refresh_from_db()
    assert (booking.status, booking.starts_at, booking.sequence) == (Status.CONFIRMED, LATER, 1)
    assert "Your consultation is confirmed" in client.get(moved["Location"]).content.decode()
    assert press(client, move, {"start": WANTED}).status_code == 302  # twice is once
    assert len(mails("moved")) == 1


def test_G13_too_late_to_move_is_a_sentence_and_it_stays(
    client: Client, booking: Booking, clock: time_machine.Traveller
) -> None:
    move = page_of(booking, "move/")
    assert "Move to another time" in client.get(page_of(booking)).content.decode()
    clock.move_to(TOMORROW - HOUR)
    assert "Move to another time" not in client.get(page_of(booking)).content.decode()
    before = rows()
    for query in ({}, {"start": WANTED}):
        page = client.get(move, query)
        assert page.status_code == 200
        assert "It is too late to move it" in page.content.decode()
        assert move.replace("/move/", "/cancel/") in page.content.decode()
        assert 'name="start"' not in page.content.decode()
    response = press(client, move, {"start": WANTED})
    assert response.status_code == 409
    assert "It is too late to move this consultation. You can still cancel it." in unescaped(response)
    assert rows() == before


def test_G8_a_time_taken_meanwhile_is_a_sentence_with_fresh_times(
    client: Client, schedule: Schedule, booking: Booking
) -> None:
    move = page_of(booking, "move/")
    assert "Is this the new time?" in client.get(move, {"start": WANTED}).content.decode()
    BookingFactory(schedule=schedule, starts_at=LATER)
    response = press(client, move, {"start": WANTED})
    assert response.status_code == 409
    assert "Somebody has just taken this time." in unescaped(response)
    fresh = Days(response.content.decode()).found["2027-03-02"]
    assert WANTED not in fresh
    assert "2027-03-02T10:30Z" in fresh
    assert "isn't free any more" in unescaped(client.get(move, {"start": WANTED}))
    booking.refresh_from_db()
    assert (booking.starts_at, booking.sequence) == (TOMORROW, 0)


@pytest.mark.parametrize("start", ["", "nonsense", "2027-03-02T10:10Z", "2027-03-01T07:00Z"])
def test_a_time_that_is_none_moves_nothing(client: Client, booking: Booking, start: str) -> None:
    before = rows()
    assert press(client, page_of(booking, "move/"), {"start": start}).status_code == 409
    assert rows()["bookings"] == before["bookings"]


def test_G10_what_is_cancelled_leads_back_to_how_it_stands(client: Client, booking: Booking) -> None:
    move = page_of(booking, "move/")
    services.cancel_booking(booking=booking, actor="client")
    assert client.get(move)["Location"] == move.removesuffix("move/")
    pressed = press(client, move, {"start": WANTED})  # a page from before it was cancelled
    assert (pressed.status_code, "is cancelled" in pressed.content.decode()) == (409, True)
    booking.refresh_from_db()
    assert (booking.status, booking.starts_at) == (Status.CANCELLED, TOMORROW)


@pytest.mark.parametrize("later", [HOUR / 60, 2 * HOUR, 2 * DAY])
def test_G10_what_has_begun_or_is_over_leads_back_to_how_it_stands(
    client: Client, schedule: Schedule, booking: Booking, clock: time_machine.Traveller, later: Any
) -> None:
    page, answer = page_of(booking), reverse("booking_answer", args=[tokens.issue(booking, "specialist")])
    clock.move_to(TOMORROW + later)
    before = rows()
    for kind in ("move/", "cancel/"):
        assert client.get(page + kind)["Location"] == page
        response = press(client, page + kind, {"start": WANTED})
        assert response.status_code in {302, 409}
    propose = answer.replace("/answer/", "/propose/")
    assert client.get(propose)["Location"] == answer
    assert press(client, propose, {"start": WANTED}).status_code == 409
    assert rows() == before
    text = client.get(page).content.decode()
    assert "This consultation has begun" in text or "This consultation is over" in text


def test_G14_moving_with_somebody_who_confirms_by_hand_says_that_it_waits(client: Client) -> None:
    booking = services.accept_request(booking=request(by_hand()))
    moved = press(client, page_of(booking, "move/"), {"start": WANTED}, follow=True)
    assert "Your consultation is requested" in moved.content.decode()


def test_H6_a_specialists_link_moves_nothing(client: Client, booking: Booking) -> None:
    for kind in ("booking", "booking_move", "booking_cancel", "booking_agree", "booking_again"):
        path = reverse(kind, args=[tokens.issue(booking, "specialist")])
        assert client.post(path, {"start": WANTED}).status_code in {404, 405}
        assert client.get(path).status_code in {404, 405}
    booking.refresh_from_db()
    assert (booking.status, booking.starts_at) == (Status.CONFIRMED, TOMORROW)


def unescaped(response: Any) -> str:
    return response.content.decode().replace("&#x27;", "'")


# --- Agreeing ---------------------------------------------------------------------------------------------------------


def test_agreeing_is_a_press_and_twice_is_once(client: Client) -> None:
    booking = services.propose_time(booking=request(by_hand()), start=LATER)
    page = page_of(booking)
    assert client.get(f"{page}agree/").status_code == 405
    for _ in range(2):
        assert press(client, f"{page}agree/")["Location"] == page
    booking.refresh_from_db()
    assert (booking.status, booking.starts_at) == (Status.CONFIRMED, LATER)
    assert len(mails("confirmed")) == len(mails("specialist_confirmed")) == 1


def test_agreeing_too_late_says_so(client: Client, clock: time_machine.Traveller) -> None:
    booking = services.propose_time(booking=request(by_hand(answer_within=1)), start=LATER)
    page = page_of(booking)
    clock.shift(2 * HOUR)
    response = press(client, f"{page}agree/")
    assert response.status_code == 409
    assert "This consultation has changed in the meantime." in response.content.decode()
    booking.refresh_from_db()
    assert booking.status == Status.REQUESTED


def test_nobody_agrees_to_their_own_request(client: Client) -> None:
    booking = request(by_hand())
    assert press(client, page_of(booking, "agree/")).status_code == 409
    booking.refresh_from_db()
    assert booking.status == Status.REQUESTED


# --- Cancelling -------------------------------------------------------------------------------------------------------

REASON = "my panic is back <b>"


def test_H13_a_clients_reason_is_on_the_specialists_page_and_in_no_mail(
    client: Client, schedule: Schedule, booking: Booking
) -> None:
    assert press(client, page_of(booking, "cancel/"), {"reason": REASON}).status_code == 302
    log_in_with_factor(client, schedule.specialist.user)
    page = client.get(reverse("booking_answer", args=[booking.uid])).content.decode()
    assert "my panic is back &lt;b&gt;" in page
    assert len(mails("cancelled")) == len(mails("specialist_cancelled")) == 1
    assert "panic" not in texts()


@pytest.mark.parametrize("act", [services.decline_request, services.cancel_booking])
def test_H13_a_specialists_reason_is_on_the_clients_page_and_in_no_mail(client: Client, act: Any) -> None:
    booking = request(by_hand())
    actor = {"actor": "specialist"} if act is services.cancel_booking else {}
    act(booking=booking, reason=REASON, **actor)
    assert "my panic is back &lt;b&gt;" in client.get(page_of(booking)).content.decode()
    assert "panic" not in texts()


@pytest.mark.parametrize("reason", ["two\nlines", "x" * 301])
def test_a_reason_that_is_none_is_shown_again_and_nothing_is_cancelled(
    client: Client, booking: Booking, reason: str
) -> None:
    assert press(client, page_of(booking, "cancel/"), {"reason": reason}).status_code == 422
    booking.refresh_from_db()
    assert booking.status == Status.CONFIRMED


# --- Logged in, and calendars -----------------------------------------------------------------------------------------


def test_a_verified_account_waits_for_no_mail_and_lands_on_its_booking(client: Client) -> None:
    user = UserFactory()
    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    client.force_login(user)
    schedule = ScheduleFactory()
    response = client.post(address(schedule), booking_form(TOMORROW, email=user.email))
    booking = Booking.objects.get()
    assert (booking.status, booking.client) == (Status.CONFIRMED, user)
    assert response["Location"] == f"/en/bookings/{booking.uid}/"
    page = client.get(response["Location"]).content.decode()
    assert "Your consultation is confirmed" in page
    assert schedule.joining in page
    assert not mails("confirm_address")
    press(client, f"{response['Location']}move/", {"start": WANTED})
    booking.refresh_from_db()
    assert booking.starts_at == LATER
    assert Client().get(response["Location"]).status_code == 404  # the number alone opens nothing


def test_an_account_whose_address_is_not_verified_waits_for_the_mail(client: Client) -> None:
    user = UserFactory()
    EmailAddress.objects.create(user=user, email=user.email, verified=False, primary=True)
    client.force_login(user)
    response = client.post(address(ScheduleFactory()), booking_form(TOMORROW, email=user.email))
    assert response["Location"] == "/en/bookings/pending/"
    assert Booking.objects.get().status == Status.HELD


def test_H13_links_to_calendars_on_the_web_carry_the_time_and_one_word(client: Client) -> None:
    schedule = ScheduleFactory(specialist__name="Dr. Vera Example")
    booking = request(schedule, name="Robin Reader", note="my panic", email="robin@example.org")
    page = client.get(page_of(booking)).content.decode()
    links = add_links(booking)
    assert [name for name, _address in links] == ["Google", "Outlook"]
    for _name, link in links:
        assert link.replace("&", "&amp;") in page
        values = [value for (value,) in parse_qs(urlsplit(link).query).values()]
        assert "Consultation" in values
        for private in ("Robin", "robin", "Vera", "panic", "meet.example", "localhost", str(booking.uid)):
            assert private not in link
    assert "20270302T090000Z%2F20270302T093000Z" in links[0][1]
    assert "startdt=2027-03-02T09%3A00%3A00Z" in links[1][1]
    services.cancel_booking(booking=booking, actor="client")
    assert "calendar.google.com" not in client.get(page_of(booking)).content.decode()


def test_a_consultation_of_the_past_offers_no_calendar_and_no_move(
    client: Client, booking: Booking, clock: time_machine.Traveller
) -> None:
    clock.move_to(NOW + 2 * DAY)
    page = client.get(page_of(booking)).content.decode()
    for word in (
        "calendar.google.com",
        "consultation.ics",
        "Move to another time",
        "Cancel the consultation",
    ):
        assert word not in page
