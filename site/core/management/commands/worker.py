"""`manage.py worker`: everything that happens outside a request."""

import random
import signal
import socket
import time
import uuid
from argparse import ArgumentParser
from collections.abc import Callable
from contextlib import ExitStack
from datetime import datetime
from types import FrameType
from typing import Any, Self

import structlog
from django.core.management.base import BaseCommand
from django.db import close_old_connections, connections
from django.utils import timezone

from core.logs import describe, log_uncaught
from core.mail import outbox
from core.worker import background, periodic
from core.worker.heartbeat import Heartbeat
from core.worker.listener import Listener

logger = structlog.get_logger(__name__)

CHANNEL = (
    "attune_worker"  # triggers of the outbox (core.models.outbox) and of the tasks (core.0002) notify it
)
BATCH = 20  # messages, then tasks, then periodic work: none waits long for the others
LONGEST_PAUSE = 15.0  # seconds between two tries to reach a mail server or a database that is away
SHORTEST_WAIT = 1.0  # seconds: what is due and in somebody else's hands is not looked at all the time


class WorkerStep:
    """One of the things the worker does, when it does it next, and how long to leave it alone after it failed."""

    def __init__(
        self, name: str, run: Callable[[], int], next_due: Callable[[], datetime | None] = lambda: None
    ) -> None:
        self.name, self.run, self.next_due = name, run, next_due
        self.failures = 0
        self.not_before = 0.0

    def __call__(self) -> int:
        """Do some of it and return how much. An error is logged without its words and pauses this step."""
        if time.monotonic() < self.not_before:
            return 0
        try:
            done = self.run()
        except Exception as error:
            self.failed(error)
            return 0
        self.failures = 0
        return done

    def wait(self, longest: float) -> float:
        """For how many seconds there is nothing to do, as far as is known now: at most `longest`."""
        if (pause := self.not_before - time.monotonic()) > 0:
            return min(pause, longest)
        try:
            due = self.next_due()
        except Exception as error:
            self.failed(error)
            return min(self.not_before - time.monotonic(), longest)
        if due is None:
            return longest
        return min(max((due - timezone.now()).total_seconds(), SHORTEST_WAIT), longest)

    def failed(self, error: Exception) -> None:
        """Pause, longer each time."""
        pause = min(2.0**self.failures, LONGEST_PAUSE) * random.uniform(0.5, 1)  # noqa: S311
        self.failures, self.not_before = self.failures + 1, time.monotonic() + pause
        logger.error("worker_step_failed", step=self.name, error=describe(error), again_in=round(pause, 1))
        connections.close_all()  # whatever state they are in; the next query connects again


class StopRequest:
    """Notes SIGTERM and SIGINT while it is open, and has a byte come out of `socket`, for who waits.

    The note alone would end no wait: Python begins a system call again that a signal has interrupted (PEP 475), and
    a signal just before the call interrupts nothing.
    """

    def __init__(self) -> None:
        self.asked = False

    def __call__(self) -> bool:
        """Whether a signal has come."""
        return self.asked

    def __enter__(self) -> Self:
        self.socket, self.writer = socket.socketpair()
        self.writer.setblocking(False)
        self.wakeup_before = signal.set_wakeup_fd(self.writer.fileno(), warn_on_full_buffer=False)
        self.handlers_before = {
            number: signal.signal(number, self.note) for number in (signal.SIGTERM, signal.SIGINT)
        }
        return self

    def __exit__(self, *exc_info: object) -> None:
        for number, handler in self.handlers_before.items():
            signal.signal(number, handler)
        signal.set_wakeup_fd(self.wakeup_before)
        self.socket.close()
        self.writer.close()

    def note(self, signum: int, frame: FrameType | None) -> None:
        self.asked = True


class Command(BaseCommand):
    help = (
        "Sends the outbox's mail, runs background tasks and periodic work. Start any number, on any machine. "
        "SIGTERM or Ctrl+C ends it after the message or task in hand."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--once", action="store_true", help="do what is due now, then end")
        parser.add_argument(
            "--interval",
            type=float,
            default=30.0,
            help="the longest wait in seconds: PostgreSQL says when there is something to do, this is for when "
            "it can't (default: %(default)s)",
        )

    def handle(self, *, once: bool, interval: float, **options: Any) -> None:
        log_uncaught()
        worker_id = uuid.uuid4().hex
        discovered = False

        def run_periodic() -> int:
            nonlocal discovered
            if not discovered:  # here, so that a database that is away at the start is only waited for
                periodic.discover()
                discovered = True
            return periodic.run_due()

        with ExitStack() as stack:
            stop = stack.enter_context(StopRequest())
            listener = Listener(CHANNEL, interrupt=stop.socket)
            stack.callback(listener.close)

            def listen() -> int:
                listener.listen()
                return 0

            steps = [
                WorkerStep("mail", lambda: outbox.deliver_due(BATCH, stopping=stop), outbox.next_due),
                WorkerStep(
                    "tasks",
                    lambda: background.run_ready(BATCH, worker_id=worker_id, stopping=stop),
                    background.next_due,
                ),
                WorkerStep("periodic", run_periodic, periodic.next_due),
            ]
            if not once:
                stack.enter_context(Heartbeat(worker_id))
                steps.insert(0, WorkerStep("listen", listen))  # first: what is written after it ends the wait
            logger.info("worker_started", worker=worker_id)
            stack.callback(logger.info, "worker_ended", worker=worker_id)
            while not stop():
                close_old_connections()
                done = 0
                for step in steps:
                    if not stop():
                        done += step()
                if not done:
                    if once:
                        break
                    listener.wait(min(step.wait(interval) for step in steps))
