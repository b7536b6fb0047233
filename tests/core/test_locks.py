"""A row that many want costs nobody else the site: few threads wait for it, and the others answer at once."""

import threading
import time
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
from django.db import OperationalError, connection, transaction
from django.test import Client, RequestFactory
from django.utils import timezone

from booking.models import Schedule
from config import gunicorn
from config.settings.database import database
from core.locks import MAX_WAITING, MAX_WAITING_EACH, LockWaiters, TooManyWaiting
from core.views import server_error
from tests.accounts.servers import running
from tests.factories.booking import ScheduleFactory, booking_form

LOCK = "SELECT 1 FROM a WHERE id = %s FOR NO KEY UPDATE"


def waiting(waiters: LockWaiters, gate: threading.Event, sql: str, row: int) -> Any:
    """A statement that waits for its lock until the gate opens."""
    return waiters.around(lambda *_statement: gate.wait(30), sql, (row,), False, {})


def until(condition: Any) -> None:
    deadline = time.monotonic() + 30
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.01)


@pytest.fixture
def gate() -> Iterator[threading.Event]:
    gate = threading.Event()
    yield gate
    gate.set()


def test_few_wait_for_one_row_and_more_for_others_but_never_all(gate: threading.Event) -> None:
    waiters = LockWaiters()
    with ThreadPoolExecutor(20) as pool:
        first = [pool.submit(waiting, waiters, gate, LOCK, 1) for _ in range(MAX_WAITING_EACH)]
        until(lambda: sum(waiters.taken.values()) == MAX_WAITING_EACH)
        with pytest.raises(TooManyWaiting):
            waiting(waiters, gate, LOCK, 1)
        rest = [
            pool.submit(waiting, waiters, gate, LOCK, row + 2)
            for row in range(MAX_WAITING - MAX_WAITING_EACH)
        ]
        until(lambda: sum(waiters.taken.values()) == MAX_WAITING)
        with pytest.raises(TooManyWaiting):
            waiting(waiters, gate, LOCK, 99)
        # What waits for no lock counts for nothing.
        for sql in ("SELECT 1", f"{LOCK} SKIP LOCKED", f"{LOCK} NOWAIT", "UPDATE a SET b = 1"):
            assert waiters.around(lambda *_statement: "done", sql, (), False, {}) == "done"
        gate.set()
        assert all(one.result() for one in [*first, *rest])
    assert not waiters.taken
    assert waiting(waiters, gate, LOCK, 1)


def test_half_of_the_threads_never_wait_and_each_has_a_connection() -> None:
    assert gunicorn.threads >= 2 * MAX_WAITING
    pool = database("postgres://a@/b")["OPTIONS"]["pool"]
    assert pool["max_size"] >= gunicorn.threads
    assert pool["timeout"] <= 2
    assert pool["max_waiting"] <= gunicorn.threads // 2


@pytest.mark.django_db
def test_every_wait_for_a_lock_ends_soon() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SHOW lock_timeout")
        assert cursor.fetchone() == ("2s",)


@pytest.mark.django_db
@pytest.mark.parametrize("method", ["get", "post"])
def test_what_cant_be_had_is_a_503_with_what_was_typed(method: str, client: Client) -> None:
    def away(execute: Any, *statement: Any) -> None:
        raise OperationalError("couldn't get a connection after 2.00 sec")

    with connection.execute_wrapper(away):
        answer = getattr(client, method)("/en/help-now/", {"question": "About <b>sleep</b>"})
    text = answer.content.decode()
    assert (answer.status_code, answer["Retry-After"]) == (503, "10")
    assert ("About &lt;b&gt;sleep&lt;/b&gt;" in text) is (method == "post")
    assert "112" in text


def test_passwords_and_codes_are_printed_in_no_page() -> None:
    request = RequestFactory().post("/en/account/login/", {"login": "a@example.org", "password": "secret-77"})
    try:
        raise OperationalError
    except OperationalError:
        answer = server_error(request)
    assert answer.status_code == 503
    assert "secret-77" not in answer.content.decode()
    assert "wasn’t saved" in answer.content.decode()


@pytest.mark.django_db(transaction=True)
def test_a_rush_on_one_specialist_leaves_help_and_other_specialists_quick(tmp_path: Path) -> None:
    """Real processes and threads. What is asserted is an order: others are answered before those who wait."""
    wanted, other = ScheduleFactory(), ScheduleFactory()
    start = timezone.now().replace(hour=9, minute=0, second=0, microsecond=0) + timedelta(days=3)
    people = 45

    def book(schedule: Schedule, number: int) -> int:
        path = f"/en/specialists/{schedule.specialist.slug}/book/"
        network = {"X-Forwarded-For": f"198.51.100.{number}"}
        _status, cookies, page = site.ask(
            "GET", f"{path}?{urlencode({'start': start.strftime('%Y-%m-%dT%H:%MZ')})}", **network
        )
        token = page.partition('name="csrfmiddlewaretoken" value="')[2].partition('"')[0]
        form = urlencode({**booking_form(start), "csrfmiddlewaretoken": token})
        headers = {"Cookie": cookies, "Content-Type": "application/x-www-form-urlencoded", **network}
        return site.ask("POST", path, form, **headers)[0]

    with running(tmp_path, 2, threads=gunicorn.threads) as site:
        assert site.ask("GET", "/en/help-now/")[0] in {200, 404}
        with transaction.atomic(), ThreadPoolExecutor(people + 2) as pool:
            Schedule.objects.select_for_update().get(
                pk=wanted.pk
            )  # somebody has the row, for as long as it takes
            rush: list[Future[int]] = [pool.submit(book, wanted, number) for number in range(people)]
            until_some_wait()
            calm = pool.submit(site.ask, "GET", "/en/help-now/")
            elsewhere = pool.submit(book, other, 200)
            assert calm.result(60)[0] in {200, 404}
            assert not all(one.done() for one in rush)  # it was answered while others waited
            assert elsewhere.result(60) == 302
            codes = [one.result(60) for one in rush]
        assert set(codes) == {503}  # nobody could have it: the row was never let go
        with ThreadPoolExecutor(8) as pool:
            again = list(pool.map(lambda number: book(wanted, number), range(50, 58)))
        assert again.count(302) == 1
        assert set(again) <= {302, 409, 503}


def until_some_wait() -> None:
    """Until threads wait for rows in the database, and never more than may.

    Waiting for a table to grow (`extend`, `page`) is waiting for the disk: nobody holds anything back for long.
    """

    def queries() -> list[str]:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_stat_clear_snapshot()")  # which lasts for a transaction
            cursor.execute(
                "SELECT wait_event || ': ' || query FROM pg_stat_activity WHERE wait_event_type = 'Lock'"
                " AND wait_event NOT IN ('extend', 'page') AND datname = current_database()"
            )
            return [row for (row,) in cursor.fetchall()]

    until(queries)
    for _ in range(20):
        found = queries()
        assert len(found) <= 2 * MAX_WAITING_EACH, found
        time.sleep(0.02)
