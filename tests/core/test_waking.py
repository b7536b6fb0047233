"""PostgreSQL wakes the worker: at the commit, and when something falls due. Its longest wait is an hour here."""

import os
import signal
import socket
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import psycopg
import pytest
from django.core.mail import EmailMessage
from django.db import OperationalError, connection, transaction
from django.utils import timezone

from core.mail import outbox
from core.management.commands.worker import CHANNEL, SHORTEST_WAIT, WorkerStep
from core.models import Outbox, PeriodicRun
from core.worker import background, listener, periodic
from core.worker.listener import Listener
from tests.core import sample_tasks
from tests.core.workers import Nursery, all_sent, gone, letters, until
from tests.sink import SmtpSink

pytestmark = pytest.mark.django_db(transaction=True)

HOUR = 3600.0


def letter() -> EmailMessage:
    return EmailMessage("Letter", "Good morning", to=["reader@example.org"])


@pytest.fixture
def no_periodic_work() -> None:
    """No job is due before tomorrow: none of them wakes a worker."""
    periodic.discover()
    PeriodicRun.objects.update(next_at=timezone.now() + timedelta(days=1))


def idle_backends() -> list[tuple[int, str, str]]:
    """The connections of others to this database that wait for a command: process, application, last query."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pid, application_name, query FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid() AND state = 'idle'"
        )
        return list(cursor.fetchall())


def listeners() -> set[int]:
    return {pid for pid, application, _query in idle_backends() if application == "attune listener"}


def waiting(workers: int = 1) -> Callable[[], bool]:
    """Whether so many workers wait: each listens, and has asked what it asks last before it waits."""
    last = 'SELECT MIN("core_periodicrun"."next_at")'

    def check() -> bool:
        have_asked = [query for _pid, _application, query in idle_backends() if query.startswith(last)]
        return len(listeners()) == len(have_asked) == workers

    return check


@pytest.mark.usefixtures("no_periodic_work")
def test_a_commit_wakes_a_worker_that_waits(smtp_sink: SmtpSink, nursery: Nursery) -> None:
    nursery.worker(HOUR)
    until(waiting())
    letters(1)
    until(all_sent)
    until(waiting())
    sample_tasks.greet.enqueue("task@example.org")  # the task, then its mail
    until(lambda: len(smtp_sink.messages) == 2 and all_sent())


@pytest.mark.usefixtures("no_periodic_work")
def test_all_that_wait_wake_up_and_each_message_is_sent_once(
    smtp_sink: SmtpSink,
    nursery: Nursery,
) -> None:
    smtp_sink.delay = 0.2
    for _worker in range(2):
        nursery.worker(HOUR)
    until(waiting(2))
    letters(10)
    until(all_sent)
    assert len(smtp_sink.messages) == 10
    assert set(Outbox.objects.values_list("attempts", flat=True)) == {1}


@pytest.mark.usefixtures("no_periodic_work")
def test_a_second_try_needs_nobody_to_wake_the_worker(
    smtp_sink: SmtpSink,
    nursery: Nursery,
) -> None:
    smtp_sink.refuse["reader@example.org"] = "451 Come back later"
    nursery.worker(HOUR)
    letters(1)
    until(lambda: Outbox.objects.filter(state=Outbox.State.PENDING, attempts=1).exists())
    smtp_sink.refuse.clear()
    until(all_sent)


@pytest.mark.usefixtures("no_periodic_work")
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_ends_a_worker_that_waits(
    number: int,
    smtp_sink: SmtpSink,
    nursery: Nursery,
) -> None:
    worker = nursery.worker(HOUR)
    until(waiting())
    os.kill(worker, number)
    until(lambda: gone(worker), seconds=30)
    assert "worker_ended" in nursery.log.read_text()


@pytest.mark.usefixtures("no_periodic_work")
def test_a_worker_whose_listening_connection_is_lost_makes_another(
    smtp_sink: SmtpSink,
    nursery: Nursery,
) -> None:
    nursery.worker(HOUR)
    until(waiting())
    (before,) = listeners()
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_terminate_backend(%s)", [before])
    until(lambda: waiting()() and before not in listeners())
    letters(1)
    until(all_sent)
    assert "listener_lost" in nursery.log.read_text()


# --- What notifies ------------------------------------------------------------------------------------------


@pytest.fixture
def notified() -> Iterator[Callable[[], int]]:
    """How many notifications of the worker's channel have been committed since it was asked last."""
    with psycopg.connect(**connection.get_connection_params(), autocommit=True) as other:
        other.execute(f"LISTEN {CHANNEL}")

        def count() -> int:
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_notify(%s, 'last')", [CHANNEL])
            payloads = []
            for notification in other.notifies(timeout=60):  # in the order of the commits
                if notification.payload == "last":
                    return len(payloads)
                payloads.append(notification.payload)
            raise AssertionError("The last one didn't come.")

        yield count


def test_what_is_rolled_back_wakes_nobody(notified: Callable[[], int]) -> None:
    with transaction.atomic():
        outbox.enqueue(letter())
        sample_tasks.greet.enqueue("task@example.org")
        transaction.set_rollback(True)
    assert notified() == 0


def test_a_commit_wakes_once_whatever_is_in_it(notified: Callable[[], int]) -> None:
    with transaction.atomic():
        for number in range(3):
            outbox.enqueue(letter(), key=f"letter:{number}")
        sample_tasks.greet.enqueue("task@example.org")
    assert notified() == 1


def test_mail_and_tasks_wake_whoever_writes_them(notified: Callable[[], int]) -> None:
    Outbox.objects.bulk_create([Outbox(recipients=["a@example.org"]), Outbox(recipients=["b@example.org"])])
    assert notified() == 1
    sample_tasks.greet.enqueue("task@example.org")
    assert notified() == 1


def test_mail_that_is_to_be_sent_again_wakes(notified: Callable[[], int]) -> None:
    row = outbox.enqueue(letter(), due_at=timezone.now() + timedelta(days=1))
    notified()
    rows = Outbox.objects.filter(pk=row.pk)
    rows.update(due_at=timezone.now())
    assert notified() == 1
    rows.update(state=Outbox.State.FAILED)
    assert notified() == 0
    rows.update(state=Outbox.State.PENDING)
    assert notified() == 1


def test_a_worker_at_work_wakes_nobody(smtp_sink: SmtpSink, notified: Callable[[], int]) -> None:
    outbox.enqueue(letter())
    notified()
    assert outbox.deliver_due() == 1
    assert notified() == 0


# --- When something is due ----------------------------------------------------------------------------------


def test_mail_is_due_at_its_time_and_at_the_end_of_a_lease(settings: Any) -> None:
    assert outbox.next_due() is None
    tomorrow = timezone.now() + timedelta(days=1)
    outbox.enqueue(letter(), due_at=tomorrow)
    assert outbox.next_due() == tomorrow
    outbox.enqueue(letter())
    taken = outbox.claim()
    assert taken is not None
    assert outbox.next_due() == taken.lease_until
    outbox.record(taken, state=Outbox.State.SENT)
    assert outbox.next_due() == tomorrow


def test_a_task_that_is_put_off_is_due_then() -> None:
    sample_tasks.greet.enqueue("now@example.org")
    assert background.next_due() is None
    assert background.ready().count() == 1
    tomorrow = timezone.now() + timedelta(days=1)
    sample_tasks.greet.using(run_after=tomorrow).enqueue("later@example.org")
    assert background.next_due() == tomorrow
    assert background.ready().count() == 1


def test_a_step_waits_for_what_is_due_and_never_looks_all_the_time() -> None:
    step = WorkerStep("test", lambda: 0, lambda: timezone.now() + timedelta(seconds=20))
    assert 19 < step.wait(HOUR) <= 20
    assert step.wait(5) == 5
    step.next_due = lambda: timezone.now() - timedelta(days=1)  # in somebody else's hands
    assert step.wait(HOUR) == SHORTEST_WAIT
    step.next_due = lambda: None
    assert step.wait(HOUR) == HOUR


def test_a_step_that_failed_waits_for_its_pause_only() -> None:
    def fail() -> int:
        raise RuntimeError

    step = WorkerStep("test", fail)
    assert step() == 0
    assert 0 < step.wait(HOUR) <= 1


# --- The listener -------------------------------------------------------------------------------------------


@pytest.fixture
def ears() -> Iterator[Listener]:
    """A listener that nobody interrupts."""
    here, there = socket.socketpair()
    ears = Listener(CHANNEL, interrupt=here)
    yield ears
    ears.close()
    here.close()
    there.close()


class Log:
    """Collects what is logged."""

    def __init__(self) -> None:
        self.events: list[str] = []

    def warning(self, event: str, **fields: object) -> None:
        self.events.append(event)


@pytest.fixture
def log(monkeypatch: pytest.MonkeyPatch) -> Log:
    log = Log()
    monkeypatch.setattr(listener, "logger", log)
    return log


def test_what_is_committed_after_listening_began_ends_the_next_wait(ears: Listener, log: Log) -> None:
    ears.listen()
    outbox.enqueue(letter())
    begun = time.monotonic()
    ears.wait(120)
    assert time.monotonic() - begun < 120
    assert log.events == []


def test_where_notifications_get_lost_it_is_said_once(
    ears: Listener, log: Log, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As behind a pooler that gives each transaction another connection."""
    monkeypatch.setattr(listener, "PROBE_SECONDS", 0.1)
    execute = psycopg.Connection.execute
    monkeypatch.setattr(
        psycopg.Connection, "execute", lambda self, query: execute(self, query.replace(CHANNEL, "elsewhere"))
    )
    for _time in range(2):
        ears.listen()
        ears.close()
    assert log.events == ["no_notifications"]


def test_without_a_database_it_only_waits(ears: Listener, log: Log, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(connection, "get_connection_params", lambda: {"host": "127.0.0.1", "port": 1})
        with pytest.raises(OperationalError):
            ears.listen()
    ears.wait(0.01)
    assert ears.connection is None
