"""`manage.py serve`: the web server and the background worker together, until Ctrl-C."""

import os
import signal
import socket
import subprocess
import sys
import time
from argparse import ArgumentParser
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from dev.demo import people_to_try
from dev.preflight import port_problem

MANAGE = Path(settings.BASE_DIR) / "manage.py"
GUNICORN = Path(settings.BASE_DIR) / "site" / "config" / "gunicorn.py"
READY_SECONDS = 90
END_SECONDS = 40  # gunicorn gives requests 30
LONGEST_PAUSE = 30.0


@dataclass
class Child:
    """A process of ours, started again when it dies: after a second, then after twice as long each time."""

    name: str
    command: list[str]
    environment: dict[str, str] = field(default_factory=dict)
    process: subprocess.Popen[bytes] | None = None
    pause: float = 1.0
    started: float = 0.0

    def start(self) -> None:
        """Start it in a process group of its own: Ctrl-C reaches the parent alone, which ends it in order."""
        self.process = subprocess.Popen(  # noqa: S603 - our own commands
            self.command,
            cwd=settings.BASE_DIR,
            env={**os.environ, **self.environment},
            stdin=subprocess.DEVNULL,
            process_group=0,
        )
        self.started = time.monotonic()

    def ended(self) -> bool:
        """Whether it is not running now."""
        return self.process is None or self.process.poll() is not None

    def revive(self) -> bool:
        """Start it again if it ended and has been left alone long enough; True if it was started."""
        if not self.ended() or time.monotonic() < self.started + self.pause:
            return False
        long_life = time.monotonic() - self.started > 2 * LONGEST_PAUSE
        self.pause = 1.0 if long_life else min(2 * self.pause, LONGEST_PAUSE)
        self.start()
        return True

    def end(self, seconds: float) -> None:
        """Ask it to end and, after `seconds`, make it."""
        if self.process is None:
            return
        self.process.terminate()
        try:
            self.process.wait(seconds)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()


class Command(BaseCommand):
    """Run gunicorn and `manage.py worker` as children; end with the first of: a signal, gunicorn's end."""

    help = "Serves the site and does its background work until Ctrl-C."
    requires_system_checks: list[str] = []  # the processes started here do their own

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--port", type=int, default=int(os.environ.get("PORT", "8000")))
        parser.add_argument("--host", default=os.environ.get("HOST", "127.0.0.1"))
        parser.add_argument(
            "--no-worker", action="store_true", help="the web server alone; mail stays unsent"
        )
        parser.add_argument(
            "--reload", action="store_true", help="restart the web server when the code changes"
        )

    def handle(self, *, port: int, host: str, no_worker: bool, reload: bool, **options: Any) -> None:
        if problem := port_problem(port, host):
            raise CommandError(problem)
        self.stopping = False
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, self.stop)
        web = Child("web", [sys.executable, "-m", "gunicorn", "--config", str(GUNICORN)])
        web.command += ["--bind", f"[{host}]:{port}" if ":" in host else f"{host}:{port}"]
        if reload:
            web.command.append("--reload")
        worker = Child("worker", [sys.executable, str(MANAGE), "worker"])
        web.environment = worker.environment = {"PORT": str(port)}  # links in mail name it
        try:
            web.start()
            if not no_worker:
                worker.start()
            if self.wait_for(web, host, port):
                self.welcome(port)
            while not self.stopping:
                if web.ended():
                    raise CommandError("The web server ended; what it said stands above.")
                if not no_worker and worker.ended() and worker.revive():
                    self.stderr.write("The worker had ended and was started again.")
                time.sleep(0.2)
        finally:
            for child in (web, worker):
                child.end(END_SECONDS)
        self.stdout.write("Ended.")

    def stop(self, *signal_and_frame: object) -> None:
        """The signal handler: the loop sees it within a moment."""
        self.stopping = True

    def wait_for(self, web: Child, host: str, port: int) -> bool:
        """Wait until the web server takes connections; False if it ended, or we are to end, first."""
        deadline = time.monotonic() + READY_SECONDS
        while not self.stopping and not web.ended() and time.monotonic() < deadline:
            try:
                with socket.create_connection((host, port), timeout=1):
                    return True
            except OSError:
                time.sleep(0.1)
        return False

    def welcome(self, port: int) -> None:
        """Say where to look and, in development, who to log in as."""
        address = settings.SITE_URL if not settings.DEBUG else f"http://localhost:{port}"
        lines = ["", f"  Attune is at {address}/ and its CMS at {address}/cms/. Ctrl-C ends it."]
        if settings.DEBUG:
            lines.append(f"  The mail it sends is at {address}/dev/mail/.")
            lines += ["", *[f"  {line}" for line in self.accounts()]]
            lines.append(f"  The CMS asks for a code too: {address}/dev/codes/ shows those of its accounts.")
        self.stdout.write("\n".join([*lines, ""]))

    def accounts(self) -> list[str]:
        """Who to log in as, as aligned lines."""
        rows = [("Log in as", "e-mail", "password")]
        rows += [(account.role, account.email, account.password) for account in people_to_try()]
        widths = [max(len(row[column]) for row in rows) for column in range(3)]
        return [
            "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
            for row in rows
        ]
