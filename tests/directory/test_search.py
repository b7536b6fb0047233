"""The directory's search gives exactly what a slow, obvious reading of the records gives."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from io import StringIO
from random import Random
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.core.management import CommandError, call_command
from django.db import connection
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from booking.models import Booking
from booking.slots import read_hours, refresh_next_slots, refresh_stale
from dev.synthetic.directory import specialists
from directory import index, times
from directory.models import OptionBits, SearchRow, SearchText, Specialist
from directory.search.backend import counts, matching, page_of, understand
from directory.search.facets import ALL, PRICES, STEPS, read_numbers
from directory.search.query import DirectoryQuery
from tests.factories.booking import BookingFactory
from tests.factories.demo import ground

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 5, 6, 10, 17, tzinfo=UTC)
PEOPLE = 120
KINDS: dict[str, list[str]] = {
    "topic": ["sleep", "anxiety", "grief", "trust", "nothing-of-that-name"],
    "language": ["en", "uk", "de", "ar", "xx"],
    "format": ["online", "in_person"],
    "place": ["berlin", "kyiv"],
    "profession": ["psychologist", "psychiatrist"],
    "method": [],
    "group": [],
    "gender": ["female", "male", "nonbinary"],
    "price_max": ["50EUR", "90EUR", "150EUR", "50UAH"],
    "prescribes": ["1"],
    "free": ["1"],
    "soon": list(times.PARTS),
}


@pytest.fixture
def people() -> Iterator[list[Specialist]]:
    """Many different people, some of whom aren't public, some with places and bookings."""
    with time_machine.travel(NOW, tick=False):
        ground()
        specialists(PEOPLE, 7)
        random = Random(3)
        everybody = list(Specialist.objects.order_by("pk"))
        for one in random.sample(everybody, 15):
            one.state = random.choice(["draft", "paused", "suspended"])
            one.save()
        for one in random.sample(everybody, 20):
            one.currency, one.price_min, one.price_max = "UAH", 700, 900
            one.save()
        for one in random.sample(everybody, 10):
            one.gender, one.price_min, one.price_max, one.is_accepting = "", None, None, False
            one.save()
        index.rebuild(one.pk for one in everybody)
        yield list(Specialist.objects.published().select_related("profession", "place", "schedule"))


def slow_options(one: Specialist) -> set[tuple[str, str]]:
    """Every option that fits somebody, read off the record with nothing clever about it."""
    options = {("profession", one.profession.slug)}
    options |= {("topic", term.slug) for term in one.topics.all()}
    options |= {("method", term.slug) for term in one.methods.all()}
    options |= {("group", term.slug) for term in one.client_groups.all()}
    options |= {("language", code) for code in one.session_languages}
    if one.is_online:
        options.add(("format", "online"))
    if one.place is not None:
        options |= {("format", "in_person"), ("place", one.place.slug)}
    if one.gender:
        options.add(("gender", one.gender))
    for step in PRICES.get(one.currency, STEPS):
        if one.price_min is not None and one.price_min <= step:
            options.add(("price_max", f"{step}{one.currency}"))
    if one.can_prescribe:
        options.add(("prescribes", "1"))
    if one.offers_free_consultation:
        options.add(("free", "1"))
    hours = read_hours([one.pk], now=NOW).get(one.pk)
    if hours:
        zone = hours.schedule.time_zone
        for start in hours.starts(now=NOW, since=NOW, until=NOW + timedelta(days=7)):
            local = start.astimezone(ZoneInfo(zone))
            options.add(("soon", "any"))
            part = "morning" if local.hour < 12 else "afternoon" if local.hour < 17 else "evening"
            options.add(("soon", part))
            if local.strftime("%a") in {"Sat", "Sun"}:
                options.add(("soon", "weekend"))
    return options


def fits(own: set[tuple[str, str]], options: dict[str, tuple[str, ...]]) -> bool:
    return all(any((kind, value) in own for value in values) for kind, values in options.items())


def test_every_filter_alone_and_in_random_combinations_lets_exactly_the_right_ones_through(
    people: list[Specialist],
) -> None:
    truth = {one.pk: slow_options(one) for one in people}
    known = read_numbers()
    kinds = {
        kind: sorted({value for own, value in known if own == kind} | set(KINDS[kind])) for kind in KINDS
    }

    def check(options: dict[str, tuple[str, ...]]) -> None:
        query = DirectoryQuery(options=options)
        expected = {pk for pk, own in truth.items() if fits(own, options)}
        found = matching(query, known)
        assert set(found.values_list("pk", flat=True)) == expected
        counted = counts(query, known)
        assert counted.get(ALL, 0) == len(expected)
        for kind, values in kinds.items():
            others = {name: own for name, own in options.items() if name != kind}
            for value in values:
                promised = sum(fits(own, others | {kind: (value,)}) for own in truth.values())
                assert counted.get((kind, value), 0) == promised, (kind, value)

    for kind, values in kinds.items():
        for value in values:
            check({kind: (value,)})

    choice = st.sampled_from(sorted(kinds)).flatmap(
        lambda kind: st.tuples(
            st.just(kind), st.lists(st.sampled_from(kinds[kind]), min_size=1, max_size=3, unique=True)
        )
    )

    @settings(max_examples=20, deadline=None, suppress_health_check=list(HealthCheck))
    @given(
        st.lists(choice, max_size=3), st.sampled_from(["sleep", "sleep step", "samira", "samila", "xyzzy"])
    )
    def with_words(chosen: list[tuple[str, list[str]]], words: str) -> None:
        query = DirectoryQuery(q=words, options={kind: tuple(values) for kind, values in chosen})
        wording = understand(query, "en")
        assert wording is not None
        meant = set(matching(DirectoryQuery(q=words), known, wording).values_list("pk", flat=True))
        assert bool(meant) == (words != "xyzzy")
        expected = {pk for pk in meant if fits(truth[pk], query.options)}
        assert set(matching(query, known, wording).values_list("pk", flat=True)) == expected
        counted = counts(query, known, wording)
        assert counted.get(ALL, 0) == len(expected)
        for value in kinds["topic"]:
            others = query.options | {"topic": (value,)}
            promised = sum(fits(truth[pk], others) for pk in meant)
            assert counted.get(("topic", value), 0) == promised, value

    with_words()

    @settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
    @given(st.lists(choice, max_size=5))
    def at_random(chosen: list[tuple[str, list[str]]]) -> None:
        check({kind: tuple(values) for kind, values in chosen})

    at_random()


def test_free_in_seven_days_is_who_has_a_slot_in_seven_days_on_random_data(people: list[Specialist]) -> None:
    random = Random(11)
    schedules = [one.schedule for one in people if hasattr(one, "schedule")]
    for schedule in random.sample(schedules, 25):  # some are booked up for the week
        hours = read_hours([schedule.pk], now=NOW)[schedule.pk]
        for start in hours.starts(now=NOW, since=NOW, until=NOW + timedelta(days=8)):
            if not Booking.objects.filter(
                schedule=schedule, blocked__overlap=(start, start + timedelta(minutes=45))
            ).exists():
                BookingFactory(schedule=schedule, starts_at=start)
    pks = [schedule.pk for schedule in schedules]
    refresh_next_slots(pks, now=NOW)
    known = read_numbers()
    for shift in (timedelta(0), timedelta(hours=5), timedelta(days=1, hours=3), timedelta(days=3)):
        now = NOW + shift
        with time_machine.travel(now, tick=False):
            refresh_stale(now=now)
            found = set(
                matching(DirectoryQuery(options={"soon": ("any",)}), known).values_list("pk", flat=True)
            )
            by_pk = read_hours(pks, now=now)
            soon = now + timedelta(days=7)
            assert found == {pk for pk in pks if by_pk[pk].starts(now=now, since=now, until=soon)}, shift
            assert not list(index.differences(pks, now=now))


@pytest.mark.parametrize("order", ["", "soonest", "price", "name"])
def test_every_order_lists_everybody_once_page_by_page(people: list[Specialist], order: str) -> None:
    query, known = DirectoryQuery(sort=order), read_numbers()
    found = matching(query, known)
    shown = [
        row.pk
        for start in range(0, PEOPLE, 20)
        for row in page_of(found, query, None, start=start, end=start + 20, now=NOW)
    ]
    assert len(shown) == len(set(shown)) == len(people)
    everybody = {row.pk: row for row in SearchRow.objects.all()}
    never = datetime.max.replace(tzinfo=UTC)
    first = {
        "": lambda row: (row.next_slot_at or never, -(row.confirmed_on or date.min).toordinal()),
        "soonest": lambda row: (row.next_slot_at or never, row.pk),
        "price": lambda row: (row.price is None, row.price, row.pk),
        "name": lambda row: (row.name, row.pk),
    }[order]
    told = [first(everybody[pk]) for pk in shown]
    assert told == sorted(told)
    assert len({row.next_slot_at for row in everybody.values()} - {None}) > 10
    assert {row.price for row in everybody.values()} > {None}


def test_the_trigger_keeps_the_bits_whoever_writes_the_rows(people: list[Specialist]) -> None:
    def wrong() -> list[int]:
        return [option for chunk in index.chunks() for option in index.wrong_bits(chunk)]

    assert OptionBits.objects.count() > 50
    assert wrong() == []
    some = SearchRow.objects.order_by("pk")[:30].values("pk")
    SearchRow.objects.filter(pk__in=some).update(facets=[], soon=[])
    assert wrong() == []
    SearchRow.objects.filter(pk=people[-1].pk).delete()
    assert wrong() == []
    with connection.cursor() as cursor:
        cursor.execute("UPDATE directory_optionbits SET bits = ~ bits")
    assert len(wrong()) == OptionBits.objects.count()
    call_command("rebuild_directory", stdout=StringIO())
    assert wrong() == []
    call_command("check_directory", stdout=StringIO())


def words_without_a_row(one: Specialist) -> None:
    words = list(SearchText.objects.filter(specialist=one))
    Specialist.objects.filter(pk=one.pk).update(state="paused")
    index.rebuild([one.pk])
    SearchText.objects.bulk_create(words)


@pytest.mark.parametrize(
    "spoil",
    [
        lambda one: SearchRow.objects.filter(pk=one.pk).update(price=1),
        lambda one: SearchRow.objects.filter(pk=one.pk).delete(),
        lambda one: SearchText.objects.filter(specialist=one, language="en").update(words=""),
        lambda one: Specialist.objects.filter(pk=one.pk).update(state="paused"),
        lambda one: one.topics.clear(),
        lambda one: one.pages.update(headline="Something else"),
        lambda one: SearchRow.objects.filter(pk=one.pk).update(stale_at=None),
        lambda one: SearchRow.objects.filter(pk=one.pk).update(stale_at=NOW + timedelta(days=90)),
        lambda one: SearchRow.objects.filter(pk=one.pk).update(advance_at=None),
        lambda one: SearchRow.objects.filter(pk=one.pk).update(stale_at=NOW - timedelta(hours=2), soon=[]),
        words_without_a_row,
    ],
    ids=[
        "a fact",
        "a row",
        "words",
        "state",
        "topics",
        "a page",
        "never again",
        "too late",
        "stays first",
        "overdue",
        "words of nobody",
    ],
)
@time_machine.travel(NOW, tick=False)
def test_the_check_finds_every_difference(people: list[Specialist], spoil: Any) -> None:
    assert not list(index.differences([person.pk for person in people]))
    one = next(person for person in people if hasattr(person, "search_row") and person.search_row.soon)
    spoil(one)
    with pytest.raises(CommandError, match=r"^\d+ differences"):
        call_command("check_directory", stdout=StringIO())
    index.rebuild([one.pk])
    assert not list(index.differences([person.pk for person in people]))
