"""The worker as a process: killed, told to stop, cut off from its database."""

import os
import signal
import subprocess
import sys
from collections import Counter
from datetime import timedelta
from typing import Any

import pytest
from django.core.mail import EmailMessage
from django.core.management import call_command
from django.db import connection
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from core.mail.outbox import enqueue
from core.models import Outbox, PeriodicRun
from core.worker import background
from tests.core import sample_tasks
from tests.core.workers import ROOT, Nursery, all_sent, environment, gone, letters, until
from tests.sink import SmtpSink

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_worker_killed_again_and_again_loses_nothing(smtp_sink: SmtpSink, nursery: Nursery) -> None:
    letters(60)
    smtp_sink.delay = 0.03
    kills = 5
    for kill in range(1, kills + 1):
        worker = nursery.worker()
        until(lambda kill=kill: len(smtp_sink.messages) >= 10 * kill)
        os.kill(worker, signal.SIGKILL)
        until(lambda worker=worker: gone(worker))
    assert not all_sent()
    nursery.worker()
    until(all_sent)

    arrived = Counter(message["Message-ID"] for message in smtp_sink.messages)
    assert set(arrived) == set(Outbox.objects.values_list("message_id", flat=True))
    assert len(arrived) == 60
    twice = {message_id for message_id, count in arrived.items() if count > 1}
    in_hand_when_killed = set(Outbox.objects.filter(attempts__gt=1).values_list("message_id", flat=True))
    assert twice <= in_hand_when_killed
    assert len(in_hand_when_killed) <= kills
    assert sum(arrived.values()) <= 60 + kills


def test_I5_a_message_accepted_by_the_server_when_its_worker_dies_comes_again_as_the_same(
    smtp_sink: SmtpSink, nursery: Nursery
) -> None:
    letters(1)
    smtp_sink.delay = 3
    worker = nursery.worker()
    until(lambda: smtp_sink.messages)  # accepted, and the worker doesn't know
    os.kill(worker, signal.SIGKILL)
    smtp_sink.delay = 0
    nursery.worker()
    until(all_sent)
    first, second = smtp_sink.messages
    assert first["Message-ID"] == second["Message-ID"] == Outbox.objects.get().message_id


def test_a_task_survives_the_worker_it_killed(smtp_sink: SmtpSink, nursery: Nursery) -> None:
    sample_tasks.greet_after_dying_once.enqueue("olena@example.org")
    worker = nursery.worker()
    until(lambda: gone(worker))
    assert DBTaskResult.objects.get().status == "RUNNING"
    PeriodicRun.objects.update(next_at=timezone.now())  # as if the half minute were over
    nursery.worker()
    until(lambda: smtp_sink.messages)
    until(lambda: DBTaskResult.objects.get().status == "SUCCESSFUL")


def test_workers_survive_losing_the_database(smtp_sink: SmtpSink, nursery: Nursery) -> None:
    workers = {nursery.worker(), nursery.worker()}
    letters(2)
    until(lambda: len(smtp_sink.messages) == 2 and all_sent())
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
    letters(2)
    until(lambda: len(smtp_sink.messages) == 4 and all_sent())
    assert not any(gone(pid) for pid in workers)


def test_a_worker_told_to_stop_finishes_the_message_in_its_hands(smtp_sink: SmtpSink) -> None:
    letters(3)
    smtp_sink.delay = 1
    process = subprocess.Popen(
        [sys.executable, "manage.py", "worker"],
        cwd=ROOT,
        env=environment(smtp_sink.url),
        stderr=subprocess.DEVNULL,
    )
    try:
        until(lambda: smtp_sink.messages)
        process.send_signal(signal.SIGTERM)
        assert process.wait(10) == 0
    finally:
        process.kill()
        process.wait()
    assert len(smtp_sink.messages) == 1
    assert sorted(Outbox.objects.values_list("state", flat=True)) == ["pending", "pending", "sent"]


def test_once_does_what_is_due_and_ends(smtp_sink: SmtpSink) -> None:
    sample_tasks.greet.enqueue("task@example.org")
    letters(30)
    enqueue(EmailMessage("Later", "", to=["later@example.org"]), due_at=timezone.now() + timedelta(days=1))
    call_command("worker", once=True)
    assert len(smtp_sink.messages) == 31
    assert DBTaskResult.objects.get().status == "SUCCESSFUL"


def test_a_task_that_fails_stops_nothing_and_names_nobody_in_the_log(
    smtp_sink: SmtpSink, nursery: Nursery
) -> None:
    sample_tasks.break_down.enqueue()
    sample_tasks.greet.enqueue("task@example.org")
    nursery.worker()
    until(lambda: smtp_sink.messages)
    assert sorted(DBTaskResult.objects.values_list("status", flat=True)) == ["FAILED", "SUCCESSFUL"]
    assert "break_down" in nursery.log.read_text()
    assert "@example.org" not in nursery.log.read_text()


def test_a_mail_server_that_is_away_stops_no_task(smtp_sink: SmtpSink) -> None:
    letters(1)
    smtp_sink.stop()
    sample_tasks.greet.enqueue("task@example.org")
    call_command("worker", once=True)
    assert DBTaskResult.objects.get().status == "SUCCESSFUL"
    assert set(Outbox.objects.values_list("state", "attempts")) == {("pending", 0)}


def test_a_task_that_kills_every_worker_is_given_up(settings: Any) -> None:
    settings.TASK_LEASE = timedelta()
    sample_tasks.greet.enqueue("task@example.org")
    for start in range(background.MAX_STARTS):
        assert DBTaskResult.objects.get().status == "READY"
        DBTaskResult.objects.get().claim(f"worker-{start}")
        background.requeue_abandoned()
    assert DBTaskResult.objects.get().status == "FAILED"


def test_a_task_that_is_still_young_is_left_to_its_worker() -> None:
    sample_tasks.greet.enqueue("task@example.org")
    DBTaskResult.objects.get().claim("worker")
    assert background.requeue_abandoned() == 0
    assert DBTaskResult.objects.get().status == "RUNNING"
