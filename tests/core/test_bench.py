"""`manage.py bench` measures what is there and leaves nothing behind. It asserts no times, and neither do these."""

import json
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

import booking.synthetic  # noqa: F401 - gives synthetic specialists their hours
from articles.synthetic import articles
from booking.models import Booking, Schedule
from core.models import Outbox
from directory.models import Specialist
from directory.synthetic import specialists
from tests.factories.demo import ground

pytestmark = pytest.mark.django_db

PAGES = [
    "hello",
    "article",
    "article list",
    "directory",
    "directory, 2 filters",
    "directory, page 9",
    "profile",
    "slots",
]


def bench(**options):
    """What the command prints on both streams."""
    out, err = StringIO(), StringIO()
    call_command("bench", rounds=2, stdout=out, stderr=err, **options)
    return out.getvalue(), err.getvalue()


@pytest.fixture
def content():
    ground()
    specialists(30, 1)
    articles(15, 1)


@pytest.mark.usefixtures("content")
def test_it_measures_every_page_beside_hello_and_writes_beside_one_row():
    rows = {row["name"]: row for row in json.loads(bench(json=True, writes=True)[0])}
    assert list(rows) == [*PAGES, "one row", "booking"]
    assert rows["hello"]["queries"] == 0
    assert rows["hello"]["cpu_ratio"] == rows["one row"]["wall_ratio"] == 1
    assert rows["one row"]["queries"] == 1
    for name in PAGES[1:]:
        assert rows[name]["queries"] > 0
        assert rows[name]["beside"] == "hello"
    assert rows["booking"]["beside"] == "one row"


@pytest.mark.usefixtures("content")
def test_what_it_writes_is_taken_back():
    before = Specialist.objects.count(), Schedule.objects.count()
    bench(writes=True)
    assert (Specialist.objects.count(), Schedule.objects.count()) == before
    assert (Booking.objects.count(), Outbox.objects.count()) == (0, 0)
    assert "bench_row" not in connection.introspection.table_names()


@pytest.mark.usefixtures("content")
def test_without_debug_it_writes_only_when_told_to():
    out, err = bench()
    assert "booking" not in out
    assert "--writes" in err


def test_pages_that_the_database_lacks_are_left_out_by_name():
    ground()
    out, err = bench()
    assert "article list" in out
    assert "profile: left out" in err


def test_no_rounds_are_refused():
    with pytest.raises(CommandError, match="round"):
        call_command("bench", rounds=0)
