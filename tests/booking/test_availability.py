"""Slot arithmetic, case by case. Ids: docs/rules/booking.md."""

import random
import time
from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from booking import availability, local_time
from booking.availability import DateOverride, Rules, Window, free_starts, is_free

MONDAY = date(2027, 3, 1)
BERLIN = "Europe/Berlin"
NEW_YORK = "America/New_York"


def utc(text: str) -> datetime:
    """`2027-03-01 09:00` or, for short, `03-01 09:00`."""
    return datetime.fromisoformat((text if text.startswith("20") else f"2027-{text}") + "+00:00")


def minutes(span: str) -> tuple[int, int]:
    """`09:00-12:30` → (540, 750)."""
    start, end = (int(hour) * 60 + int(minute) for hour, minute in (t.split(":") for t in span.split("-")))
    return start, end


def on(day: date, *spans: str) -> list[Window]:
    return [Window(day.weekday(), *minutes(span)) for span in spans]


def daily(*spans: str) -> list[Window]:
    return [Window(weekday, *minutes(span)) for weekday in range(7) for span in spans]


def closed(first: date, last: date | None = None) -> DateOverride:
    return DateOverride(first, last or first)


def override(first: date, span: str, last: date | None = None) -> DateOverride:
    return DateOverride(first, last or first, *minutes(span))


def booked(*spans: str, day: date = MONDAY) -> list[tuple[datetime, datetime]]:
    midnight = datetime(day.year, day.month, day.day, tzinfo=UTC)
    edges = (minutes(span) for span in spans)
    return [(midnight + timedelta(minutes=start), midnight + timedelta(minutes=end)) for start, end in edges]


def offered(
    day: date,
    *spans: str,
    zone: str = "UTC",
    windows: Iterable[Window] | None = None,
    exceptions: Iterable[DateOverride] = (),
    busy: Iterable[tuple[datetime, datetime]] = (),
    now: datetime | None = None,
    **rules: int | None,
) -> list[datetime]:
    """What a specialist with hours on this weekday offers near `day`, asked ten days before."""
    around = datetime(day.year, day.month, day.day, tzinfo=UTC)
    return free_starts(
        Rules(zone, **rules),
        on(day, *spans) if windows is None else windows,
        exceptions,
        busy,
        now=now or around - timedelta(days=10),
        since=around - timedelta(days=3),
        until=around + timedelta(days=4),
    )


def times(starts: Iterable[datetime], zone: str = "UTC") -> str:
    return " ".join(f"{start.astimezone(ZoneInfo(zone)):%H:%M}" for start in starts)


def dated(starts: Iterable[datetime], zone: str = "UTC") -> list[str]:
    return [f"{start.astimezone(ZoneInfo(zone)):%m-%d %H:%M}" for start in starts]


# A. Slot generation, plain


def test_A1_three_hours_are_six_slots():
    assert offered(MONDAY, "09:00-12:00") == [
        utc("03-01 09:00"),
        utc("03-01 09:30"),
        utc("03-01 10:00"),
        utc("03-01 10:30"),
        utc("03-01 11:00"),
        utc("03-01 11:30"),
    ]


def test_A2_no_slot_overruns_the_window():
    assert times(offered(MONDAY, "09:00-12:20")) == "09:00 09:30 10:00 10:30 11:00 11:30"


def test_A3_a_window_shorter_than_a_slot_offers_nothing():
    assert offered(MONDAY, "09:00-09:29") == []
    assert times(offered(MONDAY, "09:00-09:30")) == "09:00"


@pytest.mark.parametrize("span", ["00:00-24:00", "00:00-00:00"])
def test_A4_a_whole_day_includes_its_last_half_hour(span):
    starts = offered(MONDAY, span)
    assert len(starts) == 48
    assert (starts[0], starts[-1]) == (utc("03-01 00:00"), utc("03-01 23:30"))


def test_A5_two_windows_on_one_day():
    assert times(offered(MONDAY, "09:00-10:00", "14:00-15:00")) == "09:00 09:30 14:00 14:30"


def test_A6_overlapping_windows_lose_and_repeat_nothing():
    expected = "06:00 06:30 07:00 07:30 08:00 08:30 09:00 09:30"
    assert times(offered(MONDAY, "06:00-10:00", "08:00-10:00")) == expected
    assert times(offered(MONDAY, "08:00-10:00", "06:00-10:00")) == expected


def test_A8_step_shorter_than_the_slot():
    assert times(offered(MONDAY, "09:00-10:00", step=15)) == "09:00 09:15 09:30"


@pytest.mark.parametrize("viewer", ["UTC", "Asia/Kathmandu", "Pacific/Kiritimati"])
def test_A9_the_grid_is_anchored_at_the_window_not_at_the_viewers_hour(viewer):
    midnight = datetime(2027, 3, 1, tzinfo=ZoneInfo(viewer))
    starts = free_starts(
        Rules("UTC"),
        on(MONDAY, "09:10-11:00"),
        [],
        [],
        now=midnight - timedelta(days=1),
        since=midnight - timedelta(days=1),
        until=midnight + timedelta(days=2),
    )
    assert times(starts) == "09:10 09:40 10:10"
    assert all(start.tzinfo is UTC for start in starts)


def test_A9_every_window_has_its_own_grid_and_a_slot_may_run_on_into_a_touching_window():
    assert times(offered(MONDAY, "09:00-10:10", "10:10-11:00")) == "09:00 09:30 10:00 10:10"
    # 10:00 would end in the break; 09:40 is covered by two windows together.
    assert times(offered(MONDAY, "09:00-10:15", "10:20-11:00")) == "09:00 09:30 10:20"
    assert times(offered(MONDAY, "09:40-10:00", "09:55-10:10")) == "09:40"


A10: dict[str, Any] = {
    "rules": Rules(BERLIN, step=20, gap=10, max_per_day=3),
    "windows": [*daily("22:10-02:30", "09:00-12:00"), Window(6, 0, 1440)],
    "exceptions": [closed(date(2027, 3, 30)), override(date(2027, 3, 26), "10:00-11:00")],
    "busy": booked("08:10-08:40", "11:00-12:00", "12:10-12:40", day=date(2027, 3, 27)),
}


def a10(since: str, until: str, **changed) -> list[datetime]:
    given: dict[str, Any] = {
        **A10,
        **changed,
        "now": utc("03-20 12:00"),
        "since": utc(since),
        "until": utc(until),
    }
    return free_starts(
        given.pop("rules"), given.pop("windows"), given.pop("exceptions"), given.pop("busy"), **given
    )


def test_A9_last_nights_window_may_cover_the_end_of_a_slot_of_today():
    windows = [Window(0, *minutes("22:00-02:00")), Window(1, *minutes("00:15-00:20"))]
    assert times(offered(MONDAY, windows=windows)) == "22:00 22:30 23:00 23:30 00:00 00:15 00:30 01:00 01:30"


def test_A10_any_split_of_the_range_gives_the_same_slots():
    whole = a10("03-25 00:00", "04-01 00:00")
    assert whole == sorted(set(whole))
    assert len(whole) > 60
    for hours in range(0, 7 * 24, 5):
        split = utc("03-25 00:00") + timedelta(hours=hours, minutes=hours % 7)
        middle = f"{split:%m-%d %H:%M}"
        assert a10("03-25 00:00", middle) + a10(middle, "04-01 00:00") == whole


def test_A10_the_order_of_rows_is_irrelevant():
    whole = a10("03-25 00:00", "04-01 00:00")
    shuffle = random.Random(10)
    for _ in range(10):
        rows: dict[str, Any] = {
            name: shuffle.sample(A10[name], len(A10[name])) for name in ("windows", "exceptions", "busy")
        }
        assert a10("03-25 00:00", "04-01 00:00", **rows) == whole


def test_A10_rows_may_be_any_iterable():
    rows: dict[str, Any] = {name: iter(A10[name]) for name in ("windows", "exceptions", "busy")}
    assert a10("03-25 00:00", "04-01 00:00", **rows) == a10("03-25 00:00", "04-01 00:00")


def test_A10_the_range_is_half_open_to_the_microsecond():
    day: dict[str, Any] = {"now": utc("02-20 00:00")}
    window, rules, tick = on(MONDAY, "09:00-10:00"), Rules("UTC"), timedelta(microseconds=1)
    nine, half_past = utc("03-01 09:00"), utc("03-01 09:30")
    assert free_starts(rules, window, [], [], since=nine, until=half_past, **day) == [nine]
    assert free_starts(rules, window, [], [], since=nine, until=half_past + tick, **day) == [nine, half_past]
    assert free_starts(rules, window, [], [], since=nine + tick, until=half_past + tick, **day) == [half_past]
    assert free_starts(rules, window, [], [], since=nine, until=nine, **day) == []
    assert free_starts(rules, window, [], [], since=half_past, until=nine, **day) == []


def test_A11_neighbours_of_a_booking_stay():
    starts = offered(MONDAY, "09:00-12:00", busy=booked("10:00-10:30"))
    assert times(starts) == "09:00 09:30 10:30 11:00 11:30"


def test_A12_a_booking_off_the_grid_does_not_shift_it():
    starts = offered(MONDAY, "09:00-12:00", busy=booked("10:10-10:40"))
    assert times(starts) == "09:00 09:30 11:00 11:30"


def test_A13_a_booking_longer_than_a_slot():
    starts = offered(MONDAY, "09:00-12:00", busy=booked("09:45-11:15"))
    assert times(starts) == "09:00 11:30"


def test_A13_bookings_inside_and_across_each_other():
    starts = offered(MONDAY, "09:00-12:00", busy=booked("09:30-11:00", "09:40-09:50", "10:50-11:10"))
    assert times(starts) == "09:00 11:30"


def test_A13_fractions_of_a_second_are_busy():
    tick = timedelta(microseconds=1)
    (start, end), *_ = booked("10:00-10:30")
    assert times(offered(MONDAY, "09:00-11:30", busy=[(start - tick, end)])) == "09:00 10:30 11:00"
    assert times(offered(MONDAY, "09:00-11:30", busy=[(start, end + tick)])) == "09:00 09:30 11:00"


def test_A14_no_windows_no_slots():
    assert offered(MONDAY) == []
    assert not is_free(utc("03-01 09:00"), Rules("UTC"), [], [], [], now=utc("02-20 00:00"))


@pytest.mark.parametrize(
    ("weekday", "start", "end"),
    [(7, 540, 600), (-1, 540, 600), (0, -1, 600), (0, 1440, 600), (0, 540, 1441), (0, 540, -1)],
)
def test_A15_windows_outside_the_week_or_the_day_are_refused(weekday, start, end):
    with pytest.raises(ValueError, match=r"^[A-Z].*\.$"):
        Window(weekday, start, end)


@pytest.mark.parametrize(
    "wrong",
    [
        {"time_zone": "Mars/Phobos"},
        {"time_zone": ""},
        {"duration": 0},
        {"duration": 1441},
        {"step": 0},
        {"step": 1441},
        {"gap": -1},
        {"notice": -1},
        {"horizon_days": -1},
        {"max_per_day": 0},
    ],
    ids=str,
)
def test_A15_senseless_rules_are_refused(wrong):
    with pytest.raises(ValueError, match=r"^[A-Z].*\.$"):
        Rules(**{"time_zone": "UTC", **wrong})


@pytest.mark.parametrize(
    "wrong",
    [
        (date(2027, 3, 2), date(2027, 3, 1)),
        (MONDAY, MONDAY, 540, None),
        (MONDAY, MONDAY, None, 540),
        (MONDAY, MONDAY, 0, None),
        (MONDAY, MONDAY, 1440, 60),
        (MONDAY, MONDAY, 540, 1441),
    ],
    ids=str,
)
def test_A15_senseless_exceptions_are_refused(wrong):
    with pytest.raises(ValueError, match=r"^[A-Z].*\.$"):
        DateOverride(*wrong)


def test_A15_moments_without_a_time_zone_are_refused():
    moments: dict[str, Any] = {
        "now": utc("02-20 00:00"),
        "since": utc("03-01 00:00"),
        "until": utc("03-02 00:00"),
    }
    for name, moment in moments.items():
        with pytest.raises(ValueError, match="A moment needs a time zone"):
            free_starts(Rules("UTC"), [], [], [], **{**moments, name: moment.replace(tzinfo=None)})
    naive = [(start.replace(tzinfo=None), end) for start, end in booked("09:00-09:30")]
    with pytest.raises(ValueError, match="A moment needs a time zone"):
        free_starts(Rules("UTC"), [], [], naive, **moments)


@pytest.mark.parametrize("span", ["09:30-09:00", "09:00-09:00"])
def test_A15_reversed_and_empty_bookings_are_refused(span):
    with pytest.raises(ValueError, match="A booking must end after it starts"):
        offered(MONDAY, "09:00-12:00", busy=booked(span))


# B. Daylight saving time and odd offsets


@pytest.mark.parametrize(
    ("day", "first", "last"),
    [("2027-03-27", "08:00", "15:30"), ("2027-03-28", "07:00", "14:30"), ("2027-10-31", "08:00", "15:30")],
)
def test_B1_working_hours_follow_the_wall_clock(day, first, last):
    starts = offered(date.fromisoformat(day), "09:00-17:00", zone=BERLIN)
    assert len(starts) == 16
    assert (starts[0], starts[-1]) == (utc(f"{day} {first}"), utc(f"{day} {last}"))


@pytest.mark.parametrize(("day", "count"), [("2027-03-28", 46), ("2027-10-31", 50), ("2027-06-01", 48)])
def test_B2_a_whole_day_is_as_long_as_it_is(day, count):
    assert len(offered(date.fromisoformat(day), "00:00-24:00", zone=BERLIN)) == count


SPRING = date(2027, 3, 28)  # Berlin: 02:00 CET becomes 03:00 CEST at 01:00 UTC
AUTUMN = date(2027, 10, 31)  # Berlin: 03:00 CEST becomes 02:00 CET at 01:00 UTC


@pytest.mark.parametrize("span", ["02:00-03:00", "02:10-02:50", "02:30-03:00"])
def test_B3_an_hour_that_does_not_exist_is_not_offered(span):
    assert offered(SPRING, span, zone=BERLIN) == []


def test_B4_a_window_that_ends_in_the_gap_ends_at_the_transition():
    assert dated(offered(SPRING, "01:30-02:30", zone=BERLIN)) == ["03-28 00:30"]


def test_B4_a_window_that_starts_in_the_gap_starts_at_the_transition():
    assert times(offered(SPRING, "02:30-04:00", zone=BERLIN)) == "01:00 01:30"


def test_B6_no_slot_reads_two_oclock_when_it_is_skipped():
    starts = offered(SPRING, "01:00-04:00", zone=BERLIN)
    assert times(starts) == "00:00 00:30 01:00 01:30"
    assert times(starts, BERLIN) == "01:00 01:30 03:00 03:30"


def test_B7_an_hour_that_occurs_twice_is_offered_once_at_its_second_reading():
    assert times(offered(AUTUMN, "02:00-03:00", zone=BERLIN)) == "01:00 01:30"


def test_B7_an_end_that_occurs_twice_is_its_first_reading():
    assert times(offered(AUTUMN, "01:30-02:30", zone=BERLIN)) == "23:30 00:00"
    assert times(offered(AUTUMN, "02:30-04:00", zone=BERLIN)) == "01:30 02:00 02:30"
    assert offered(AUTUMN, "02:00-02:30", zone=BERLIN) == []


def test_B8_a_window_around_the_repeated_hour_offers_both_readings():
    starts = offered(AUTUMN, "01:00-04:00", zone=BERLIN)
    assert len(starts) == 8
    assert times(starts, BERLIN) == "01:00 01:30 02:00 02:30 02:00 02:30 03:00 03:30"
    offsets = [f"{start.astimezone(ZoneInfo(BERLIN)):%z}" for start in starts]
    assert offsets == ["+0200"] * 4 + ["+0100"] * 4


def test_B8_booking_one_reading_leaves_the_other():
    first = [(utc("10-31 00:00"), utc("10-31 00:30"))]
    starts = offered(AUTUMN, "01:00-04:00", zone=BERLIN, busy=first)
    assert times(starts, BERLIN) == "01:00 01:30 02:30 02:00 02:30 03:00 03:30"


@pytest.mark.parametrize(
    ("day", "span", "expected"),
    [
        ("2027-03-14", "09:00-12:00", "13:00 13:30 14:00 14:30 15:00 15:30"),
        ("2027-11-07", "09:00-12:00", "14:00 14:30 15:00 15:30 16:00 16:30"),
        ("2027-03-14", "15:00-16:30", "19:00 19:30 20:00"),
    ],
)
def test_B11_new_york_on_the_days_its_clocks_change(day, span, expected):
    assert times(offered(date.fromisoformat(day), span, zone=NEW_YORK)) == expected


def test_B12_new_york_skips_an_hour_too():
    assert offered(date(2027, 3, 14), "02:00-03:00", zone=NEW_YORK) == []


def test_B14_lord_howe_moves_its_clocks_by_half_an_hour():
    zone = "Australia/Lord_Howe"
    assert len(offered(date(2027, 10, 3), "00:00-24:00", zone=zone)) == 47
    assert len(offered(date(2027, 4, 4), "00:00-24:00", zone=zone)) == 49
    assert dated(offered(date(2027, 6, 1), "09:00-09:30", zone=zone)) == ["05-31 22:30"]


def test_B17_kathmandu_is_a_quarter_of_an_hour_off():
    starts = offered(date(2027, 3, 10), "09:00-11:00", zone="Asia/Kathmandu")
    assert dated(starts) == ["03-10 03:15", "03-10 03:45", "03-10 04:15", "03-10 04:45"]


def test_B18_kolkata_is_half_an_hour_off():
    starts = offered(date(2027, 3, 10), "09:30-11:30", zone="Asia/Kolkata")
    assert dated(starts) == ["03-10 04:00", "03-10 04:30", "03-10 05:00", "03-10 05:30"]


def test_B19_chatham_is_thirteen_and_three_quarters_ahead():
    assert dated(offered(date(2027, 3, 10), "09:00-09:30", zone="Pacific/Chatham")) == ["03-09 19:15"]


@pytest.mark.parametrize(
    ("zone", "day", "span", "expected"),
    [
        ("Asia/Beirut", "2027-03-28", "00:00-02:00", ["03-27 22:00", "03-27 22:30"]),
        ("America/Santiago", "2027-09-05", "00:00-02:00", ["09-05 04:00", "09-05 04:30"]),
        (
            "Africa/Cairo",
            "2027-04-30",
            "00:00-03:00",
            ["04-29 22:00", "04-29 22:30", "04-29 23:00", "04-29 23:30"],
        ),
    ],
)
def test_B23_days_that_do_not_start_at_midnight(zone, day, span, expected):
    assert dated(offered(date.fromisoformat(day), span, zone=zone)) == expected


def test_B23_a_day_that_ends_an_hour_early():
    zone = "America/Nuuk"  # from 23:00 to midnight
    assert times(offered(date(2027, 3, 27), "22:00-24:00", zone=zone), zone) == "22:00 22:30"


def test_B23_a_midnight_that_occurs_twice():
    zone = "Atlantic/Azores"  # from 01:00 back to midnight of the same date
    assert times(offered(AUTUMN, "00:00-01:00", zone=zone)) == "01:00 01:30"
    # Saturday ends at the first midnight and Sunday starts at the second, so this hour belongs to neither.
    whole = dated(offered(AUTUMN, windows=daily("00:00-24:00"), zone=zone))
    every_half_hour = dated(utc("10-28 00:00") + timedelta(minutes=30 * half) for half in range(7 * 48))
    assert [text for text in every_half_hour if text not in whole] == ["10-31 00:00", "10-31 00:30"]
    # A night that is one window has no such hole.
    assert len(offered(AUTUMN - timedelta(days=1), "23:00-02:00", zone=zone)) == 8


def test_B23_a_repeated_midnight_starts_a_date_at_its_first_reading():
    saturday, zone = AUTUMN - timedelta(days=1), "Atlantic/Azores"
    evening = ["10-30 23:00", "10-30 23:30"]
    first_hour, then = (
        ["10-31 00:00", "10-31 00:30"],
        ["10-31 01:00", "10-31 01:30", "10-31 02:00", "10-31 02:30"],
    )
    night: dict[str, Any] = {"windows": on(saturday, "23:00-02:00"), "zone": zone}
    now, since = utc("10-30 12:00"), utc("10-31 00:00")
    assert dated(offered(saturday, **night)) == evening + first_hour + then
    assert dated(offered(saturday, **night, now=now, horizon_days=0)) == evening
    assert dated(offered(saturday, **night, now=since)) == first_hour + then
    on_saturday = [(utc("10-30 12:00"), utc("10-30 12:30"))]
    assert dated(offered(saturday, **night, busy=on_saturday, max_per_day=1)) == first_hour + then


def test_B23_a_clock_set_back_over_midnight():
    # St John's went from 00:01 on Sunday back to 23:01 on Saturday until 2011; starts are second readings.
    starts = offered(date(2010, 11, 6), "23:30-00:30", zone="America/St_Johns")
    assert dated(starts) == ["11-07 03:00", "11-07 03:30"]


def test_B23_a_date_that_was_skipped_offers_nothing():
    zone = "Pacific/Apia"  # went from the end of 29 December 2011 to the start of the 31st
    starts = offered(date(2011, 12, 30), windows=daily("22:00-02:00", "09:00-10:00"), zone=zone)
    around = [text for text in dated(starts, zone) if "12-29 09:00" <= text < "12-31 10:00"]
    assert around == [
        *("12-29 09:00", "12-29 09:30", "12-29 22:00", "12-29 22:30", "12-29 23:00", "12-29 23:30"),
        *("12-31 00:00", "12-31 00:30", "12-31 01:00", "12-31 01:30", "12-31 09:00", "12-31 09:30"),
    ]


def test_B25_notice_is_time_that_passes_not_time_on_the_wall():
    now = utc("03-27 10:00")
    starts = offered(SPRING, "00:00-24:00", zone=BERLIN, now=now, notice=24 * 60)
    assert starts[0] == utc("03-28 10:00")


def test_B26_the_servers_time_zone_is_irrelevant(monkeypatch):
    expected = offered(SPRING, windows=daily("22:00-03:30"), zone=BERLIN)
    with monkeypatch.context() as patch:
        patch.setenv("TZ", NEW_YORK)
        time.tzset()
        elsewhere = offered(SPRING, windows=daily("22:00-03:30"), zone=BERLIN)
    time.tzset()
    assert elsewhere == expected


# C. The client's time zone: slots are instants, and only their display has a zone


def test_C1_a_berlin_slot_seen_from_new_york():
    assert dated(offered(date(2027, 3, 15), "09:00-09:30", zone=BERLIN), NEW_YORK) == ["03-15 04:00"]
    assert dated(offered(date(2027, 3, 10), "09:00-09:30", zone=BERLIN), NEW_YORK) == ["03-10 03:00"]


def test_C2_a_wednesday_that_is_a_monday_elsewhere():
    (start,) = offered(date(2027, 3, 10), "00:00-00:30", zone="Pacific/Kiritimati")
    assert f"{start.astimezone(ZoneInfo('Pacific/Pago_Pago')):%a %m-%d %H:%M}" == "Mon 03-08 23:00"


def test_C3_the_zone_of_the_question_never_changes_the_answer():
    answers = set()
    for viewer in ("UTC", "Pacific/Pago_Pago", "Asia/Kathmandu", "Pacific/Kiritimati"):
        zone = ZoneInfo(viewer)
        asked: dict[str, Any] = {
            "since": utc("03-25 00:00").astimezone(zone),
            "until": utc("04-02 00:00").astimezone(zone),
        }
        busy = [
            (start.astimezone(zone), end.astimezone(zone)) for start, end in booked("09:00-10:00", day=SPRING)
        ]
        now = utc("03-20 00:00").astimezone(zone)
        answers.add(tuple(free_starts(Rules(BERLIN), daily("09:00-17:00"), [], busy, now=now, **asked)))
    assert len(answers) == 1


def test_C4_one_day_of_the_specialist_may_be_two_of_the_client():
    starts = offered(date(2027, 3, 10), "09:00-17:00", zone="Asia/Tokyo")
    assert {text[:5] for text in dated(starts, NEW_YORK)} == {"03-09", "03-10"}


# D. Exceptions

TUESDAY = MONDAY + timedelta(days=1)
NEXT_MONDAY = MONDAY + timedelta(days=7)


def test_D1_a_closed_monday_leaves_the_next_one():
    given: dict[str, Any] = {"exceptions": [closed(MONDAY)], "now": utc("02-20 00:00")}
    assert offered(MONDAY, "09:00-17:00", **given) == []
    assert len(offered(NEXT_MONDAY, "09:00-17:00", **given)) == 16


def test_D2_an_override_replaces_the_weekly_hours():
    starts = offered(MONDAY, "09:00-17:00", exceptions=[override(MONDAY, "20:00-21:00")])
    assert times(starts) == "20:00 20:30"


def test_D3_an_override_opens_a_day_without_weekly_hours():
    opened = [override(TUESDAY, "20:00-21:00")]
    assert dated(offered(MONDAY, exceptions=opened)) == ["03-02 20:00", "03-02 20:30"]
    assert is_free(utc("03-02 20:30"), Rules("UTC"), [], opened, [], now=utc("02-20 00:00"))


def test_D4_overlapping_overrides_are_one():
    rows = [override(MONDAY, "09:00-12:00"), override(MONDAY, "11:00-13:00")]
    assert times(offered(MONDAY, exceptions=rows)) == "09:00 09:30 10:00 10:30 11:00 11:30 12:00 12:30"


def test_D4_an_override_reopens_a_date_within_a_holiday():
    rows = [closed(MONDAY, NEXT_MONDAY), override(TUESDAY, "09:00-10:00")]
    assert dated(offered(MONDAY, windows=daily("12:00-13:00"), exceptions=rows)) == [
        *("02-26 12:00", "02-26 12:30", "02-27 12:00", "02-27 12:30", "02-28 12:00", "02-28 12:30"),
        *("03-02 09:00", "03-02 09:30"),
    ]


NIGHT = ["03-01 22:00", "03-01 22:30", "03-01 23:00", "03-01 23:30"]
MORNING = ["03-02 00:00", "03-02 00:30", "03-02 01:00", "03-02 01:30"]


def test_D5_a_window_runs_past_midnight():
    assert dated(offered(MONDAY, "22:00-02:00")) == NIGHT + MORNING


def test_D5_an_end_at_midnight_stays_on_the_day():
    assert dated(offered(MONDAY, "22:00-24:00", exceptions=[closed(TUESDAY)])) == NIGHT
    assert dated(offered(MONDAY, "22:00-00:00", exceptions=[closed(TUESDAY)])) == NIGHT


def test_D5_a_slot_may_run_on_over_midnight_into_the_next_days_window():
    starts = offered(MONDAY, windows=[Window(0, *minutes("23:15-24:00")), Window(1, *minutes("00:00-01:00"))])
    assert dated(starts) == ["03-01 23:15", "03-01 23:45", "03-02 00:00", "03-02 00:30"]


@pytest.mark.parametrize("monday", [[], [override(MONDAY, "22:00-02:00")]], ids=["weekly", "override"])
def test_D6_a_closed_tuesday_clips_mondays_night_at_midnight(monday):
    rows = [*monday, closed(TUESDAY)]
    assert dated(offered(MONDAY, "22:00-02:00", exceptions=rows)) == NIGHT


def test_D6_an_override_clips_the_night_before_too():
    rows = [override(TUESDAY, "01:30-02:00")]
    assert dated(offered(MONDAY, "22:00-02:00", exceptions=rows)) == [*NIGHT, "03-02 01:30"]


def test_D6_an_exception_for_several_dates_does_not_clip_its_own_nights():
    rows = [override(MONDAY, "22:00-02:00", last=TUESDAY)]
    second_night = [f"03-{(utc(text) + timedelta(days=1)):%d %H:%M}" for text in NIGHT + MORNING]
    assert dated(offered(MONDAY, exceptions=rows)) == NIGHT + MORNING + second_night


def test_D8_an_override_belongs_to_the_local_date():
    starts = offered(MONDAY, "09:00-17:00", zone=NEW_YORK, exceptions=[override(MONDAY, "22:00-23:00")])
    assert dated(starts) == ["03-02 03:00", "03-02 03:30"]


def test_D11_another_time_zone_moves_the_windows_and_leaves_bookings_where_they_are():
    busy = booked("09:00-09:30")
    assert times(offered(MONDAY, "09:00-10:30", zone="UTC", busy=busy)) == "09:30 10:00"
    assert times(offered(MONDAY, "09:00-10:30", zone=BERLIN, busy=busy)) == "08:00 08:30"


def test_D12_a_holiday_blocks_both_of_its_ends():
    given: dict[str, Any] = {
        "windows": daily("00:00-24:00"),
        "zone": "Pacific/Auckland",
        "now": utc("06-20 00:00"),
    }
    rows = [closed(date(2027, 7, 1), date(2027, 7, 14))]
    for around in (date(2027, 7, 1), date(2027, 7, 14)):
        starts = offered(around, exceptions=rows, **given)
        dates = {start.astimezone(ZoneInfo("Pacific/Auckland")).date() for start in starts}
        assert date(2027, 6, 30) in dates or date(2027, 7, 15) in dates
        assert not {day for day in dates if date(2027, 7, 1) <= day <= date(2027, 7, 14)}


# E. Notice, horizon, gap, limits


def test_E1_what_has_begun_is_over():
    assert times(offered(MONDAY, "09:00-12:00", now=utc("03-01 10:01"))) == "10:30 11:00 11:30"


def test_E2_notice():
    assert times(offered(MONDAY, "09:00-12:00", now=utc("03-01 10:01"), notice=60)) == "11:30"


def test_E3_exactly_the_notice_is_enough():
    now = utc("03-01 10:00")
    assert times(offered(MONDAY, "09:00-12:00", now=now, notice=60)) == "11:00 11:30"
    now += timedelta(microseconds=1)
    assert times(offered(MONDAY, "09:00-12:00", now=now, notice=60)) == "11:30"


def test_E4_a_slot_shown_a_moment_ago_may_be_gone():
    eleven, given = utc("03-01 11:00"), (Rules("UTC", notice=60), on(MONDAY, "09:00-12:00"), [], [])
    assert is_free(eleven, *given, now=utc("03-01 09:59"))
    assert not is_free(eleven, *given, now=utc("03-01 10:01"))


def test_E5_the_past_is_never_bookable():
    given = (Rules("UTC"), on(MONDAY, "09:00-12:00"), [], [])
    assert is_free(utc("03-01 09:00"), *given, now=utc("03-01 09:00"))
    assert not is_free(utc("03-01 09:00"), *given, now=utc("03-01 09:01"))
    assert not is_free(utc("02-22 09:00"), *given, now=utc("03-01 09:01"))


@pytest.mark.parametrize("now", ["2024-05-31 01:30", "2024-05-31 18:29"])
def test_E6_the_horizon_is_whole_local_dates(now):
    starts = free_starts(
        Rules("Asia/Kolkata", horizon_days=2),
        daily("00:00-24:00"),
        [],
        [],
        now=utc(now),
        since=utc("2024-05-01 00:00"),
        until=utc("2024-07-01 00:00"),
    )
    local = [start.astimezone(ZoneInfo("Asia/Kolkata")) for start in starts]
    assert max(local).strftime("%m-%d %H:%M") == "06-02 23:30"
    assert {f"{start:%m-%d}" for start in local} >= {"06-01", "06-02"}


def test_E6_today_lasts_until_its_last_microsecond():
    now = utc("03-01 00:00") - timedelta(microseconds=1)
    assert offered(MONDAY, "09:00-09:30", now=now, horizon_days=0) == []
    assert times(offered(MONDAY, "09:00-09:30", now=now, horizon_days=1)) == "09:00"


def test_E6_a_night_that_begins_within_the_horizon_ends_with_it():
    # Today is Sunday; Monday is the last date, so Monday's window is not offered after midnight.
    assert dated(offered(MONDAY, "22:00-02:00", now=utc("02-28 12:00"), horizon_days=1)) == NIGHT


def test_E7_nothing_beyond_the_horizon_is_free():
    given = (Rules("UTC", horizon_days=1), daily("00:00-24:00"), [], [])
    assert is_free(utc("03-02 23:30"), *given, now=utc("03-01 12:00"))
    assert not is_free(utc("03-03 00:00"), *given, now=utc("03-01 12:00"))


def test_E8_the_gap_is_kept_on_both_sides():
    starts = offered(MONDAY, "09:00-12:00", busy=booked("10:00-10:30"), gap=10)
    assert times(starts) == "09:00 11:00 11:30"


def test_E9_the_gap_is_one_distance_and_is_not_summed():
    busy = booked("12:30-13:00", "14:30-15:00")
    assert times(offered(MONDAY, "12:00-15:30", busy=busy, gap=30)) == "13:30"


def test_E9_a_gap_reaches_over_midnight():
    starts = offered(TUESDAY, "00:00-02:00", busy=booked("23:00-23:45"), gap=30)
    assert times(starts) == "00:30 01:00 01:30"


def test_E11_the_third_booking_closes_its_local_day():
    busy = [
        (utc("03-02 03:30"), utc("03-02 04:00")),  # Monday evening in New York
        *booked("15:00-15:30", "17:00-17:30"),
    ]
    given: dict[str, Any] = {"windows": daily("09:00-23:30"), "zone": NEW_YORK, "busy": busy}
    local_dates = {
        start.astimezone(ZoneInfo(NEW_YORK)).date() for start in offered(MONDAY, max_per_day=3, **given)
    }
    assert MONDAY not in local_dates
    assert {MONDAY - timedelta(days=1), TUESDAY} <= local_dates
    assert any(
        start.astimezone(ZoneInfo(NEW_YORK)).date() == MONDAY
        for start in offered(MONDAY, max_per_day=4, **given)
    )


def test_E11_the_limit_counts_dates_not_windows():
    # Monday's night runs into Tuesday: a booking after midnight counts for Tuesday.
    given: dict[str, Any] = {
        "spans": ["22:00-02:00"],
        "busy": [(utc("03-02 00:00"), utc("03-02 00:30"))],
        "max_per_day": 1,
    }
    assert dated(offered(MONDAY, *given.pop("spans"), **given)) == NIGHT


# The interface


def test_a_limit_gives_the_first_slots():
    moments: dict[str, Any] = {
        "now": utc("03-01 10:01"),
        "since": utc("03-01 00:00"),
        "until": utc("03-02 00:00"),
    }
    given = (Rules("UTC"), on(MONDAY, "09:00-12:00"), [], [])
    assert times(free_starts(*given, **moments, limit=1)) == "10:30"
    assert times(free_starts(*given, **moments, limit=2)) == "10:30 11:00"
    assert times(free_starts(*given, **moments, limit=99)) == "10:30 11:00 11:30"
    assert free_starts(*given, **moments, limit=0) == []
    with pytest.raises(ValueError, match="A limit must not be negative"):
        free_starts(*given, **moments, limit=-1)


def test_the_next_slot_looks_no_further_than_it_has_to(monkeypatch):
    asked = []
    real = availability.instant
    monkeypatch.setattr(availability, "instant", lambda *args, **kw: asked.append(args) or real(*args, **kw))
    moments: dict[str, Any] = {
        "now": utc("03-01 08:00"),
        "since": utc("03-01 08:00"),
        "until": utc("2027-05-01 00:00"),
    }
    given = (Rules(BERLIN), daily("09:00-12:00", "13:00-17:00"), [], [])
    free_starts(*given, **moments, limit=1)
    next_slot = len(asked)
    free_starts(*given, **moments)
    assert (
        next_slot <= 11
    )  # the horizon, today's midnights, and the edges of yesterday's and today's two windows
    assert len(asked) - next_slot > 300


def test_a_date_without_a_transition_is_looked_up_once_for_all_schedules():
    moments: dict[str, Any] = {
        "now": utc("05-01 08:00"),
        "since": utc("05-01 08:00"),
        "until": utc("07-01 00:00"),
    }
    free_starts(Rules("Asia/Tokyo"), daily("09:00-12:00"), [], [], **moments)
    before = local_time._steady_offset.cache_info().misses
    free_starts(Rules("Asia/Tokyo", gap=10), daily("10:00-22:00"), [], [], **moments)
    assert local_time._steady_offset.cache_info().misses == before


def test_only_a_start_on_the_grid_is_free():
    given = (Rules("UTC"), on(MONDAY, "09:00-12:00"), [], booked("10:00-10:30"))
    free: dict[str, Any] = {"now": utc("02-20 00:00")}
    assert is_free(utc("03-01 09:30"), *given, **free)
    assert is_free(utc("03-01 09:30").astimezone(ZoneInfo("Asia/Kathmandu")), *given, **free)
    assert not is_free(utc("03-01 09:31"), *given, **free)
    assert not is_free(utc("03-01 10:00"), *given, **free)
    assert not is_free(utc("03-01 09:30") + timedelta(microseconds=1), *given, **free)
    assert not is_free(utc("03-01 09:30") - timedelta(microseconds=1), *given, **free)


@pytest.mark.parametrize("zone", ["UTC", "Pacific/Kiritimati", "Pacific/Pago_Pago"])
@pytest.mark.parametrize("moment", ["0001-01-01T00:00:00", "9999-12-31T23:59:59.999999"])
def test_a_posted_start_may_be_any_moment(moment, zone):
    start = datetime.fromisoformat(moment).replace(tzinfo=ZoneInfo(zone))
    assert not is_free(start, Rules(BERLIN), daily("00:00-24:00"), [], [], now=utc("03-01 00:00"))


def test_all_of_time_is_a_range():
    ends: dict[str, Any] = {
        "since": datetime.min.replace(tzinfo=UTC),
        "until": datetime.max.replace(tzinfo=UTC),
    }
    starts = free_starts(
        Rules("UTC", horizon_days=3), daily("09:00-10:00"), [], [], now=utc("03-01 00:00"), **ends
    )
    assert len(starts) == 8


def test_an_exception_for_all_of_time_costs_no_more_than_the_horizon():
    always = closed(date.min, date.max)
    assert offered(MONDAY, windows=daily("09:00-10:00"), exceptions=[always]) == []


def test_a_slot_of_24_hours_needs_24_hours_that_touch():
    assert offered(MONDAY, windows=daily("00:00-23:59"), duration=1440) == []
    assert len(offered(MONDAY, "00:00-24:00", windows=None, duration=1440)) == 1
    # Across the short Sunday it ends on the third date after the Friday whose window it started in.
    friday = date(2027, 3, 26)
    given: dict[str, Any] = {"zone": BERLIN, "duration": 1440, "step": 1430}
    nights = [Window(4, *minutes("23:58-23:58")), Window(5, *minutes("23:58-23:58"))]
    saturday_night = [*nights, Window(6, *minutes("23:58-24:00"))]
    assert "03-27 23:48" in dated(
        offered(friday, windows=[*saturday_night, Window(0, 0, 60)], **given), BERLIN
    )
    assert "03-27 23:48" not in dated(offered(friday, windows=saturday_night, **given), BERLIN)
