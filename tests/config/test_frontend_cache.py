"""A cache in front of the site hears of pages as Wagtail tells it."""

import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

import pytest
from django.conf import settings as django_settings
from wagtail.contrib.frontend_cache.signal_handlers import page_published_signal_handler
from wagtail.contrib.frontend_cache.tasks import purge_urls_from_cache_task

from tests.factories.pages import Tree

TREE: tuple[str, ...] = ()
BACKEND = "wagtail.contrib.frontend_cache.backends.HTTPBackend"


@pytest.fixture
def purged() -> Iterator[tuple[str, list[str]]]:
    """The address of a cache, and the pages that it was told to forget."""
    told: list[str] = []

    class Handler(BaseHTTPRequestHandler):
        def do_PURGE(self) -> None:
            told.append(f"{self.headers['Host']} {self.path}")
            self.send_response(200)
            self.end_headers()

        def log_message(self, *args: Any) -> None:
            pass

    server = HTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}", told
    server.shutdown()
    server.server_close()


@pytest.mark.django_db
def test_a_page_that_is_published_is_purged(
    tree: Tree, settings: Any, purged: tuple[str, list[str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    address, told = purged
    settings.WAGTAILFRONTENDCACHE = {"default": {"BACKEND": BACKEND, "LOCATION": address}}
    # The worker's part, at once.
    monkeypatch.setattr(type(purge_urls_from_cache_task), "enqueue", lambda task, *args: task.func(*args))
    page = tree["en"].article
    page_published_signal_handler(page)
    # Wagtail tells of the same address in each language.
    everywhere = {page.path_here.replace("/en/", f"/{code}/", 1) for code in dict(settings.LANGUAGES)}
    assert {line.partition(" ")[2] for line in told} == everywhere


@pytest.mark.parametrize(("value", "is_there"), [("http://127.0.0.1:6081", True), ("", False)])
def test_it_is_told_only_where_there_is_one(value: str, is_there: bool) -> None:
    program = (
        "import django; django.setup(); from django.apps import apps; from django.conf import settings;"
        "print(apps.is_installed('wagtail.contrib.frontend_cache'),"
        " getattr(settings, 'WAGTAILFRONTENDCACHE', {}).get('default', {}).get('LOCATION', ''))"
    )
    said = subprocess.run(
        [sys.executable, "-c", program],
        env={
            **os.environ,
            "PYTHONPATH": f"{django_settings.BASE_DIR}:{django_settings.BASE_DIR / 'site'}",
            "DJANGO_SETTINGS_MODULE": "config.settings.test",
            "DATABASE_URL": "postgres://nobody@localhost/need-none",
            "FRONTEND_CACHE": value,
        },
        capture_output=True,
        text=True,
        check=True,
    )
    assert said.stdout.split() == ([str(is_there), value] if is_there else ["False"])
