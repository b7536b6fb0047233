"""Real workers, as processes that a test can kill, stop and cut off."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import IO

from django.core.mail import EmailMessage
from django.db import connection

from core.mail.outbox import OutboxBackend
from core.models import Outbox
from dev import databases

ROOT = Path(__file__).resolve().parents[2]

# Starting Django takes seconds, so it is started once. Each line it reads forks a worker; it answers the pid.
NURSERY = """
import json, os, signal, sys
import django
django.setup()
from django.conf import settings
from django.core.management import call_command
from django.db import connection
signal.signal(signal.SIGCHLD, signal.SIG_IGN)
print("ready", flush=True)
for line in sys.stdin:
    pid = os.fork()
    if pid == 0:
        order = json.loads(line)
        os.dup2(os.open(order["log"], os.O_WRONLY), 2)
        settings.OUTBOX_OPTIONS["port"] = order["port"]
        connection.settings_dict["NAME"] = order["database"]
        try:
            call_command("worker", interval=order["interval"])
        finally:
            os._exit(0)
    print(pid, flush=True)
"""


def until(condition: Callable[[], object], seconds: float = 120) -> None:
    """Wait for `condition`, or fail."""
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "It did not happen in time."
        time.sleep(0.02)


def gone(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return True
    return False


def environment(mail: str) -> dict[str, str]:
    """For a process that shall use this test's database and the mail server at `mail`, with short leases."""
    return {
        **os.environ,
        "PYTHONPATH": os.pathsep.join([str(ROOT), str(ROOT / "site")]),
        "DJANGO_SETTINGS_MODULE": "config.settings.test",
        "DATABASE_URL": databases.url(),
        "EMAIL_URL": mail,
        "OUTBOX_LEASE": "1",
        "TASK_LEASE": "0",
    }


def letters(count: int) -> None:
    OutboxBackend().send_messages(
        [
            EmailMessage(f"Letter {number}", "Good morning", to=["reader@example.org"])
            for number in range(count)
        ]
    )


class Nursery:
    """Starts real workers quickly."""

    def __init__(self) -> None:
        self.pids: list[int] = []
        self.port = 0
        self.log = Path(os.devnull)
        self.process = subprocess.Popen(
            [sys.executable, "-c", NURSERY],
            cwd=ROOT,
            env=environment("smtp://127.0.0.1"),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )
        self.stdin: IO[str] = self.process.stdin
        self.stdout: IO[str] = self.process.stdout
        assert self.stdout.readline() == "ready\n"

    def worker(self, interval: float = 0.05) -> int:
        """The pid of a new worker."""
        database = connection.settings_dict["NAME"]
        order = {"port": self.port, "log": str(self.log), "interval": interval, "database": database}
        self.stdin.write(json.dumps(order) + "\n")
        self.stdin.flush()
        self.pids.append(int(self.stdout.readline()))
        return self.pids[-1]

    def empty(self) -> None:
        """Kill the workers that are still there."""
        while self.pids:
            pid = self.pids.pop()
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
            until(lambda pid=pid: gone(pid))

    def close(self) -> None:
        self.empty()
        self.stdin.close()
        self.process.wait(10)
        self.stdout.close()


def all_sent() -> bool:
    return not Outbox.objects.exclude(state=Outbox.State.SENT).exists()
