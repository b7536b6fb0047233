"""`manage.py worker`: everything that happens outside a request."""

import random
import signal
import time
import uuid
from argparse import ArgumentParser
from collections.abc import Callable
from types import FrameType
from typing import Any

import structlog
from django.core.management.base import BaseCommand
from django.db import close_old_connections, connections

from core.logs import describe, log_uncaught
from core.mail import outbox
from core.worker import background, periodic

logger = structlog.get_logger(__name__)

BATCH = 20  # messages, then tasks, then periodic work: none waits long for the others
LONGEST_PAUSE = 15.0  # seconds between two tries to reach a mail server or a database that is away


class Step:
    """One of the three things the worker does, and how long to leave it alone after it failed."""

    def __init__(self, name: str, run: Callable[[], int]) -> None:
        self.name, self.run = name, run
        self.failures = 0
        self.not_before = 0.0

    def __call__(self) -> int:
        """Do some of it and return how much. An error is logged without its words and pauses this step."""
        if time.monotonic() < self.not_before:
            return 0
        try:
            done = self.run()
        except Exception as error:
            pause = min(2.0**self.failures, LONGEST_PAUSE) * random.uniform(0.5, 1)  # noqa: S311
            self.failures, self.not_before = self.failures + 1, time.monotonic() + pause
            logger.error(
                "worker_step_failed", step=self.name, error=describe(error), again_in=round(pause, 1)
            )
            connections.close_all()  # whatever state they are in; the next query connects again
            return 0
        self.failures = 0
        return done


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
            default=1.0,
            help="seconds to wait when there is nothing to do (default: %(default)s)",
        )

    def handle(self, *, once: bool, interval: float, **options: Any) -> None:
        stopped = False

        def stop(signum: int, frame: FrameType | None) -> None:
            nonlocal stopped
            stopped = True

        def stopping() -> bool:
            return stopped

        log_uncaught()
        worker_id = uuid.uuid4().hex
        discovered = False

        def run_periodic() -> int:
            nonlocal discovered
            if not discovered:  # here, so that a database that is away at the start is only waited for
                periodic.discover()
                discovered = True
            return periodic.run_due()

        steps = [
            Step("mail", lambda: outbox.deliver_due(BATCH, stopping=stopping)),
            Step("tasks", lambda: background.run_ready(BATCH, worker_id=worker_id, stopping=stopping)),
            Step("periodic", run_periodic),
        ]
        before = {number: signal.signal(number, stop) for number in (signal.SIGTERM, signal.SIGINT)}
        logger.info("worker_started", worker=worker_id)
        try:
            while not stopped:
                close_old_connections()
                done = 0
                for step in steps:
                    if not stopped:
                        done += step()
                if not done:
                    if once:
                        break
                    time.sleep(interval)
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)
            logger.info("worker_ended", worker=worker_id)
