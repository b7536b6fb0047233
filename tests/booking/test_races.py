"""Everybody at once, on a real PostgreSQL. Ids: docs/rules/booking.md."""

import contextlib
import threading
import time
import uuid
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection, models
from django.utils import timezone

from booking.errors import AlreadyBooked, Busy, ClientBusy, HoldExpired, SlotTaken, SlotUnavailable, Stale
from booking.models import Booking, BookingEvent, Schedule, WeeklyWindow
from booking.services import (
    accept_request,
    cancel_booking,
    changing,
    confirm_booking,
    decline_request,
    edit_schedule,
    expire_holds,
    move_booking,
    propose_time,
    request_booking,
    requesting,
)
from core.models import Outbox
from directory.models import SearchRow
from tests.booking.conftest import NOW
from tests.booking.racing import kinds, race
from tests.booking.services import next_slot
from tests.factories.booking import BookingFactory, ClientFactory, ScheduleFactory

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("clock"),
]

NINE = NOW + timedelta(hours=1)
Status = Booking.Status


def booker(schedule: Any, start: Any = NINE, **more: Any) -> Callable[[], Booking]:
    """Work that books `start` for a new client."""
    details = {"client": ClientFactory(), "key": uuid.uuid4(), **more}
    return lambda: request_booking(specialist=schedule.specialist, start=start, **details)


@pytest.fixture
def no_overlap_removed() -> Iterator[None]:
    """The table without the constraint that makes double booking impossible."""
    constraint = next(one for one in Booking._meta.constraints if one.name == Booking.NO_OVERLAP)
    with connection.schema_editor() as editor:
        editor.remove_constraint(Booking, constraint)
    yield
    with connection.cursor() as cursor:
        cursor.execute("TRUNCATE booking_booking CASCADE")
    with connection.schema_editor() as editor:
        editor.add_constraint(Booking, constraint)


@pytest.fixture
def no_locks(monkeypatch: pytest.MonkeyPatch) -> None:
    """No row is locked, and all threads have checked before any of them inserts."""
    monkeypatch.setattr(models.QuerySet, "select_for_update", lambda self, **kwargs: self.all())
    barrier, seen, is_free = threading.Barrier(RACERS), threading.local(), requesting.is_free

    def slow(*args: Any, **kwargs: Any) -> bool:
        free = is_free(*args, **kwargs)
        if not getattr(seen, "waited", False):
            seen.waited = True
            barrier.wait(timeout=30)
        return free

    monkeypatch.setattr(requesting, "is_free", slow)
    monkeypatch.setattr(changing, "is_free", slow)


RACERS = 10


def test_F1_fifty_people_want_one_slot_and_one_gets_it() -> None:
    schedule = ScheduleFactory()
    outcomes = race([booker(schedule) for _ in range(50)])
    refused = [one for one in outcomes if isinstance(one, SlotTaken | SlotUnavailable)]
    assert len(refused) == 49, kinds(outcomes)
    assert Booking.objects.active().count() == Booking.objects.count() == 1
    assert Outbox.objects.count() == 1
    assert next_slot(schedule) == NINE + timedelta(minutes=30)


@pytest.mark.usefixtures("no_locks", "no_overlap_removed")
def test_F6_without_lock_and_constraint_the_race_is_real() -> None:
    schedule = ScheduleFactory()
    outcomes = race([booker(schedule) for _ in range(RACERS)])
    assert Booking.objects.active().count() > 1, kinds(outcomes)


@pytest.mark.usefixtures("no_locks")
def test_F6_without_the_lock_the_constraint_alone_stops_the_race() -> None:
    schedule = ScheduleFactory()
    outcomes = race([booker(schedule) for _ in range(RACERS)])
    assert Booking.objects.active().count() == 1, kinds(outcomes)
    # Inserts that wait for each other in a bare exclusion constraint deadlock now and then; the service tries
    # again and then says Busy. With the lock (F1) nobody hears that.
    assert not [one for one in outcomes if not isinstance(one, Booking | SlotTaken | Busy)], kinds(outcomes)


def test_F7_one_form_sent_fifty_times_is_one_booking_with_one_mail() -> None:
    schedule = ScheduleFactory()
    form = {"client": ClientFactory(), "key": uuid.uuid4()}
    outcomes = race([booker(schedule, **form) for _ in range(50)])
    assert kinds(outcomes) == {"Booking": 50}
    assert {booking.pk for booking in outcomes} == {Booking.objects.get().pk}
    assert Outbox.objects.count() == 1
    assert BookingEvent.objects.count() == 1


def test_F7_the_same_form_committed_just_before_the_look_is_found_by_its_key(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The second press looks for what is in its way just as the first is committed: that is its own booking."""
    work = booker(ScheduleFactory())
    look = requesting.settled

    def late(**wanted: Any) -> Any:
        monkeypatch.undo()
        race([work])  # the first press, on a connection of its own
        return look(**wanted)

    monkeypatch.setattr(requesting, "settled", late)
    assert work() == Booking.objects.get()
    assert Outbox.objects.count() == 1


def test_F8_one_key_for_two_specialists_at_the_same_moment_is_one_booking() -> None:
    schedules = [ScheduleFactory(), ScheduleFactory()]
    key = uuid.uuid4()
    for _ in range(5):
        outcomes = race([booker(schedule, key=key) for schedule in schedules])
        assert kinds(outcomes) == {"Booking": 1, "KeyReused": 1}
        Booking.objects.all().delete()


def test_F10_one_client_with_fifty_specialists_at_one_time_gets_one() -> None:
    client = ClientFactory()
    schedules = [ScheduleFactory() for _ in range(50)]
    outcomes = race([booker(schedule, client=client) for schedule in schedules])
    refused = [one for one in outcomes if isinstance(one, ClientBusy)]
    assert len(refused) == 49, kinds(outcomes)
    assert Booking.objects.active().count() == 1


def timed(work: Callable[[], Any], seconds: list[float]) -> Callable[[], Any]:
    """The same work, which also notes how long it took."""

    def run() -> Any:
        begun = time.perf_counter()
        try:
            return work()
        finally:
            seconds.append(time.perf_counter() - begun)

    return run


def staggered() -> tuple[Schedule, list[Callable[[], Booking]]]:
    """A start every five minutes, each overlapping all others: half move there, half are new."""
    schedule = ScheduleFactory(step=5, move_until=0)
    starts = [NINE + timedelta(minutes=5 * number) for number in range(6)]
    old = [
        BookingFactory(schedule=schedule, starts_at=NINE + timedelta(days=number + 1)) for number in range(25)
    ]
    works = [booker(schedule, starts[number % 6]) for number in range(25)]
    works += [
        lambda b=booking, n=number: move_booking(booking=b, start=starts[n % 6])
        for number, booking in enumerate(old)
    ]
    return schedule, works


def test_F2_fifty_staggered_starts_leave_one_and_nobody_hears_of_a_deadlock() -> None:
    """Nor waits for one: all at once take a few times as long as one after the other, in the same run."""
    _schedule, works = staggered()
    one_by_one: list[float] = []
    for work in works:
        with contextlib.suppress(SlotTaken, SlotUnavailable):
            timed(work, one_by_one)()
    schedule, works = staggered()
    at_once: list[float] = []
    outcomes = race([timed(work, at_once) for work in works])
    assert sum(isinstance(one, Booking) for one in outcomes) == 1, kinds(outcomes)
    assert sum(isinstance(one, SlotTaken | SlotUnavailable) for one in outcomes) == 49, kinds(outcomes)
    assert schedule.bookings.active().filter(starts_at__lt=NINE + timedelta(hours=1)).count() == 1
    assert sorted(at_once)[int(len(at_once) * 0.95)] < 10 * sum(one_by_one)


def ten_with_one_specialist() -> list[Booking]:
    schedule = ScheduleFactory(move_until=0)
    return [
        BookingFactory(schedule=schedule, starts_at=NINE + timedelta(days=number + 1)) for number in range(10)
    ]


def all_to_nine(bookings: list[Booking]) -> list[Any]:
    return race([lambda b=booking: move_booking(booking=b, start=NINE) for booking in bookings])


def moved_to_nine(bookings: list[Booking]) -> list[Booking]:
    """Those that are there now. The others are as they were, and all are still active."""
    there = []
    for before in bookings:
        booking = Booking.objects.get(pk=before.pk)
        assert booking.status == Status.CONFIRMED
        if booking.starts_at == NINE:
            assert booking.sequence == booking.events.count() == 1
            there.append(booking)
        else:
            assert (booking.starts_at, booking.blocked.lower) == (before.starts_at, before.starts_at)
            assert booking.sequence == booking.events.count() == 0
    return there


def test_F11_ten_move_to_one_time_and_nine_keep_theirs() -> None:
    bookings = ten_with_one_specialist()
    outcomes = all_to_nine(bookings)
    assert sum(isinstance(one, SlotTaken) for one in outcomes) == 9, kinds(outcomes)
    (moved,) = moved_to_nine(bookings)
    mails = set(Outbox.objects.exclude(due_at__gt=timezone.now()).values_list("dedupe_key", flat=True))
    assert mails == {f"{moved.uid}:1:moved", f"{moved.uid}:1:specialist_moved"}


@pytest.mark.usefixtures("no_locks")
def test_F11_without_the_lock_the_constraint_alone_lets_one_move() -> None:
    bookings = ten_with_one_specialist()
    outcomes = all_to_nine(bookings)
    assert len(moved_to_nine(bookings)) == 1, kinds(outcomes)
    assert not [one for one in outcomes if not isinstance(one, Booking | SlotTaken | Busy)], kinds(outcomes)


@pytest.mark.usefixtures("no_locks", "no_overlap_removed")
def test_F11_without_lock_and_constraint_more_than_one_moves() -> None:
    bookings = ten_with_one_specialist()
    outcomes = all_to_nine(bookings)
    assert len(moved_to_nine(bookings)) > 1, kinds(outcomes)


def asked() -> Booking:
    """A request that waits for its specialist."""
    return BookingFactory(status=Status.REQUESTED, starts_at=NINE + timedelta(days=2))


def told(booking: Booking) -> set[str]:
    """The mails about the booking by sequence and kind; reminders, which wait, are left out."""
    keys = Outbox.objects.filter(dedupe_key__startswith=f"{booking.uid}:").values_list(
        "dedupe_key", flat=True
    )
    return {key.partition(":")[2] for key in keys if "reminder" not in key}


@pytest.mark.parametrize("other", ["decline", "propose"])
def test_F13_two_answers_at_once_are_one_answer_or_a_story_in_order(other: str) -> None:
    for _ in range(5):
        booking = asked()
        later = booking.starts_at + timedelta(minutes=30)
        yes = [lambda b=booking: accept_request(booking=b)] * 5
        if other == "decline":
            outcomes = race(yes + [lambda b=booking: decline_request(booking=b)] * 5)
            steps = list(booking.events.values_list("to_status", flat=True))
            assert len(steps) == 1, steps
            answer = {"confirmed": "confirmed", "declined": "declined"}[steps[0]]
            assert told(booking) == {f"0:{answer}"}
            assert kinds(outcomes) == {"Booking": 5, "Stale": 5}
        else:
            outcomes = race(yes + [lambda b=booking, at=later: propose_time(booking=b, start=at)] * 5)
            booking.refresh_from_db()
            assert (booking.status, booking.awaits_client, booking.starts_at) == (
                Status.REQUESTED,
                True,
                later,
            )
            assert told(booking) in ({"1:proposed"}, {"0:confirmed", "1:proposed"})
            # The same time proposed again is the same answer: it is told once.
            assert sum(isinstance(one, Booking) for one in outcomes[5:]) >= 1, kinds(outcomes)
            assert booking.sequence == 1


def test_F13_four_wishes_for_one_request_five_times_each_are_one_story() -> None:
    """Whoever comes first decides what is still possible: each step starts where the last one ended, none comes
    twice, and the mails are those of the steps.
    """
    mails_of = {
        "confirmed": {"confirmed"},
        "declined": {"declined"},
        "requested": {"proposed"},
        "cancelled": {"cancelled", "specialist_cancelled"},
    }
    for _ in range(10):
        booking = asked()
        later = booking.starts_at + timedelta(minutes=30)
        wishes: list[Callable[[], Booking]] = [
            lambda b=booking: accept_request(booking=b),
            lambda b=booking: cancel_booking(booking=b, actor="client"),
            lambda b=booking: decline_request(booking=b),
            lambda b=booking, at=later: propose_time(booking=b, start=at),
        ]
        outcomes = race(wishes * 5)
        assert all(isinstance(one, Booking | Stale) for one in outcomes), kinds(outcomes)
        booking.refresh_from_db()
        steps = list(booking.events.order_by("pk").values_list("from_status", "to_status", "sequence"))
        assert [came for came, *_ in steps] == ["requested", *(went for _, went, _ in steps[:-1])]
        assert len({went for _, went, _ in steps}) == len(steps), steps
        assert steps[-1][1] == booking.status
        assert booking.status in {Status.CANCELLED, Status.DECLINED}
        assert told(booking) == {
            f"{sequence}:{kind}" for _, went, sequence in steps for kind in mails_of[went]
        }


def test_F13_confirming_and_cancelling_at_once_leaves_one_story() -> None:
    for _ in range(5):
        booking = BookingFactory(held=True, starts_at=NINE)
        confirms = [lambda b=booking: confirm_booking(booking=b)] * 3
        cancels = [lambda b=booking: cancel_booking(booking=b, actor="client")] * 3
        outcomes = race(confirms + cancels)
        booking.refresh_from_db()
        steps = list(booking.events.order_by("pk").values_list("from_status", "to_status"))
        assert booking.status == Status.CANCELLED
        mails = set(Outbox.objects.values_list("dedupe_key", flat=True))
        if steps == [("held", "cancelled")]:
            assert kinds(outcomes[:3]) == {"Stale": 3}
            assert not mails
        else:
            assert steps == [("held", "confirmed"), ("confirmed", "cancelled")]
            assert all(isinstance(one, Booking | Stale) for one in outcomes[:3]), kinds(outcomes)
            assert mails == {
                f"{booking.uid}:0:confirmed",
                f"{booking.uid}:0:specialist_confirmed",
                f"{booking.uid}:1:cancelled",
                f"{booking.uid}:1:specialist_cancelled",
            }
        assert kinds(outcomes[3:]) == {"Booking": 3}
        Outbox.objects.all().delete()


def test_F14_two_requests_for_one_time_cannot_both_be() -> None:
    for _ in range(5):
        schedule = ScheduleFactory(confirms_by_hand=True)
        start = NINE + timedelta(days=1)
        outcomes = race([booker(schedule, start, client=ClientFactory(is_verified=True)) for _ in range(2)])
        assert sum(isinstance(one, SlotTaken | SlotUnavailable) for one in outcomes) == 1, kinds(outcomes)
        request = schedule.bookings.get()
        assert request.status == Status.REQUESTED
        assert told(request) == {"0:requested", "0:specialist_request"}
        with pytest.raises(SlotTaken):  # and the next one, much later, finds it taken
            booker(schedule, start)()


def test_F15_a_booking_beside_an_edit_is_before_it_or_refused() -> None:
    for _ in range(10):
        schedule = ScheduleFactory()
        booked_when_edited: list[bool] = []

        def close(schedule: Any = schedule, seen: list[bool] = booked_when_edited) -> None:
            WeeklyWindow.objects.filter(schedule=schedule).delete()
            seen.append(schedule.bookings.exists())

        edit = lambda schedule=schedule, save=close: edit_schedule(specialist_id=schedule.pk, save=save)  # noqa: E731
        booked, edited = race([booker(schedule), edit])
        assert edited is None
        if isinstance(booked, Booking):
            assert booked_when_edited == [True]
        else:
            assert isinstance(booked, SlotUnavailable)
        assert next_slot(schedule) is None


def test_F15_a_suspension_beside_a_booking_is_after_it_or_stops_it() -> None:
    for _ in range(10):
        schedule = ScheduleFactory()
        booked_when_suspended: list[bool] = []

        def suspend(schedule: Any = schedule, seen: list[bool] = booked_when_suspended) -> None:
            specialist = schedule.specialist
            type(specialist).objects.filter(pk=specialist.pk).update(state="suspended")
            seen.append(schedule.bookings.exists())

        booked, suspended = race([booker(schedule), suspend])  # also when somebody forgot `edit_schedule`
        assert suspended is None
        assert isinstance(booked, SlotUnavailable) or booked_when_suspended == [True]


def test_E10_two_slots_closer_than_the_pause_are_not_both_booked() -> None:
    for _ in range(3):
        schedule = ScheduleFactory(gap=10)
        half_past = NINE + timedelta(minutes=30)
        outcomes = race([booker(schedule, start) for start in (NINE, half_past) for _ in range(5)])
        assert schedule.bookings.active().count() == 1, kinds(outcomes)
        assert sum(isinstance(one, SlotTaken | SlotUnavailable) for one in outcomes) == 9


def test_E13_a_daily_limit_of_three_holds_against_fourteen_clients() -> None:
    schedule = ScheduleFactory(max_per_day=3, windows=[(0, 9 * 60, 16 * 60)])
    starts = [NINE + timedelta(minutes=30 * number) for number in range(14)]
    outcomes = race([booker(schedule, start) for start in starts])
    assert kinds(outcomes) == {"Booking": 3, "SlotUnavailable": 11}


def test_G4_an_old_hold_is_no_obstacle_and_twenty_racers_get_one_slot() -> None:
    schedule = ScheduleFactory()
    old = BookingFactory(schedule=schedule, lapsed=True, starts_at=NINE)
    outcomes = race([booker(schedule) for _ in range(20)])
    assert sum(isinstance(one, Booking) for one in outcomes) == 1, kinds(outcomes)
    assert sum(isinstance(one, SlotTaken | SlotUnavailable) for one in outcomes) == 19
    old.refresh_from_db()
    assert old.status == Status.EXPIRED


def test_G4_the_sweep_beside_bookings_and_confirmations_loses_nothing() -> None:
    """Old holds of two clients with two specialists, taken apart by everybody who may."""
    for _ in range(5):
        schedules = [ScheduleFactory(), ScheduleFactory()]
        clients = [ClientFactory(), ClientFactory()]
        for schedule, client, start in zip(
            schedules, clients, (NINE, NINE + timedelta(minutes=30)), strict=True
        ):
            BookingFactory(schedule=schedule, lapsed=True, starts_at=start, client_email=client.email)
        old = list(Booking.objects.order_by("pk"))
        works: list[Any] = [
            *[expire_holds] * 3,
            *[lambda b=booking: confirm_booking(booking=b) for booking in old for _ in range(2)],
            booker(schedules[0], NINE, client=clients[1]),
            booker(schedules[1], NINE + timedelta(minutes=30), client=clients[0]),
        ]
        outcomes = race(works)
        assert kinds(outcomes) == {"Booking": 2, "HoldExpired": 4, "int": 3}
        assert {booking.status for booking in Booking.objects.filter(pk__in=[one.pk for one in old])} == {
            "expired"
        }
        assert all(one.events.count() == 1 for one in old)
        expected = [NINE + timedelta(minutes=30), NINE]
        for schedule, start in zip(schedules, expected, strict=True):
            assert next_slot(schedule) == start
        Booking.objects.all().delete()


def test_H2_twenty_presses_on_confirm_are_one_confirmation() -> None:
    booking = BookingFactory(held=True, starts_at=NINE)
    outcomes = race([lambda: confirm_booking(booking=booking)] * 20)
    assert kinds(outcomes) == {"Booking": 20}
    assert booking.events.count() == 1
    assert Outbox.objects.count() == 2  # the client's and the specialist's


def test_E14_one_client_with_twenty_slots_of_one_specialist_gets_one() -> None:
    schedule = ScheduleFactory(windows=[(0, 9 * 60, 21 * 60)])
    client = ClientFactory()
    starts = [NINE + timedelta(minutes=30 * number) for number in range(20)]
    outcomes = race([booker(schedule, start, client=client) for start in starts])
    refused = [one for one in outcomes if isinstance(one, AlreadyBooked)]
    assert len(refused) == 19, kinds(outcomes)
    assert schedule.bookings.count() == 1


def test_a_hold_that_ran_out_is_never_confirmed_by_a_slow_press(monkeypatch: pytest.MonkeyPatch) -> None:
    booking = BookingFactory(lapsed=True, starts_at=NINE)
    outcomes = race([lambda: confirm_booking(booking=booking)] * 5 + [expire_holds] * 5)
    assert all(isinstance(one, HoldExpired) for one in outcomes[:5]), kinds(outcomes)
    assert not Outbox.objects.exists()


def test_K1_a_slow_look_up_never_overwrites_a_newer_one(monkeypatch: pytest.MonkeyPatch) -> None:
    """A booking is made while the ticker has read the old hours and not yet written what it found."""
    from booking import slots

    schedule = ScheduleFactory()
    SearchRow.objects.filter(pk=schedule.pk).update(stale_at=timezone.now() - timedelta(hours=1))
    read, read_hours = threading.Event(), slots.read_hours
    ticker = threading.local()

    def slow(*args: Any, **kwargs: Any) -> Any:
        found = read_hours(*args, **kwargs)
        if getattr(ticker, "here", False):
            read.set()
            threading.Event().wait(0.5)  # the booking below comes in here, and waits
        return found

    monkeypatch.setattr(slots, "read_hours", slow)

    def tick() -> int:
        ticker.here = True
        return slots.refresh_stale()

    def book() -> Booking:
        read.wait(10)
        return booker(schedule)()

    outcomes = race([tick, book])
    assert kinds(outcomes) == {"Booking": 1, "int": 1}
    assert next_slot(schedule) == NINE + timedelta(minutes=30)
