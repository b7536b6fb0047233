"""Servers in processes of their own, each on a free port, and the CPU time that they take."""

import http.client
import os
import secrets
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from django.conf import settings
from django.core.management.base import CommandError

GUNICORN = Path(settings.BASE_DIR) / "site" / "config" / "gunicorn.py"
START_SECONDS = 90
END_SECONDS = 40  # gunicorn gives requests 30
# What browsers say that they read: a site that keeps compressed pages is measured as it answers people.
BROWSER = {
    "Host": "localhost",
    "Accept": "text/html",
    "Accept-Encoding": "gzip, deflate, br",
    "User-Agent": "Mozilla/5.0 (X11; Linux x86_64) Firefox/140.0",  # a person's visit to a profile is counted
}


@dataclass(frozen=True)
class Answer:
    status: int
    body: bytes
    headers: http.client.HTTPMessage

    @property
    def is_hit(self) -> bool:
        """Whether the page came from the page cache."""
        return "hit" in self.headers.get("Server-Timing", "")


@dataclass(frozen=True)
class Server:
    """A running server; `pids` are the processes that its work is counted of, with all their children."""

    name: str
    port: int
    pids: tuple[int, ...]

    def url(self, path: str) -> str:
        return f"http://127.0.0.1:{self.port}{path}"

    def get(self, path: str, **headers: str) -> Answer:
        """Ask for an address, by a connection of its own."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        try:
            connection.request("GET", path, headers=BROWSER | headers)
            response = connection.getresponse()
            return Answer(response.status, response.read(), response.headers)
        finally:
            connection.close()

    def cpu_seconds(self) -> float:
        """CPU time that its processes have taken so far, in user and kernel mode."""
        processes = all_processes()
        ticks = sum(processes[pid][1] for pid in with_descendants(self.pids, processes))
        return ticks / os.sysconf("SC_CLK_TCK")


def all_processes() -> dict[int, tuple[int, int]]:
    """The parent of every process here, and its CPU time in ticks: fields 4, 14 and 15 of Linux's /proc/<pid>/stat."""
    found = {}
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            fields = (folder / "stat").read_text().rpartition(")")[2].split()
        except OSError:  # it has just ended
            continue
        found[int(folder.name)] = int(fields[1]), int(fields[11]) + int(fields[12])
    return found


def with_descendants(pids: Iterable[int], processes: Mapping[int, tuple[int, int]]) -> set[int]:
    """These processes, their children, the children of those."""
    family = set(pids)
    while more := {pid for pid, (parent, _ticks) in processes.items() if parent in family} - family:
        family |= more
    return family & processes.keys()


def free_port() -> int:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return int(taken.getsockname()[1])


@contextmanager
def running(
    name: str, command: list[str], environment: dict[str, str], port: int, *, pids: tuple[int, ...] = ()
) -> Iterator[Server]:
    """A process that serves `port` until the end of the block, with the help of `pids`, whose time counts as well.

    What it printed is shown if it doesn't start.
    """
    with TemporaryDirectory() as folder:
        log = Path(folder) / "log"
        with log.open("wb") as output:
            process = subprocess.Popen(  # noqa: S603 - our own commands
                command,
                cwd=settings.BASE_DIR,
                env=environment,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
            )
        try:
            wait_for(lambda: takes_connections(port), process, name, log)
            yield Server(name, port, (process.pid, *pids))
        finally:
            process.terminate()
            try:
                process.wait(END_SECONDS)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def wait_for(ready: Callable[[], bool], process: subprocess.Popen[bytes], name: str, log: Path) -> None:
    deadline = time.monotonic() + START_SECONDS
    while not ready():
        if process.poll() is not None or time.monotonic() > deadline:
            last = "\n".join(log.read_text(errors="replace").splitlines()[-15:])
            raise CommandError(f"{name} did not start. The last that it said:\n{last}")
        time.sleep(0.05)


def takes_connections(port: int) -> bool:
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=1):
            return True
    except OSError:
        return False


def gunicorn(
    name: str,
    environment: dict[str, str],
    *arguments: str,
    python: str = sys.executable,
    processes: int = 1,
) -> AbstractContextManager[Server]:
    """gunicorn as the site's own configuration has it, with so many processes."""
    port = free_port()
    command = [python, "-m", "gunicorn", "--config", str(GUNICORN), "--bind", f"127.0.0.1:{port}", *arguments]
    return running(name, command, environment | {"WEB_PROCESSES": str(processes)}, port)


def inherited() -> dict[str, str]:
    """The environment of this process without what would make a server another one, and with a secret of its own."""
    ours = {"DJANGO_SETTINGS_MODULE", "DATABASE_URL", "PORT", "HOST", "PYTHONPATH", "REDIS_URL"}
    kept = {name: value for name, value in os.environ.items() if name not in ours}
    return {**kept, "SECRET_KEY": secrets.token_urlsafe(50)}


def hello_world() -> AbstractContextManager[Server]:
    return gunicorn("hello", inherited(), "dev.bench.servers.hello_world:application")
