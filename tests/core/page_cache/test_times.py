"""Pages that show free times end by themselves, in the moment in which they aren't true any more."""

import random
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.db import transaction
from django.utils import timezone

from booking.slots import next_starts, refresh_next_slots
from core.page_cache.process import Cache
from directory.models import Specialist
from tests.core.page_cache.readers import Reader, fresh, heard
from tests.factories.booking import BookingFactory
from tests.factories.content import SPECIALISTS

STEPS = [
    timedelta(seconds=7),
    timedelta(minutes=1),
    timedelta(minutes=9),
    timedelta(hours=1),
    timedelta(hours=7),
]
PATHS = [
    *(f"/en/specialists/{slug}/" for slug in SPECIALISTS),
    *(f"/ar/specialists/{slug}/book/" for slug in SPECIALISTS),
    f"/en/specialists/{SPECIALISTS[1]}/book/?tz=America%2FNew_York",
    f"/en/specialists/{SPECIALISTS[0]}/book/?tz=Australia%2FLord_Howe",
    f"/en/specialists/{SPECIALISTS[0]}/book/?from=2027-04-10",
]


@pytest.mark.parametrize(
    "begin",
    [
        datetime(2027, 3, 27, 23, 40, tzinfo=UTC),  # Berlin's and Kyiv's clocks are put forward at 01:00
        datetime(2027, 4, 3, 14, 58, tzinfo=UTC),  # Lord Howe's back, by half an hour, at 15:00
    ],
)
def test_no_time_is_shown_that_is_gone(reader: Reader, cache: Cache, begin: datetime) -> None:
    schedule = Specialist.objects.get(slug=SPECIALISTS[0]).schedule
    with time_machine.travel(begin, tick=False), transaction.atomic():
        start = next_starts([schedule.pk])[schedule.pk][0]
        BookingFactory(
            schedule=schedule,
            starts_at=start,
            status="held",
            hold_expires_at=timezone.now() + timedelta(minutes=3, seconds=10),
        )
        refresh_next_slots([schedule.pk])
    heard(cache)
    cache.store.clear()
    dice = random.Random(1)
    moment, hows = begin, set()
    for _step in range(24):
        with time_machine.travel(moment, tick=False):
            answers = {path: reader.get(path) for path in PATHS}
            assert {path for path in PATHS if answers[path].body != fresh(path)} == set(), moment
        hows |= {answer.how for answer in answers.values()}
        moment += dice.choice(STEPS)
    assert hows == {"hit", "miss"}


def test_browsers_keep_no_list_of_times(reader: Reader) -> None:
    path = f"/en/specialists/{SPECIALISTS[1]}/book/"
    answers = [reader.get(path) for _ in range(2)]
    assert answers[1].how == "hit"
    assert {"no-store" in answer.headers["Cache-Control"] for answer in answers} == {True}


@pytest.mark.parametrize(
    "query",
    [
        "start=2031-01-01T10:00",
        "city=Berlin",
        "tz=Mars%2FOlympus",
        "from=soon",
        "from=0001-01-01",
        "from=20310101",
    ],
)
def test_what_somebody_chose_or_typed_is_not_kept(reader: Reader, query: str) -> None:
    path = f"/en/specialists/{SPECIALISTS[1]}/book/?{query}"
    assert {reader.get(path).how for _ in range(3)} == {""}
