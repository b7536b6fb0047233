"""What people and machines are told while PostgreSQL is away, by the server as production runs it, and afterwards."""

import contextlib
import json
import os
import selectors
import socket
import subprocess
import sys
import tempfile
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from email.message import Message
from pathlib import Path
from urllib.parse import quote

import pytest
from django.conf import settings
from django.db import connection
from pytest_django import DjangoDbBlocker

from config.settings.database import database
from tests.run_databases import copy_for_a_test

PATIENCE = 90  # seconds, for whatever has to happen once
READERS = 12


class Between:
    """A socket that leads to PostgreSQL, can be away, or can take connections and say nothing."""

    def __init__(self, folder: Path, server: str, name: str) -> None:
        self.path, self.server = folder / name, f"{server}/{name}"
        self.answers = True
        self.open: set[socket.socket] = set()
        self.listener: socket.socket | None = None

    def start(self) -> None:
        self.path.unlink(missing_ok=True)
        self.listener = socket.socket(socket.AF_UNIX)
        self.listener.bind(str(self.path))
        self.listener.listen(64)
        threading.Thread(target=self._accept, args=[self.listener], daemon=True).start()

    def stop(self) -> None:
        """Cut all connections, and take no new ones."""
        self.path.unlink(missing_ok=True)
        for one in [*filter(None, [self.listener]), *self.open]:
            with contextlib.suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)
            one.close()
        self.open.clear()

    def _accept(self, listener: socket.socket) -> None:
        with contextlib.suppress(OSError):
            while True:
                client, _address = listener.accept()
                self.open.add(client)
                if self.answers:
                    threading.Thread(target=self._carry, args=[client], daemon=True).start()

    def _carry(self, client: socket.socket) -> None:
        with socket.socket(socket.AF_UNIX) as server, selectors.DefaultSelector() as ready:
            server.connect(self.server)
            self.open.add(server)
            others = {client: server, server: client}
            with contextlib.suppress(OSError, ValueError):
                for side in others:
                    ready.register(side, selectors.EVENT_READ)
                while True:
                    for key, _events in ready.select():
                        one = next(side for side in others if side is key.fileobj)
                        data = one.recv(65536)
                        if not data:
                            return
                        others[one].sendall(data)
            client.close()


@dataclass(frozen=True)
class Answer:
    status: int
    headers: Message
    text: str


def ask(port: int, path: str) -> Answer:
    try:
        with urllib.request.urlopen(f"http://localhost:{port}{path}", timeout=PATIENCE) as answer:
            return Answer(answer.status, answer.headers, answer.read().decode())
    except urllib.error.HTTPError as error:
        with error:
            return Answer(error.code, error.headers, error.read().decode())


def until(condition: Callable[[], bool]) -> None:
    end = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < end, "It did not happen in time."
        time.sleep(0.1)


@pytest.fixture
def between() -> Iterator[Between]:
    options = connection.get_connection_params()
    with tempfile.TemporaryDirectory() as folder:  # the path of a socket is short
        between = Between(Path(folder), str(options["host"]), f".s.PGSQL.{options.get('port') or 5432}")
        between.start()
        yield between
        between.stop()


@pytest.fixture
def port(between: Between, content_database: str, django_db_blocker: DjangoDbBlocker) -> Iterator[int]:
    """Where a server of two processes answers, whose PostgreSQL is `between`."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    with copy_for_a_test(content_database, django_db_blocker), django_db_blocker.unblock():
        params = connection.settings_dict
        url = (
            f"postgres://{quote(params['USER'])}:{quote(params['PASSWORD'])}@/{params['NAME']}"
            f"?host={quote(str(between.path.parent), safe='')}&port={between.path.name.rpartition('.')[2]}"
        )
        server = subprocess.Popen(
            [sys.executable, "-m", "gunicorn", "--config", "site/config/gunicorn.py"],
            cwd=settings.BASE_DIR,
            env={
                **os.environ,
                "DJANGO_SETTINGS_MODULE": "tests.booking.server_settings",
                "DATABASE_URL": url,
                "PORT": str(port),
                "WEB_PROCESSES": "2",
            },
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        try:
            until(lambda: is_listening(port))
            yield port
        finally:
            server.terminate()
            server.wait()


def is_listening(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


@pytest.mark.parametrize("answers", [False, True], ids=["says nothing", "refuses"])
def test_a_site_without_its_database_says_so_and_is_back_with_it(
    port: int, between: Between, answers: bool
) -> None:
    until(lambda: ask(port, "/en/").status == 200)
    between.stop()
    if not answers:
        between.answers = False
        between.start()
    with ThreadPoolExecutor(READERS) as readers:
        asked = [readers.submit(ask, port, "/en/privacy/") for _ in range(READERS)]
        alive, ready = ask(port, "/healthz/"), ask(port, "/readyz/")
        pages = [one.result() for one in asked]
    assert (alive.status, alive.text) == (200, "ok\n")
    assert (ready.status, json.loads(ready.text)["database"]) == (503, "away")
    assert {page.status for page in pages} == {503}
    for page in pages:
        assert int(page.headers["Retry-After"]) > 0
        assert "no-store" in page.headers["Cache-Control"]
        assert "<h1>" in page.text

    between.stop()
    between.answers = True
    between.start()
    # Of both processes: one that is not back answers in turn with the other.
    until(lambda: {ask(port, "/en/privacy/").status for _ in range(READERS)} == {200})


def test_nobody_waits_long_for_a_database_that_is_away() -> None:
    """Measured: pages answer within 3 seconds, and are back within 2 of their database."""
    options = database("postgres://a:b@localhost/c")["OPTIONS"]
    pool = options["pool"]
    assert pool["timeout"] + options["connect_timeout"] <= 5
    assert pool["reconnect_timeout"] <= 5  # psycopg's own is 300, with pauses up to half of that
    assert pool["max_waiting"] <= 4
    assert options["tcp_user_timeout"] <= 10_000
