"""Clients and blocked addresses are recognised under every CLIENT_KEY_SECRET that the site still has."""

from datetime import timedelta
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.personal_data import Subject
from booking import services
from booking.errors import AlreadyBooked, Blocked, ClientBusy
from booking.models import Booking
from booking.personal_data import typed_by
from core.mail.keys import address_key, lock_keys, mailbox_key, mailbox_keys
from moderation.blocking import block_address, is_blocked, release_address
from moderation.models import BlockedAddress
from moderation.personal_data import blocked_as
from tests.accounts.ways_in import make_account
from tests.booking.services import HALF_PAST, NINE, request
from tests.factories.booking import BookingFactory, ClientFactory, ScheduleFactory

pytestmark = pytest.mark.django_db

FORMER = "the tests' former client key secret"
OWNER = "robin@example.org"


@pytest.fixture(autouse=True)
def _clock(clock: Any) -> None:
    """The tests' own time."""


@pytest.fixture
def change(settings: Any) -> Any:
    """Call it with whether the former secret, which holds until then, is kept."""
    first, settings.CLIENT_KEY_SECRET = settings.CLIENT_KEY_SECRET, FORMER

    def run(*, keep: bool = True) -> None:
        settings.CLIENT_KEY_SECRET = first
        settings.CLIENT_KEY_SECRET_FALLBACKS = [FORMER] if keep else []

    return run


def rotate(*arguments: str) -> str:
    said = StringIO()
    call_command("rotate_keys", *arguments, stdout=said)
    return said.getvalue()


def test_a_block_holds_under_a_former_secret_and_is_not_made_twice(change: Any) -> None:
    blocked = block_address(email=OWNER, reason="Rude", by=None)
    change()
    assert is_blocked("Robin+else@example.org")
    with pytest.raises(Blocked):
        request(ScheduleFactory(), client=ClientFactory(email=OWNER))
    assert block_address(email=OWNER, reason="Again", by=None) == blocked
    assert BlockedAddress.objects.count() == 1
    assert list(blocked_as(Subject.of(make_account(OWNER)))) == [blocked]
    release_address(blocked=blocked, by=None)
    assert not is_blocked(OWNER)


@pytest.mark.parametrize("secrets", [("first", "former"), ("former", "first")])
def test_locks_are_taken_in_one_order_whichever_secret_is_the_first(
    settings: Any, secrets: tuple[str, str]
) -> None:
    """Two machines in the middle of a rotation would wait for each other."""
    settings.CLIENT_KEY_SECRET, settings.CLIENT_KEY_SECRET_FALLBACKS = secrets[0], [secrets[1]]
    with CaptureQueriesContext(connection) as queries:
        lock_keys(mailbox_keys(OWNER))
    keys = sorted(mailbox_keys(OWNER))
    locks = [str(int.from_bytes(key[:8], "big", signed=True)) for key in keys]
    assert len(locks) == 2
    assert [lock in query["sql"] for lock, query in zip(locks, queries.captured_queries, strict=True)] == [
        True
    ] * 2


def test_a_block_whose_secret_is_lost_is_lost(change: Any) -> None:
    """Their addresses aren't kept: docs/operators.md says to keep the secret."""
    block_address(email=OWNER, reason="Rude", by=None)
    change(keep=False)
    assert not is_blocked(OWNER)


def test_a_new_block_is_under_the_first_secret(change: Any) -> None:
    change()
    assert bytes(block_address(email=OWNER, reason="Rude", by=None).mailbox_key) == mailbox_key(OWNER)


def test_a_client_is_the_same_one_under_a_former_secret(change: Any) -> None:
    schedule = ScheduleFactory()
    client = ClientFactory(email=OWNER, is_verified=True)
    earlier = request(schedule, client=client)
    change()
    with pytest.raises(AlreadyBooked):
        request(schedule, HALF_PAST, client=client)
    with pytest.raises(ClientBusy):
        request(ScheduleFactory(), client=client)
    assert list(typed_by(Subject.of(make_account(OWNER)))) == [earlier]


def test_the_same_form_sent_again_is_the_same_booking(change: Any) -> None:
    schedule, client = ScheduleFactory(), ClientFactory(email=OWNER)
    earlier = request(schedule, client=client)
    change()
    assert request(schedule, client=client, key=earlier.idempotency_key) == earlier


def test_a_hold_changed_by_its_client_keeps_its_link(change: Any) -> None:
    schedule, client = ScheduleFactory(), ClientFactory(email=OWNER)
    held = request(schedule, client=client)
    link = held.tokens.get()
    change()
    held = request(schedule, HALF_PAST, client=client, held=held)
    assert held.tokens.get() == link
    assert bytes(held.client_key) == address_key(OWNER)


def test_a_consultation_is_not_moved_onto_another_under_a_former_secret(change: Any) -> None:
    client = ClientFactory(email=OWNER, is_verified=True)
    request(ScheduleFactory(), client=client)
    change()
    later = request(ScheduleFactory(move_until=0), HALF_PAST, client=client)
    with pytest.raises(ClientBusy):
        services.move_booking(booking=later, start=NINE)


def test_clients_are_brought_under_the_first_secret_once(change: Any) -> None:
    booking = request(ScheduleFactory(), client=ClientFactory(email=OWNER, is_verified=True))
    change()
    assert "Clients of bookings: 1 to be written anew, 0 left" in rotate("--dry-run")
    assert "Clients of bookings: 1 written anew, 0 left" in rotate()
    assert "Clients of bookings: 0 written anew, 0 left" in rotate()
    change(keep=False)
    booking.refresh_from_db()
    assert bytes(booking.client_key) == address_key(OWNER)


def test_two_consultations_at_once_are_left_as_they_are(change: Any) -> None:
    """They were made while the former secret was missing, and the database allows one at a time under one key."""
    former = BookingFactory(starts_at=NINE, client_email=OWNER)
    change(keep=False)
    BookingFactory(starts_at=NINE, client_email=OWNER)
    other = BookingFactory(
        starts_at=NINE + timedelta(hours=1), client_key=b"former", client_email="a@example.org"
    )
    said = StringIO()
    with pytest.raises(CommandError, match="two consultations at the same time"):
        call_command("rotate_keys", stdout=said)
    assert "Clients of bookings: 1 written anew, 1 left" in said.getvalue()
    former.refresh_from_db()
    assert bytes(former.client_key) != address_key(OWNER)
    assert Booking.objects.get(pk=other.pk).client_key == address_key("a@example.org")


def test_the_command_says_that_blocks_keep_their_secret(change: Any) -> None:
    assert "Former secrets stay in CLIENT_KEY_SECRET_FALLBACKS" in rotate()
