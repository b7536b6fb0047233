"""Shared by tests: what test_limits.py and others lean on."""

import http.client
import os
import re
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlencode

from django.db import connection

BASE_DIR = Path(__file__).resolve().parents[2]


class SocketConnection(http.client.HTTPConnection):
    """HTTP over a Unix socket, as nginx speaks to gunicorn."""

    def __init__(self, path: Path) -> None:
        super().__init__("localhost", timeout=60)
        self.path = path

    def connect(self) -> None:
        self.sock = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self.sock.settimeout(60)
        self.sock.connect(str(self.path))


class Site:
    """A running site on a Unix socket, and a browser for each question."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def ask(self, method: str, url: str, body: str = "", **headers: str) -> tuple[int, str, str]:
        """The status, the cookies that are set, and the page."""
        connection = SocketConnection(self.path)
        try:
            connection.request(method, url, body, headers)
            response = connection.getresponse()
            page = response.read().decode()
            cookies = "; ".join(
                one.split(";")[0] for one in response.headers.get_all("Set-Cookie", failobj=[])
            )
            return response.status, cookies, page
        finally:
            connection.close()

    def log_in(self, email: str, password: str, **headers: str) -> tuple[int, str]:
        _status, cookies, page = self.ask("GET", "/en/account/login/", **headers)
        token = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', page)
        assert token, page[:500]
        form = {"csrfmiddlewaretoken": token[1], "login": email, "password": password}
        status, _cookies, page = self.ask(
            "POST",
            "/en/account/login/",
            urlencode(form),
            **{"Cookie": cookies, "Content-Type": "application/x-www-form-urlencoded", **headers},
        )
        return status, page


@contextmanager
def running(folder: Path, processes: int, *, threads: int = 2, **environment: str) -> Iterator[Site]:
    """gunicorn on a Unix socket, with our own configuration, on the test's database."""
    database = connection.settings_dict
    where = urlencode({"host": database["HOST"], "port": database["PORT"]})
    path = folder / "site.sock"
    server = subprocess.Popen(
        [
            Path(sys.executable).with_name("gunicorn"),
            "--config=site/config/gunicorn.py",
            f"--bind=unix:{path}",
            f"--threads={threads}",
        ],
        cwd=BASE_DIR,
        env={
            **os.environ,
            "DJANGO_SETTINGS_MODULE": "tests.accounts.server_settings",
            "DATABASE_URL": f"postgres://{database['USER']}@/{database['NAME']}?{where}",
            "WEB_PROCESSES": str(processes),
            **environment,
        },
    )
    site = Site(path)
    try:
        for _ in range(processes * 8):  # until each process has answered once, most likely
            site_answers(site)
        yield site
    finally:
        server.terminate()
        server.wait(60)


def site_answers(site: Site) -> None:
    deadline = time.monotonic() + 120
    while True:
        try:
            assert site.ask("GET", "/healthz/")[0] == 200
        except OSError:
            assert time.monotonic() < deadline
            time.sleep(0.2)
        else:
            return
