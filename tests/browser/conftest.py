"""A browser, a server with a small site, a mail server: everything real but the specialists.

The tests work in copies of the content database, so what they commit is gone with the copy. The outbox's worker
runs in the test's own process, when the test says so.
"""

import os
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from email.message import EmailMessage
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.db import connections
from django.test import override_settings
from playwright.sync_api import Browser, BrowserContext, Page, Request, Response, sync_playwright
from pytest_django import DjangoDbBlocker
from pytest_django.live_server_helper import LiveServer

from core.mail.outbox import deliver_due
from tests.run_databases import copy_for_a_test
from tests.sink import SmtpSink

CHROMIUM = shutil.which("chromium")
FLAGS = [
    "--no-sandbox",  # it doesn't start as root otherwise; it opens our own pages only
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if "browser" in item.path.parts:
            item.add_marker(pytest.mark.browser)


# --- Database and server --------------------------------------------------------------------------------------


@pytest.fixture
def transactional_db(content_database: str, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """A copy of the small site for this test alone; whatever is committed in it goes with it."""
    with copy_for_a_test(content_database, django_db_blocker):
        yield


@pytest.fixture(scope="session")
def server() -> Iterator[LiveServer]:
    """The site, with its static files and pictures, on a free port of localhost. The same for all tests."""
    running = LiveServer("localhost")
    with running._live_server_modified_settings:
        yield running
    running.stop()


@pytest.fixture
def site(server: LiveServer, transactional_db: None) -> Iterator[str]:
    """The address of the running site, without a final slash: links in mails lead there too."""
    with override_settings(SITE_URL=server.url):
        yield server.url


@pytest.fixture(autouse=True)
def _quick_fingers(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever sends the booking form within 2 seconds is taken for a machine; the tests' browser is quicker."""
    monkeypatch.setattr("core.forms.honeypot.FASTEST", 0)


# --- Mail -----------------------------------------------------------------------------------------------------


class Postman:
    """Runs the outbox's worker for a moment, and finds mails by their recipient."""

    def __init__(self, sink: SmtpSink) -> None:
        self.sink = sink

    def mails_to(self, address: str) -> list[EmailMessage]:
        """What has been sent to this address so far, oldest first, after delivering what is due."""
        deliver_due()
        return [mail for mail in self.sink.messages if mail["To"] == address]


@pytest.fixture
def post(smtp_sink: SmtpSink) -> Postman:
    return Postman(smtp_sink)


# --- Browser --------------------------------------------------------------------------------------------------


@dataclass
class Watch:
    """What a browser complained about, and where it went."""

    site: str
    complaints: list[str] = field(default_factory=list)
    expected: set[int] = field(default_factory=set)  # statuses of pages that are meant to be errors

    def on_request(self, request: Request) -> None:
        parts = urlsplit(request.url)
        if parts.scheme not in {"data", "blob", "about"} and parts.netloc != urlsplit(self.site).netloc:
            self.complaints.append(f"asked another host: {request.url}")

    def on_response(self, response: Response) -> None:
        if response.status >= 400 and response.status not in self.expected:
            self.complaints.append(f"{response.status} for {response.url}")

    def on_console(self, message: Any) -> None:
        if message.type in {"error", "warning"} and "Failed to load resource" not in message.text:
            # a failed load is seen with its status in on_response
            self.complaints.append(f"{message.type} at {message.location.get('url')}: {message.text}")

    def on_error(self, error: Any) -> None:
        self.complaints.append(f"uncaught: {error.error}")


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """One Chromium for all tests."""
    if CHROMIUM is None:
        pytest.skip("There is no chromium here: apt-get install chromium")
    own = connections["default"]
    with pytest.MonkeyPatch.context() as patch, sync_playwright() as playwright:
        # Playwright's loop runs in this thread, and Django takes that for asynchronous code, which has connections of
        # its own. The tests go on with theirs: it knows what a serialized rollback needs.
        patch.setitem(os.environ, "DJANGO_ALLOW_ASYNC_UNSAFE", "true")
        connections["default"] = own
        running = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield running
        running.close()


@pytest.fixture
def remembering_browser(browser: Browser) -> Iterator[Browser]:
    """Chromium with the memory of whole pages for *Back*, which Playwright turns off."""
    running = browser.browser_type.launch(
        executable_path=CHROMIUM, args=FLAGS, ignore_default_args=["--disable-back-forward-cache"]
    )
    yield running
    running.close()


@pytest.fixture
def watch(site: str) -> Iterator[Watch]:
    """Fails the test at its end if a page complained: console, Content-Security-Policy, foreign hosts, statuses."""
    seen = Watch(site)
    yield seen
    assert seen.complaints == []


@pytest.fixture
def open_context(browser: Browser, site: str, watch: Watch) -> Iterator[Callable[..., BrowserContext]]:
    """Makes browser windows with no past; arguments as Playwright's `new_context`."""
    contexts = []

    def make(width: int = 1280, height: int = 900, **options: Any) -> BrowserContext:
        context = browser.new_context(
            base_url=site, viewport={"width": width, "height": height}, reduced_motion="reduce", **options
        )
        context.set_default_timeout(15_000)  # milliseconds; the machine may be busy
        context.on("request", watch.on_request)
        context.on("response", watch.on_response)
        context.on("console", watch.on_console)
        context.on("weberror", watch.on_error)
        contexts.append(context)
        return context

    yield make
    for context in contexts:
        context.close()


@pytest.fixture
def open_page(open_context: Callable[..., BrowserContext]) -> Callable[..., Page]:
    """Makes a page in a new browser window; arguments as `open_context`."""

    def make(**options: Any) -> Page:
        return open_context(**options).new_page()

    return make
