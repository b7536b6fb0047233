"""Synthetic specialists: as many as asked for, complete, the same for the same seed."""

import hashlib
import re
from datetime import UTC, datetime, timedelta
from io import StringIO
from typing import Any

import pytest
import time_machine
from django.contrib.auth import get_user_model
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from wagtail.models import Page

from booking.models import Schedule, WeeklyWindow
from booking.slots import read_hours
from dev.synthetic import bulk
from dev.synthetic.directory import specialists
from directory.models import SearchRow, Specialist, SpecialistPage
from directory.search.backend import matching, published_order
from directory.search.facets import read_numbers
from directory.search.query import DirectoryQuery
from tests.factories.demo import ground

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 5, 6, 10, 17, tzinfo=UTC)
MANY = 200
COUNTED = [
    get_user_model(),
    Specialist,
    SpecialistPage,
    Page,
    Schedule,
    WeeklyWindow,
    Specialist.topics.through,
    Specialist.methods.through,
    Specialist.client_groups.through,
]


@pytest.fixture(autouse=True)
def _ground():
    with time_machine.travel(NOW, tick=False):
        ground()
        yield


def counts() -> dict[str, int]:
    return {model.__name__: model.objects.count() for model in COUNTED}


def people() -> dict[str, Any]:
    """All that is told about every specialist, without numbers that the database gives."""
    told = {}
    for one in Specialist.objects.select_related("user", "schedule", "place", "profession"):
        page = one.pages.get()
        facts = {
            name: value
            for name, value in vars(one).items()
            if name not in {"_state", "id", "user_id", "created_at", "updated_at"}
        }
        schedule = getattr(one, "schedule", None)
        told[one.slug] = {
            **facts,
            "topics": set(one.topics.values_list("slug", flat=True)),
            "methods": set(one.methods.values_list("slug", flat=True)),
            "client_groups": set(one.client_groups.values_list("slug", flat=True)),
            "email": one.user.email,
            "page": (page.title, page.headline, page.story, page.approach, page.faq.raw_data[:]),
            "key": page.translation_key,
            "hours": schedule and [schedule.rules, *map(str, schedule.windows.all())],
        }
    return told


def test_the_tree_has_no_problems_after_any_number_of_batches(monkeypatch):
    monkeypatch.setattr(bulk, "BATCH", 60)
    specialists(MANY, 1)
    assert Page.find_problems() == ([], [], [], [], [])
    said = StringIO()
    call_command("fixtree", interactive=False, stdout=said)
    assert said.getvalue().count("No problems found.") == 2
    index = Page.objects.get(slug="specialists")
    assert index.get_children().count() == index.numchild == MANY
    assert {page.get_parent().pk for page in SpecialistPage.objects.all()[:5]} == {index.pk}


def test_a_page_can_be_added_by_hand_afterwards():
    specialists(3, 1)
    index = Page.objects.get(slug="specialists")
    one = Specialist.objects.get(slug="specimen-00002")
    one.pages.get().delete()
    index.refresh_from_db()
    index.add_child(
        instance=SpecialistPage(
            title="Later", slug="later", specialist=one, headline="Later", story="<p>Later.</p>"
        )
    )
    assert [page.slug for page in index.get_children()][-1] == "later"
    assert Page.find_problems() == ([], [], [], [], [])


def test_every_page_answers_with_its_name(client):
    specialists(40, 1)
    for page in SpecialistPage.objects.all():
        response = client.get(page.path_here)
        assert response.status_code == 200, page.slug
        assert re.search(rf"<h1[^>]*>.*{page.title}", response.content.decode(), re.DOTALL)
        assert page.slug == page.specialist.slug


def test_the_directory_lists_all_of_them_in_as_many_queries_as_a_few(client):
    specialists(20, 1)
    client.get("/en/specialists/")  # remembers names
    with CaptureQueriesContext(connection) as few:
        client.get("/en/specialists/")
    specialists(MANY, 1)
    client.get("/en/specialists/")  # and the options that have come with them
    with CaptureQueriesContext(connection) as many:
        response = client.get("/en/specialists/")
    assert response.context["listing"].total == MANY
    assert len(many) == len(few)
    shown = [
        card["name"]
        for number in range(1, response.context["listing"].results.paginator.num_pages + 1)
        for card in client.get("/en/specialists/", {"page": number}).context["listing"].cards
    ]
    assert len(shown) == len(set(shown)) == MANY


def test_K6_two_filters_are_found_by_their_index_whatever_the_number():
    """`make bench` measures it with a hundred thousand; here PostgreSQL shows that it needn't read all rows."""
    specialists(MANY, 1)
    query = DirectoryQuery(options={"topic": ("sleep",), "language": ("de",)})
    found = matching(query, read_numbers()).order_by(*published_order(NOW))
    assert 0 < found.count() < MANY
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
    assert "directory_row_facets" in found[:20].explain()


def test_next_free_times_are_what_the_hours_say():
    specialists(MANY, 1)
    hours = read_hours(list(Specialist.objects.values_list("pk", flat=True)), now=NOW)
    told = {}
    for row in SearchRow.objects.all():
        told[row.pk] = row.next_slot_at
        starts = hours[row.pk].next_starts(now=NOW, limit=8) if row.pk in hours else []
        assert row.upcoming == starts
        assert row.next_slot_at == (starts[0] if starts else None)
    free = [start for start in told.values() if start]
    assert MANY / 4 < len(free) < MANY  # with a free time and without


def test_the_rows_are_what_they_are_made_from():
    specialists(MANY, 1)
    said = StringIO()
    call_command("check_directory", stdout=said)
    assert said.getvalue() == "All rows are what they are made from.\n"


def test_the_listing_has_the_published_order():
    specialists(MANY, 1)
    slots = dict(SearchRow.objects.values_list("pk", "next_slot_at"))

    def place(one: Specialist) -> tuple[Any, ...]:
        """The rule as it is published, word for word."""
        offered = slots[one.pk] if one.offers_free_consultation else None
        confirmed = one.accepting_confirmed_on if one.is_accepting else None
        return (
            not (offered and offered < NOW + timedelta(days=14)),
            offered is None,
            offered and offered.timestamp(),
            -(confirmed.toordinal() if confirmed else 0),
            hashlib.md5(f"2026-05-06:{one.pk}".encode(), usedforsecurity=False).hexdigest(),
        )

    ordered = list(SearchRow.objects.order_by(*published_order(NOW)).values_list("pk", flat=True))
    assert ordered == [one.pk for one in sorted(Specialist.objects.published(), key=place)]
