"""How often a page asks the database: a number for each kind of page, the same for 1 row and for 50.

One request before each count fills what is remembered: menus, names (core.caching). Whole pages and parts of them
aren't kept here: that is tests/core/page_cache.
"""

from datetime import timedelta

import pytest
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from articles.models import ArticlePage
from booking.models import Booking, DateException, Schedule, WeeklyWindow
from booking.slots import refresh_next_slots
from dev.synthetic.articles import articles
from dev.synthetic.directory import specialists
from directory.models import Specialist
from tests.factories.booking import BookingFactory
from tests.factories.content import ARTICLES, SPECIALISTS

SPECIALIST, ARTICLE = SPECIALISTS[0], ARTICLES[0]
MANY, BOOKINGS = 50, 1000
SEED = 1
FILTERS = "topic=trust&language=uk&format=online&free=1"


def one_row() -> None:
    """One specialist with one weekly window and no booking, one article and one to read on."""
    Specialist.objects.exclude(slug=SPECIALIST).update(state=Specialist.State.DRAFT)
    ArticlePage.objects.exclude(slug__in=ARTICLES[:2]).update(live=False)
    schedule = Schedule.objects.get(specialist__slug=SPECIALIST)
    schedule.windows.all().delete()
    WeeklyWindow.objects.create(schedule=schedule, weekday=2, start=9 * 60, end=12 * 60)
    refresh_next_slots([schedule.pk])


def many_rows() -> None:
    """50 more specialists and articles, 50 windows and exceptions and 1,000 bookings of the one specialist."""
    specialists(MANY, SEED)
    # Whoever has the soonest slot is shown, and that depends on the hour: each of them has a picture to look up.
    portrait = Specialist.objects.exclude(portrait=None).values_list("portrait_id", flat=True)[0]
    Specialist.objects.filter(portrait=None).update(portrait=portrait)
    articles(MANY, SEED)
    schedule = Schedule.objects.get(specialist__slug=SPECIALIST)
    WeeklyWindow.objects.bulk_create(
        WeeklyWindow(
            schedule=schedule, weekday=number % 7, start=60 * (number // 7), end=60 * (number // 7) + 30
        )
        for number in range(MANY)
    )
    later = timezone.localdate() + timedelta(days=20)
    DateException.objects.bulk_create(
        DateException(schedule=schedule, first=later + timedelta(days=n), last=later + timedelta(days=n))
        for n in range(MANY)
    )
    first = timezone.now().replace(minute=0, second=0, microsecond=0) + timedelta(days=2)
    Booking.objects.bulk_create(
        BookingFactory.build(schedule=schedule, starts_at=first + timedelta(hours=number))
        for number in range(BOOKINGS)
    )
    refresh_next_slots([schedule.pk])


def queries_of(client: Client, path: str) -> list[str]:
    """What the second request for `path` asks the database."""
    cache.clear()
    assert client.get(path).status_code == 200
    with CaptureQueriesContext(connection) as asked:
        assert client.get(path).status_code == 200
    return [query["sql"] for query in asked.captured_queries]


# Every page of the CMS starts with 4: where the page is, the page, whether anything is private, its translations.
FRAME = 4
# A card of a specialist takes 6 for any number of cards: specialists, their pages, pictures, topics; hours, bookings.
CARDS = 6


@pytest.mark.parametrize(
    ("path", "count", "limit"),
    [
        # articles, their topics, their pictures
        pytest.param("", FRAME + CARDS + 3, 13, id="front page"),
        # authors and reviewer, topics, pictures in the text, topics that the text leads to, the numbers in its callout
        # about danger; and what a page cache keeps: specialists without times and what to read on
        pytest.param(f"articles/{ARTICLE}/", FRAME + 5 + 7, 16, id="article"),
        # topics in use, how many, articles, their topics, their pictures
        pytest.param("articles/", FRAME + 5, 10, id="list of articles"),
        pytest.param("articles/?topic=trust", FRAME + 5, 10, id="list of articles on a topic"),
        # topics with methods and client groups, hours, bookings, who they are among authors
        pytest.param(f"specialists/{SPECIALIST}/", FRAME + 4, 10, id="profile"),
        # how many
        pytest.param("specialists/", FRAME + CARDS + 1, 12, id="directory"),
        pytest.param(f"specialists/?{FILTERS}", FRAME + CARDS + 1, 12, id="directory, filtered"),
        # the specialist with the schedule, their page, hours, bookings
        pytest.param(f"specialists/{SPECIALIST}/book/", 4, 8, id="times"),
        pytest.param("free-consultation/", FRAME + CARDS, 10, id="free consultation"),
    ],
)
def test_a_page_asks_as_often_for_fifty_rows_as_for_one(
    content: None, client: Client, path: str, count: int, limit: int
) -> None:
    """`count` is what it takes now; `limit` what the project allows itself."""
    assert count <= limit
    one_row()
    few = queries_of(client, f"/en/{path}")
    assert len(few) == count, "\n".join(few)
    many_rows()
    many = queries_of(client, f"/en/{path}")
    assert len(many) == count, "\n".join(many)


@pytest.mark.parametrize("path", ["account/login/?next=/en/articles/", "account/signup/"])
def test_the_ways_in_ask_nothing_of_strangers(content: None, client: Client, path: str) -> None:
    """The menus are remembered, and there is nobody to look up; the project allows itself 6."""
    asked = queries_of(client, f"/en/{path}")
    assert asked == [], "\n".join(asked)
