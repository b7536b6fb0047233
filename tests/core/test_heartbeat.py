"""A worker is there, and somebody knows it."""

import os
import signal
from datetime import timedelta

import pytest
from django.core.management import call_command
from django.db import connection
from django.db.models.functions import Now

from core.models import WorkerHeartbeat
from core.release import RELEASE
from core.worker import heartbeat
from core.worker.heartbeat import FORGOTTEN, STALE, beat, workers_there
from tests.core import sample_tasks
from tests.core.workers import Nursery, gone, until
from tests.sink import SmtpSink

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_worker_is_there_until_it_is_told_to_end(smtp_sink: SmtpSink, nursery: Nursery) -> None:
    worker = nursery.worker()
    until(lambda: workers_there().exists())
    assert WorkerHeartbeat.objects.get().release == RELEASE
    os.kill(worker, signal.SIGTERM)
    until(lambda: gone(worker))
    assert not WorkerHeartbeat.objects.exists()


def test_a_worker_that_was_killed_is_missed(smtp_sink: SmtpSink, nursery: Nursery) -> None:
    worker = nursery.worker()
    until(lambda: workers_there().exists())
    os.kill(worker, signal.SIGKILL)
    until(lambda: gone(worker))
    assert WorkerHeartbeat.objects.exists()
    WorkerHeartbeat.objects.update(seen_at=Now() - STALE - timedelta(seconds=1))  # as if the time were over
    assert not workers_there().exists()


def test_a_worker_beats_while_a_task_keeps_it(smtp_sink: SmtpSink, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(heartbeat, "EVERY", timedelta(milliseconds=10))
    with heartbeat.Heartbeat("one"):
        until(lambda: workers_there().exists())
        WorkerHeartbeat.objects.update(seen_at=Now() - STALE * 2)
        until(lambda: workers_there().exists())  # though this thread, which would do the work, only waits
    assert not WorkerHeartbeat.objects.exists()


def test_one_that_does_what_is_due_and_ends_is_no_worker(smtp_sink: SmtpSink) -> None:
    sample_tasks.greet.enqueue("task@example.org")
    with connection.execute_wrapper(refuse_heartbeats):
        call_command("worker", once=True)
    assert len(smtp_sink.messages) == 1


def refuse_heartbeats(execute, sql, params, many, context):
    assert WorkerHeartbeat._meta.db_table not in sql
    return execute(sql, params, many, context)


def test_those_that_ended_without_a_word_are_forgotten_later() -> None:
    beat("one")
    beat("two")
    WorkerHeartbeat.objects.filter(worker="one").update(seen_at=Now() - FORGOTTEN / 2)
    beat("two")
    assert set(WorkerHeartbeat.objects.values_list("worker", flat=True)) == {"one", "two"}
    WorkerHeartbeat.objects.filter(worker="one").update(seen_at=Now() - FORGOTTEN * 2)
    beat("two")
    assert set(WorkerHeartbeat.objects.values_list("worker", flat=True)) == {"two"}


def test_a_beat_keeps_when_the_worker_began() -> None:
    beat("one")
    began = WorkerHeartbeat.objects.get().started_at
    beat("one")
    now = WorkerHeartbeat.objects.get()
    assert now.started_at == began
    assert now.seen_at > began
