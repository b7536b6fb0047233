"""Each specialist's next free time, kept beside what the directory sorts by."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.utils import timezone

from booking import slots
from booking.models import Schedule, WeeklyWindow
from booking.services import edit_schedule
from directory import ports
from directory.models import SearchRow, Specialist
from directory.search.backend import published_order
from directory.search.cards import Show, cards, with_cards
from tests.booking.conftest import NOW
from tests.booking.services import HALF_PAST, NINE, next_slot, request
from tests.factories.booking import BookingFactory, ExceptionFactory, ScheduleFactory, WindowFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]


def stale_at(schedule: Schedule) -> datetime | None:
    return SearchRow.objects.filter(pk=schedule.pk).values_list("stale_at", flat=True).first()


def advance_at(schedule: Schedule) -> datetime | None:
    return SearchRow.objects.get(pk=schedule.pk).advance_at


def refreshed(**schedule: Any) -> Schedule:
    made = ScheduleFactory(**schedule)
    slots.refresh_next_slots([made.pk])
    return made


def test_K1_booking_the_next_time_shows_the_one_after_it() -> None:
    schedule = refreshed()
    assert next_slot(schedule) == NINE
    request(schedule)
    assert next_slot(schedule) == HALF_PAST
    assert ports.booking().next_starts([schedule.pk], limit=1) == {schedule.pk: [HALF_PAST]}


def test_K2_the_soonest_come_first_and_those_without_a_time_last() -> None:
    later, never, soon = refreshed(windows=[(0, 600, 720)]), refreshed(windows=[]), refreshed()
    ordered = list(SearchRow.objects.order_by(*published_order(timezone.now())).values_list("pk", flat=True))
    assert ordered == [soon.pk, later.pk, never.pk]


def test_K3_a_time_that_has_passed_is_replaced_by_the_ticker_and_never_shown(
    clock: time_machine.Traveller,
) -> None:
    schedule = refreshed(notice=30)
    assert (next_slot(schedule), advance_at(schedule)) == (NINE, NINE - timedelta(minutes=30))
    assert slots.refresh_stale() == 0
    clock.move_to(NINE - timedelta(minutes=29))
    assert ports.booking().next_starts([schedule.pk], limit=1)[schedule.pk] == [HALF_PAST]
    assert slots.refresh_stale() == 1
    assert next_slot(schedule) == HALF_PAST
    assert slots.refresh_stale() == 0


def test_K3_a_time_whose_notice_begins_this_moment_can_still_be_booked() -> None:
    schedule = refreshed(notice=30)
    assert slots.refresh_stale(now=NINE - timedelta(minutes=30)) == 0
    assert next_slot(schedule) == NINE


def test_K4_the_next_eight_times_move_up_in_the_database_alone_until_they_run_out(
    clock: time_machine.Traveller, monkeypatch: pytest.MonkeyPatch
) -> None:
    schedule = refreshed()
    row = SearchRow.objects.get(pk=schedule.pk)
    first_day = [NINE + timedelta(minutes=30 * number) for number in range(6)]
    assert row.upcoming == [*first_day, NINE + timedelta(days=1), HALF_PAST + timedelta(days=1)]
    monkeypatch.setattr(slots, "read_hours", lambda *args, **options: pytest.fail("looked up"))
    clock.move_to(NINE + timedelta(minutes=65))
    assert slots.refresh_stale() == 3
    row.refresh_from_db()
    assert row.upcoming == [*first_day[3:], NINE + timedelta(days=1), HALF_PAST + timedelta(days=1)]
    assert (row.next_slot_at, row.advance_at) == (first_day[3], first_day[3])
    monkeypatch.undo()
    clock.move_to(HALF_PAST + timedelta(days=1, minutes=1))
    assert slots.refresh_stale() == 1
    row.refresh_from_db()
    assert (row.upcoming[0], len(row.upcoming)) == (NINE + timedelta(days=1, hours=1), 8)


def test_K3_a_card_shows_only_times_that_can_be_booked_now(clock: time_machine.Traveller) -> None:
    schedule = refreshed()
    clock.move_to(NINE + timedelta(minutes=5))
    (card,) = cards(
        with_cards(SearchRow.objects.filter(pk=schedule.pk), "en"), Show("en"), now=timezone.now()
    )
    assert card["starts"][0] == HALF_PAST


EDITS: dict[str, tuple[Callable[[Schedule], object], datetime | None]] = {
    "windows": (
        lambda one: WeeklyWindow.objects.filter(schedule=one).update(start=600),
        NINE + timedelta(hours=1),
    ),
    "a new window": (
        lambda one: WindowFactory(schedule=one, start=510, end=540),
        NINE - timedelta(minutes=30),
    ),
    "an exception": (lambda one: ExceptionFactory(schedule=one, first=NOW.date()), NINE + timedelta(days=1)),
    "the zone": (
        lambda one: Schedule.objects.filter(pk=one.pk).update(time_zone="America/New_York"),
        NINE + timedelta(hours=5),
    ),
    "the notice": (lambda one: Schedule.objects.filter(pk=one.pk).update(notice=80), HALF_PAST),
    "closing": (lambda one: Schedule.objects.filter(pk=one.pk).update(is_open=False), None),
    "not accepting": (lambda one: Specialist.objects.filter(pk=one.pk).update(is_accepting=False), None),
    "suspension": (lambda one: Specialist.objects.filter(pk=one.pk).update(state="suspended"), None),
    "no longer offering": (
        lambda one: Specialist.objects.filter(pk=one.pk).update(offers_free_consultation=False),
        None,
    ),
    "deleting the schedule": (lambda one: Schedule.objects.filter(pk=one.pk).delete(), None),
}


@pytest.mark.parametrize("what", EDITS)
def test_K5_every_edit_is_seen_at_once(what: str) -> None:
    change, expected = EDITS[what]
    schedule = refreshed()
    assert next_slot(schedule) == NINE
    edit_schedule(specialist_id=schedule.pk, save=lambda: change(schedule))
    assert next_slot(schedule) == expected
    assert (stale_at(schedule) is None) == (expected is None)


def test_K5_an_edit_gives_back_what_was_saved_and_a_failed_one_changes_nothing() -> None:
    schedule = refreshed()
    assert edit_schedule(specialist_id=schedule.pk, save=lambda: "saved") == "saved"

    def fail() -> None:
        Schedule.objects.filter(pk=schedule.pk).update(is_open=False)
        raise RuntimeError("no")

    with pytest.raises(RuntimeError, match="no"):
        edit_schedule(specialist_id=schedule.pk, save=fail)
    assert Schedule.objects.get(pk=schedule.pk).is_open
    assert next_slot(schedule) == NINE


def test_K5_a_specialist_saved_with_an_old_next_time_still_ends_with_the_right_one() -> None:
    schedule = refreshed()
    on_the_form = Specialist.objects.get(pk=schedule.pk)  # read before the booking, with its next time
    request(schedule)
    ports.booking().edit_specialist(specialist_id=schedule.pk, save=on_the_form.save)
    assert next_slot(schedule) == HALF_PAST


def test_a_hold_that_runs_out_brings_the_specialist_back_though_nobody_ends_it(
    clock: time_machine.Traveller,
) -> None:
    schedule = refreshed()
    hold = request(schedule)
    assert (next_slot(schedule), stale_at(schedule)) == (HALF_PAST, hold.hold_expires_at)
    clock.shift(timedelta(minutes=16))
    assert slots.refresh_stale() == 1
    assert next_slot(schedule) == NINE


def test_who_has_no_free_time_is_asked_again_and_who_has_no_hours_is_not() -> None:
    full = ScheduleFactory(windows=[(0, 540, 570)], horizon_days=1)
    BookingFactory(schedule=full, starts_at=NINE)
    slots.refresh_next_slots([full.pk])
    assert next_slot(full) is None
    assert NOW < stale_at(full) < NOW + timedelta(hours=7)
    assert stale_at(refreshed(windows=[])) is None
    assert stale_at(refreshed(closed=True)) is None


def test_a_specialist_whose_schedule_is_gone_has_no_next_time() -> None:
    schedule = refreshed()
    SearchRow.objects.filter(pk=schedule.pk).update(stale_at=NOW - timedelta(hours=1))
    Schedule.objects.filter(pk=schedule.pk).delete()
    assert slots.refresh_stale() == 1
    assert next_slot(schedule) is None
    assert slots.refresh_stale() == 0


def test_many_that_are_stale_are_all_looked_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(slots, "BATCH", 2)
    schedules = [ScheduleFactory() for _ in range(5)]
    SearchRow.objects.update(stale_at=NOW - timedelta(hours=1))
    assert slots.refresh_stale() == 5
    assert [next_slot(schedule) for schedule in schedules] == [NINE] * 5
