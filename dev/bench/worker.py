"""What a worker costs while nothing happens, and how soon it hands a mail over. For `manage.py bench`."""

import os
import queue
import socketserver
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from django.conf import settings
from django.core.mail import EmailMessage
from django.core.management.base import CommandError
from django.db import connection, transaction
from django.utils import timezone
from tqdm import tqdm

from core.mail import outbox
from core.models import Outbox, PeriodicRun
from core.worker import background
from core.worker.listener import CONNECTION
from dev import databases

MANAGE = Path(settings.BASE_DIR) / "manage.py"
START_SECONDS = 120  # until a new worker has done what there is to do
MAIL_SECONDS = 60
REST = 0.5  # seconds, so that the worker has looked once more and waits again


@dataclass(frozen=True)
class WorkerFigures:
    """`idle_percent` is of one core, the worker's process alone. The mails' times begin just before the commit."""

    idle_seconds: int
    idle_percent: float
    mails: int
    mail_ms: float
    slowest_mail_ms: float


class MailServer(socketserver.ThreadingTCPServer):
    """Accepts every mail and notes when, with what it reads."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Conversation)
        self.arrivals: queue.Queue[tuple[float, bytes]] = queue.Queue()


class Conversation(socketserver.StreamRequestHandler):
    """As much of SMTP as `smtplib` needs to hand a message over."""

    server: MailServer

    def handle(self) -> None:
        self.wfile.write(b"220 bench\r\n")
        for line in self.rfile:
            match line[:4].upper():
                case b"DATA":
                    self.wfile.write(b"354 go on\r\n")
                    content = b""
                    while (line := self.rfile.readline()) not in {b".\r\n", b""}:
                        content += line
                    self.server.arrivals.put((time.perf_counter(), content))
                    self.wfile.write(b"250 accepted\r\n")
                case b"QUIT":
                    self.wfile.write(b"221 bye\r\n")
                    return
                case _:
                    self.wfile.write(b"250 fine\r\n")


def measure(idle_seconds: int, mails: int) -> WorkerFigures:
    """Start a worker on the database in use, let it do what is due, and measure."""
    with MailServer() as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        try:
            with worker(server.server_address[1]) as process:
                until(process, nothing_is_due, START_SECONDS)
                time.sleep(REST)
                begun, spent = time.monotonic(), cpu_seconds(process)
                for _second in tqdm(range(idle_seconds), desc="Idle", disable=None, leave=False):
                    time.sleep(1)
                share = (cpu_seconds(process) - spent) / (time.monotonic() - begun)
                waits = [hand_over(process, server, number) for number in range(mails)]
        finally:
            server.shutdown()
    return WorkerFigures(
        idle_seconds=idle_seconds,
        idle_percent=round(share * 100, 3),
        mails=mails,
        mail_ms=round(median(waits), 1),
        slowest_mail_ms=round(max(waits), 1),
    )


@contextmanager
def worker(port: int) -> Iterator[subprocess.Popen[bytes]]:
    """A worker in a process of its own, on the database in use, with the mail server at `port`."""
    process = subprocess.Popen(  # noqa: S603 - our own command
        [sys.executable, str(MANAGE), "worker"],
        cwd=settings.BASE_DIR,
        env={**os.environ, "DATABASE_URL": databases.url(), "EMAIL_URL": f"smtp://127.0.0.1:{port}"},
        stdin=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        yield process
    finally:
        process.terminate()
        process.wait()


def until(process: subprocess.Popen[bytes], condition: Callable[[], bool], seconds: float) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        if process.poll() is not None:
            raise CommandError(f"The worker ended by itself, with the status {process.returncode}.")
        if time.monotonic() > deadline:
            raise CommandError(f"The worker had not finished what was due after {seconds:.0f} seconds.")
        time.sleep(0.05)


def nothing_is_due() -> bool:
    """Whether a worker is there, and finds nothing to do when it looks."""
    now = timezone.now()
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND application_name = %s",
            [CONNECTION["application_name"]],
        )
        if cursor.fetchone() is None:
            return False
    return (
        PeriodicRun.objects.exists()  # in a new database it makes them
        and not PeriodicRun.objects.filter(next_at__lte=now).exists()
        and not Outbox.objects.filter(state__in=Outbox.ACTIVE, due_at__lte=now).exists()
        and not background.ready().exists()
    )


def hand_over(process: subprocess.Popen[bytes], server: MailServer, number: int) -> float:
    """How many milliseconds after the commit a mail is with the mail server."""
    time.sleep(REST)
    with transaction.atomic():
        row = outbox.enqueue(EmailMessage(f"Mail {number}", "From the benchmark", to=["reader@example.org"]))
        assert row is not None  # noqa: S101 - it has no key
        committed = time.perf_counter()
    content = b""
    while row.message_id.encode() not in content:  # periodic work writes mail too
        try:
            arrived, content = server.arrivals.get(timeout=MAIL_SECONDS)
        except queue.Empty:
            raise CommandError(f"A mail was not handed over in {MAIL_SECONDS} seconds.") from None
    until(process, Outbox.objects.filter(pk=row.pk, state=Outbox.State.SENT).exists, MAIL_SECONDS)
    return (arrived - committed) * 1000


def cpu_seconds(process: subprocess.Popen[bytes]) -> float:
    """How much CPU time a process has taken: clock_getcpuclockid(3) of Linux, which Python doesn't have."""
    if sys.platform != "linux":
        raise CommandError("What a worker costs can only be measured on Linux. --idle 0 leaves it out.")
    return time.clock_gettime(~process.pid << 3 | 2)


def table(figures: WorkerFigures) -> str:
    """The figures for people."""
    return (
        f"\nworker, idle for {figures.idle_seconds} s: {figures.idle_percent:.3f} % of a core"
        f"\nmail, from its commit to the mail server: {figures.mail_ms:.1f} ms, "
        f"the slowest of {figures.mails} {figures.slowest_mail_ms:.1f} ms"
    )
