"""`manage.py bench` measures what is there and leaves nothing behind. It asserts no times, and neither do these."""

import json
from contextlib import nullcontext
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from booking.models import Booking, Schedule
from core.models import Outbox
from dev import databases
from dev.bench import load
from dev.bench.load import LoadResult, table
from dev.synthetic.articles import articles
from dev.synthetic.directory import specialists
from directory.models import Specialist
from tests.factories.demo import ground
from tests.factories.directory import ProfessionFactory

pytestmark = pytest.mark.django_db

PAGES = [
    "hello",
    "article",
    "article list",
    "slots",
    "directory",
    "directory, 2 filters",
    "directory, page 9",
    "profile",
    "home",
    "help-now",
]


def bench(**options):
    """What the command prints on both streams."""
    out, err = StringIO(), StringIO()
    call_command("bench", **{"rounds": 2, "idle": 0, "seconds": 0} | options, stdout=out, stderr=err)
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


LOADS = {
    "booking, one by one": "all",
    "booking, one time": "one",
    "booking, times of one specialist": "all",
    "booking, as many specialists": "all",
    "check, then insert: one time": "some",
    "check, then insert: as many times": "all",
}


@pytest.mark.django_db(transaction=True)
def test_fifty_at_once_are_served_and_nobody_twice():
    """The last two lines are the control: the same people beside a table that is looked at before it is written to.

    The control fails by chance, so it has three tries. How long people wait is the benchmark's to say.
    """
    ProfessionFactory()
    doubles = 0
    for _try in range(3):
        results = {
            row["name"]: row for row in json.loads(bench(json=True, writes=True, clients=[50])[0])["loads"]
        }
        assert list(results) == list(LOADS)
        for name, row in results.items():
            assert row["clients"] == row["done"] + sum(row["refused"].values()) == 50
            assert row["done"] == {"all": 50, "one": 1, "some": 1 + row["doubles"]}[LOADS[name]], row
            assert set(row["refused"]) <= {"SlotTaken", "SlotUnavailable"}
            assert row["doubles"] == 0 or LOADS[name] == "some"
        doubles += results["check, then insert: one time"]["doubles"]
        if doubles:
            break
    assert doubles > 0
    assert not Specialist.objects.exists()
    assert not Booking.objects.exists()
    assert not Outbox.objects.exists()
    assert "bench_naive" not in connection.introspection.table_names()


def result(ratio: float) -> LoadResult:
    return LoadResult("a load", 50, 1, {"SlotTaken": 49}, 0, 1.0, ratio, ratio, max_ratio=10)


def test_who_waits_ten_times_as_long_is_told_of_in_the_table():
    assert "TOO SLOW" not in table([result(10.0)])
    assert "TOO SLOW: at most 10 times the first" in table([result(10.1)])


@pytest.mark.parametrize(("ratio", "is_kept"), [(9.9, True), (10.1, False)])
def test_the_verdict_is_an_error(monkeypatch, ratio, is_kept):
    ProfessionFactory()
    monkeypatch.setattr(load, "measure", lambda clients, concurrency: [result(ratio)])
    with nullcontext() if is_kept else pytest.raises(CommandError, match="Slower than may be: a load"):
        bench(writes=True, clients=[50], questions=0, verdict=True)


@pytest.mark.django_db(transaction=True)
def test_sizes_are_measured_in_databases_of_their_own():
    own = connection.settings_dict["NAME"]
    out, err = bench(sizes=[3, 5], bookings=400, clients=[2], questions=2, factor=2)
    assert "3 specialists, 400 bookings" in out
    assert "5 specialists, 400 bookings" in out
    assert out.count("2 clients") == 2
    for question in (
        "two filters by joins",
        "counts of all options",
        "text, ranked",
        "a name with a mistake",
    ):
        assert out.count(f"\n{question} ") == out.count(f"\n2 × {question} ") == 2
    assert "left out" not in err
    assert connection.settings_dict["NAME"] == own
    assert not databases.exists(f"{own}_bench")
    assert not databases.exists(f"{own}_bench_ground")
    assert not Specialist.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_a_worker_is_measured_in_a_database_of_its_own(monkeypatch, migrated_database):
    own = connection.settings_dict["NAME"]
    copy = databases.copy
    # Migrated already, and without the demo, which takes long.
    monkeypatch.setattr(databases, "create", lambda name: copy(migrated_database, name))
    monkeypatch.setattr("dev.management.commands.bench.lay_ground", lambda: None)
    worker = json.loads(bench(json=True, worker_only=True, idle=1)[0])["worker"]
    assert worker["idle_seconds"] == 1
    assert 0 <= worker["idle_percent"] < 100
    assert worker["mails"] > 0
    assert 0 < worker["mail_ms"] <= worker["slowest_mail_ms"]
    assert connection.settings_dict["NAME"] == own
    assert not databases.exists(f"{own}_bench_worker")
    assert not Outbox.objects.exists()


def test_the_worker_alone_and_not_for_a_second_is_refused():
    with pytest.raises(CommandError, match="measures nothing"):
        bench(worker_only=True)


def test_pages_that_the_database_lacks_are_left_out_by_name():
    ground()
    out, err = bench()
    assert "article list" in out
    assert "profile: left out" in err


@pytest.mark.parametrize("options", [{"rounds": 0}, {"clients": [0]}, {"sizes": [10, 0]}, {"concurrency": 0}])
def test_none_of_something_is_refused(options):
    with pytest.raises(CommandError, match="At least one"):
        call_command("bench", **options)
