"""Machines, strangers who type somebody's address, and limits. Ids: docs/rules/booking.md."""

import re
import time
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from allauth.account.models import EmailAddress
from bs4 import BeautifulSoup
from django.core import signing
from django.db import OperationalError, connection, transaction
from django.test import Client, RequestFactory

from booking import emails
from booking.models import Booking, Schedule
from booking.views.hold_limits import MOST_HERE
from core import limits
from core.forms.honeypot import SHOWN
from core.mail.keys import address_key
from core.models import Outbox
from tests.booking.conftest import NOW
from tests.booking.pages import Days, address, link, text_of
from tests.booking.pressing import press
from tests.booking.requests import request
from tests.booking.visitors import NINE, book, by, free, mails_to, minutes_to_wait, seen
from tests.factories.accounts import UserFactory
from tests.factories.booking import BookingFactory, ScheduleFactory, booking_form

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]

LATER = NOW + timedelta(hours=2)
HOUR = timedelta(hours=1)
OWNER = "robin@example.org"
Status = Booking.Status


# --- Machines ---------------------------------------------------------------------------------------------------------

MACHINES: dict[str, Callable[[], dict[str, Any]]] = {
    "the honeypot is filled in": lambda: {"website": "https://spam.example"},
    "sent a second after it was shown": lambda: {"shown": signing.dumps(int(time.time()) - 1, salt=SHOWN)},
    "never shown": lambda: {"shown": ""},
    "shown by somebody else": lambda: {"shown": "1:forged"},
}


@pytest.mark.parametrize("how", MACHINES)
def test_H8_a_machine_gets_the_page_that_everybody_gets_and_nothing_else(how: str) -> None:
    schedule = ScheduleFactory()
    machine, person = by(1), by(2)
    fooled = seen(machine, book(machine, schedule, email=OWNER, **MACHINES[how]()))
    assert not Booking.objects.exists()
    assert not Outbox.objects.exists()
    free = Days(person.get(address(schedule), {"tz": "UTC"}).content.decode()).found["2027-03-01"]
    assert free[0] == "2027-03-01T09:00Z"
    assert fooled == seen(person, book(person, schedule, email=OWNER))
    assert Booking.objects.get().status == Status.HELD


def test_H8_two_seconds_are_enough_for_a_person() -> None:
    shown = signing.dumps(int(time.time()) - 2, salt=SHOWN)
    book(by(1), ScheduleFactory(), shown=shown)
    assert Booking.objects.get().status == Status.HELD


# --- Many from one network --------------------------------------------------------------------------------------------


def test_H9_a_machine_without_cookies_keeps_a_part_of_the_times_and_hears_how_long_to_wait(
    clock: time_machine.Traveller,
) -> None:
    schedule = ScheduleFactory(windows=[(day, 0, 1440) for day in range(7)])
    answers = [book(by(1), schedule, NOW + timedelta(days=1, minutes=30 * number)) for number in range(30)]
    assert [one.status_code for one in answers] == [302] * MOST_HERE + [429] * (30 - MOST_HERE)
    assert Days(answers[-1].content.decode()).found  # with the times, and nothing is lost
    clock.shift(timedelta(minutes=minutes_to_wait(answers[-1])))
    assert book(by(1), schedule, NOW + timedelta(days=3)).status_code == 302


def test_H9_no_network_keeps_all_times_of_somebody_who_has_few() -> None:
    schedule = ScheduleFactory(windows=[(0, 9 * 60, 10 * 60)], horizon_days=27)  # eight times
    starts = [NINE + timedelta(days=7 * week, minutes=minutes) for week in range(4) for minutes in (0, 30)]
    codes = [book(by(1), schedule, start).status_code for start in starts]
    assert codes == [302] * 4 + [429] * 4


def test_H9_no_network_keeps_all_times_of_the_site() -> None:
    codes = [book(by(1), ScheduleFactory()).status_code for _ in range(45)]
    assert codes == [302] * 40 + [429] * 5


def test_H10_people_who_share_a_network_all_get_their_time() -> None:
    """A clinic, a shelter, a mobile carrier."""
    schedule = ScheduleFactory()
    starts = [NINE + timedelta(days=number) for number in range(10)]
    assert {book(by(1), schedule, start).status_code for start in starts} == {302}
    assert Booking.objects.active().count() == Outbox.objects.count() == 10


def test_H10_one_browser_keeps_a_few_times_and_hears_when_the_next_is_possible(
    clock: time_machine.Traveller,
) -> None:
    person = by(1)
    for _ in range(6):
        assert book(person, ScheduleFactory()).status_code == 302
        clock.shift(timedelta(minutes=1))
    refused = book(person, ScheduleFactory())
    assert refused.status_code == 429
    assert minutes_to_wait(refused) == 9
    assert book(by(1), ScheduleFactory()).status_code == 302  # others in the network aren't concerned
    clock.shift(timedelta(minutes=9))
    assert book(person, ScheduleFactory()).status_code == 302


def test_H10_what_was_refused_doesnt_count() -> None:
    schedule, person = ScheduleFactory(), by(1)
    BookingFactory(schedule=schedule, starts_at=NINE)
    assert {book(person, schedule).status_code for _ in range(45)} == {409}
    assert book(person, schedule, LATER).status_code == 302


@pytest.mark.parametrize("table", ["accounts_limits"])
def test_H10_counters_that_are_away_refuse_nobody_and_lose_nothing(table: str) -> None:
    schedule = ScheduleFactory()
    with connection.cursor() as cursor:
        cursor.execute(f"ALTER TABLE {table} RENAME TO elsewhere")
    with transaction.atomic():
        away = book(by(1), schedule, note="About <sleep>", email=OWNER)
        transaction.set_rollback(True)
    page = BeautifulSoup(away.content.decode(), "html.parser")
    assert (away.status_code, away["Retry-After"]) == (503, "10")
    assert page.find("textarea", {"name": "note"}).text.strip() == "About <sleep>"
    assert page.find("textarea", {"name": "email"}).text.strip() == OWNER
    assert page.find("form")["action"] == address(schedule)


@pytest.mark.parametrize(
    ("one", "other", "is_same"),
    [
        ("2001:db8:1:2::1", "2001:db8:1:2:ffff::9", True),
        ("2001:db8:1:2::1", "2001:db8:1:3::1", False),
        ("::ffff:192.0.2.1", "192.0.2.1", True),
        ("::ffff:192.0.2.1", "::ffff:192.0.2.2", False),
        ("192.0.2.1", "192.0.2.2", False),
    ],
)
def test_H10_what_a_network_is(one: str, other: str, is_same: bool) -> None:
    networks = {limits.network_of(RequestFactory().get("/", REMOTE_ADDR=each)) for each in (one, other)}
    assert (len(networks) == 1) is is_same


def test_H10_an_address_that_is_known_to_be_theirs_is_not_counted_with_its_network() -> None:
    schedule = ScheduleFactory()
    for number in range(4):
        client = by(1)
        client.force_login(verified(f"person{number}@example.net"))
        response = book(
            client, schedule, NINE + timedelta(minutes=30 * number), email=f"person{number}@example.net"
        )
        assert response.status_code == 302
    assert set(Booking.objects.values_list("status", flat=True)) == {Status.CONFIRMED}


def verified(email: str) -> Any:
    """Somebody with an account whose address is known to be theirs."""
    user = UserFactory(email=email)
    EmailAddress.objects.create(user=user, email=email, verified=True, primary=True)
    return user


# --- Somebody else's address ------------------------------------------------------------------------------------------


def test_H12_a_stranger_causes_one_mail_an_hour(clock: time_machine.Traveller) -> None:
    schedule = ScheduleFactory(windows=[(day, 0, 1440) for day in range(7)])
    for number in range(4):
        response = book(by(number), schedule, LATER + number * HOUR, email=OWNER)
        assert response["Location"] == "/en/bookings/pending/"
        clock.shift(timedelta(minutes=14))
    assert len(mails_to(OWNER)) == Booking.objects.filter(client_email=OWNER).count() == 1
    clock.shift(timedelta(minutes=5))
    book(by(9), schedule, LATER + 9 * HOUR, email=OWNER)
    assert len(mails_to(OWNER)) == 2


def test_H12_a_mailbox_gets_one_mail_an_hour_however_its_address_is_spelt(
    clock: time_machine.Traveller,
) -> None:
    spelt = ["rob.in@gmail.com", "robin+1@gmail.com", "robin+2@googlemail.com", "r.o.b.i.n@gmail.com"]
    schedules = [ScheduleFactory() for _ in spelt]
    for number, email in enumerate(spelt):
        response = book(by(number + 1), schedules[number], email=email)
        assert response.status_code == 302
    assert sum(len(mails_to(email)) for email in spelt) == 1
    clock.shift(HOUR)
    book(by(9), ScheduleFactory(), LATER + HOUR, email="robin+3@gmail.com")
    assert len(mails_to("robin+3@gmail.com")) == 1


def test_H12_one_browser_causes_no_more_mails_by_spelling_an_address_in_other_ways() -> None:
    visitor = by(1)
    for number in range(6):
        book(visitor, ScheduleFactory(), email=f"robin+{number}@example.org")
    assert 1 < Outbox.objects.count() <= 3  # whoever mistyped the first one gets another, twice an hour


def test_H12_a_form_sent_again_after_the_database_went_away_books_as_if_for_the_first_time(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The hour's mail is counted with the booking or not at all: otherwise this page would promise a mail in vain."""
    schedule, form = ScheduleFactory(), booking_form(NINE, email=OWNER)

    def gone(*args: Any) -> None:
        raise OperationalError("server closed the connection unexpectedly")

    monkeypatch.setattr(emails, "confirm_address", gone)
    away = by(1).post(address(schedule), form)
    assert (away.status_code, away["Retry-After"]) == (503, "10")
    monkeypatch.undo()
    assert by(1).post(address(schedule), form)["Location"] == "/en/bookings/pending/"
    assert Booking.objects.get().client_email == OWNER
    assert len(mails_to(OWNER)) == 1


@pytest.mark.django_db(transaction=True)
def test_H12_a_connection_lost_while_counting_promises_no_mail() -> None:
    """Django's own cache takes a lost connection for *counted already* (DatabaseCache.add)."""
    schedule, form = ScheduleFactory(), booking_form(NINE, email=OWNER)

    def lose(execute: Any, statement: str, *rest: Any) -> Any:
        if statement.startswith('INSERT INTO "accounts_limits"') and connection.savepoint_ids:
            connection.connection.close()
        return execute(statement, *rest)

    with connection.execute_wrapper(lose):
        assert by(1).post(address(schedule), form).status_code == 503
    connection.close()
    assert by(1).post(address(schedule), form)["Location"] == "/en/bookings/pending/"
    assert len(mails_to(OWNER)) == 1


def test_H12_what_the_stranger_typed_is_in_no_mail_and_the_time_goes_free(
    clock: time_machine.Traveller,
) -> None:
    schedule = ScheduleFactory()
    book(by(1), schedule, email=OWNER, note="about my panic attacks")
    (mail,) = mails_to(OWNER)
    assert "panic" not in text_of(mail)
    clock.shift(timedelta(minutes=16))
    assert book(by(2), schedule).status_code == 302
    assert Booking.objects.active().exclude(client_email=OWNER).get().starts_at == NINE


def has_one_with_them(schedule: Schedule, email: str = OWNER) -> None:
    request(schedule, start=LATER + HOUR, email=email)


def has_one_then(schedule: Schedule, email: str = OWNER) -> None:
    request(ScheduleFactory(), start=NINE, email=email)


def has_chosen_another(schedule: Schedule, email: str = OWNER) -> None:
    BookingFactory(held=True, starts_at=LATER, client_email=email)


def has_booked_all_week(schedule: Schedule, email: str = OWNER) -> None:
    for number in range(5):
        request(ScheduleFactory(), start=NINE + timedelta(days=number + 1), email=email)


KNOWN = [has_one_with_them, has_one_then, has_chosen_another, has_booked_all_week]


@pytest.mark.parametrize("known", KNOWN)
def test_H12_a_stranger_sees_the_same_whether_an_address_is_known_or_not(
    known: Any, clock: time_machine.Traveller
) -> None:
    """On the page that follows, on the list of times in another browser, and for as long as a time is kept."""
    schedules = {
        email: ScheduleFactory(specialist__name="Vera Example", specialist__slug=slug)
        for email, slug in ((OWNER, "vera-one"), ("rubin@example.org", "vera-two"))
    }
    for schedule, email in zip(schedules.values(), (OWNER, "somebody@example.org"), strict=True):
        known(schedule, email)  # the same times are free with both; only the addresses differ
    before = Booking.objects.filter(client_email=OWNER).count()
    Outbox.objects.all().delete()
    answers: dict[str, list[Any]] = {email: [] for email in schedules}
    for network, (email, schedule) in enumerate(schedules.items()):
        stranger, other = by(network), by(9)
        form = booking_form(NINE, email=email)
        for _ in range(2):  # sent, and sent again
            answers[email].append(seen(stranger, stranger.post(address(schedule), form)))
        answers[email].append(free(other, schedule))
        answers[email].append(seen(stranger, book(stranger, schedule, HALF_PAST, email=email)))
        answers[email].append(free(other, schedule))
    assert Booking.objects.filter(client_email=OWNER).count() == before
    (mail,) = mails_to(OWNER)
    assert "It couldn’t be booked" in text_of(mail)
    assert len(mails_to("rubin@example.org")) == 1
    clock.shift(timedelta(minutes=16))
    for email, schedule in schedules.items():
        answers[email].append(free(by(2), schedule))
    assert answers[OWNER] == answers["rubin@example.org"]
    assert answers[OWNER][0][:2] == (302, "/en/bookings/pending/")
    kept, kept_more, after = answers[OWNER][2], answers[OWNER][4], answers[OWNER][5]
    assert (NINE in kept, HALF_PAST in kept_more, {NINE, HALF_PAST} <= set(after)) == (False, False, True)


HALF_PAST = NINE + timedelta(minutes=30)


def test_H12_what_is_held_for_nobody_says_nothing_about_anybody_and_is_confirmed_by_nobody() -> None:
    schedule = ScheduleFactory()
    has_one_with_them(schedule)
    book(by(1), schedule, email=OWNER, name="Robin Reader", note="my panic")
    held = Booking.objects.get(status=Status.HELD)
    assert held.is_nobodys
    assert (held.client_name, held.client_email, held.note, held.client) == ("", "", "", None)
    assert bytes(held.client_key) != address_key(OWNER)
    assert not held.tokens.exists()


def test_H9_the_same_form_sent_again_counts_once_and_says_the_same(clock: time_machine.Traveller) -> None:
    schedule = ScheduleFactory()
    has_one_with_them(schedule)
    for email in (OWNER, "rubin@example.org"):
        start = NINE if email == OWNER else HALF_PAST
        person, form = by(7), booking_form(start, email=email)
        pages = []
        for _ in range(5):
            assert person.post(address(schedule), form).status_code == 302
            pages.append(person.get("/en/bookings/pending/").content)
            clock.shift(timedelta(minutes=1))
        assert len({re.findall(rb"kept until ([\d:]+)", page)[0] for page in pages}) == 1


@pytest.mark.parametrize("known", KNOWN)
@pytest.mark.parametrize("minutes", [0, 10])
def test_H12_a_time_that_is_not_free_is_refused_for_every_address(known: Any, minutes: int) -> None:
    """Taken, or on no list: whoever the address belongs to."""
    schedule = ScheduleFactory()
    known(schedule)
    BookingFactory(schedule=schedule, starts_at=NINE)
    Outbox.objects.all().delete()
    start = NINE + timedelta(minutes=minutes)
    clients = [by(1), by(2)]
    answers = [
        seen(client, book(client, schedule, start, email=email))
        for client, email in zip(clients, (OWNER, "rubin@example.org"), strict=True)
    ]
    assert answers[0][0] == 409
    assert answers[0] == answers[1]
    assert not Outbox.objects.exists()


def test_H12_the_form_sent_again_opens_nothing_that_the_owner_has_confirmed() -> None:
    schedule = ScheduleFactory()
    stranger, form = by(1), booking_form(NINE, email=OWNER)
    stranger.post(address(schedule), form)
    press(by(2), link())
    assert Booking.objects.get().status == Status.CONFIRMED
    again = stranger.post(address(schedule), form)
    assert again["Location"] == "/en/bookings/pending/"
    assert schedule.joining not in stranger.get(again["Location"]).content.decode()


def test_H12_an_account_that_types_somebody_elses_address_gets_no_hold_on_their_booking() -> None:
    schedule = ScheduleFactory()
    stranger = by(1)
    stranger.force_login(verified("stranger@example.net"))
    response = book(stranger, schedule, email=OWNER)
    assert response["Location"] == "/en/bookings/pending/"
    booking = Booking.objects.get()
    assert (booking.status, booking.client) == (Status.HELD, None)
    for kind in ("", "confirm/", "cancel/"):
        assert stranger.get(f"/en/bookings/{booking.uid}/{kind}").status_code == 404
    for kind in ("confirm/", "again/", "cancel/"):
        assert stranger.post(f"/en/bookings/{booking.uid}/{kind}").status_code == 404
    booking.refresh_from_db()
    assert booking.status == Status.HELD


def test_H12_who_has_used_a_link_books_the_next_time_at_once_without_a_mail(
    client: Client, clock: time_machine.Traveller
) -> None:
    schedule = ScheduleFactory()
    book(client, schedule, email=OWNER)
    too_late = link()
    clock.shift(timedelta(minutes=16))
    assert client.get(too_late).status_code == 410
    assert client.post(link("again")).headers["Location"] == address(schedule)
    form = client.get(address(schedule), {"start": "2027-03-01T10:00Z"}).content.decode()
    assert OWNER in form  # needn't be typed again
    response = book(client, schedule, LATER, email=OWNER)
    assert response.status_code == 302
    assert "Your consultation is confirmed" in client.get(response["Location"]).content.decode()
    assert Booking.objects.active().get().status == Status.CONFIRMED
    assert Outbox.objects.filter(dedupe_key__endswith=":confirm_address").count() == 1


def test_H12_a_proof_is_for_its_address_in_its_browser_and_for_an_hour(
    client: Client, clock: time_machine.Traveller
) -> None:
    schedule = ScheduleFactory(windows=[(day, 0, 1440) for day in range(7)])
    book(client, schedule, email=OWNER)
    client.post(link("again"))
    book(client, schedule, LATER, email="other@example.org")
    book(by(2), ScheduleFactory(), LATER, email=OWNER)
    clock.shift(HOUR + timedelta(minutes=1))
    book(client, ScheduleFactory(), LATER + 2 * HOUR, email=OWNER)
    assert not Booking.objects.filter(status=Status.CONFIRMED).exists()
