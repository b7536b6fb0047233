"""Periodic work happens once per period, whoever does it."""

import threading
import time
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone
from django.utils.module_loading import autodiscover_modules

from core.models import PeriodicRun
from core.worker import periodic

calls: list[str] = []


def tick() -> None:
    calls.append("tick")
    time.sleep(0.05)


def fail() -> None:
    calls.append("fail")
    raise RuntimeError("olena@example.org broke this")


@pytest.fixture(autouse=True)
def _jobs(monkeypatch: pytest.MonkeyPatch) -> None:
    calls.clear()
    autodiscover_modules("periodic")  # a module registers its jobs once, and not in the list made here
    monkeypatch.setattr(periodic, "jobs", {})


@pytest.mark.django_db(transaction=True)
def test_eight_workers_at_once_run_a_job_once() -> None:
    periodic.periodic(every=timedelta(minutes=1))(tick)
    barrier = threading.Barrier(8)

    def work() -> None:
        periodic.discover()
        barrier.wait()
        periodic.run_due()
        connection.close()

    threads = [threading.Thread(target=work) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert calls == ["tick"]


@pytest.mark.django_db
def test_a_job_runs_again_when_its_period_is_over(time_machine: Any) -> None:
    time_machine.move_to(timezone.now(), tick=False)
    periodic.periodic(every=timedelta(hours=1))(tick)
    periodic.discover()
    assert periodic.run_due() == 1
    time_machine.shift(timedelta(minutes=59))
    assert periodic.run_due() == 0
    time_machine.shift(timedelta(minutes=1))
    assert periodic.run_due() == 1


@pytest.mark.django_db
def test_a_job_that_fails_stops_no_other_and_is_tried_again_soon(time_machine: Any) -> None:
    time_machine.move_to(timezone.now(), tick=False)
    periodic.periodic(every=timedelta(days=1))(fail)
    periodic.periodic(every=timedelta(days=1))(tick)
    periodic.discover()
    assert periodic.run_due() == 1
    assert sorted(calls) == ["fail", "tick"]
    time_machine.shift(periodic.RETRY)
    periodic.run_due()
    assert sorted(calls) == ["fail", "fail", "tick"]


@pytest.mark.django_db
def test_jobs_keep_their_time_when_a_worker_starts() -> None:
    periodic.periodic(every=timedelta(days=1))(tick)
    periodic.discover()
    periodic.run_due()
    before = PeriodicRun.objects.get().next_at
    periodic.discover()
    assert PeriodicRun.objects.get().next_at == before
