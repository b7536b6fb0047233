"""Few people log in at once: the others wait for a while, and readers are never behind them."""

import io
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from bs4 import BeautifulSoup
from django.http import HttpRequest, HttpResponse
from django.test import Client, RequestFactory
from django.urls import get_resolver, reverse

from accounts import log_in_queue
from accounts.log_in_queue import PATHS, LogInQueue, LogInQueueMiddleware
from config import gunicorn
from core.locks import TooManyWaiting


@pytest.fixture
def gate() -> Iterator[threading.Event]:
    """Whoever is inside stays until it is set."""
    gate = threading.Event()
    yield gate
    gate.set()


class Visitors:
    """Counts how many are inside at once."""

    def __init__(self) -> None:
        self.now = self.most = 0
        self.lock = threading.Lock()

    def go_through(self, queue: LogInQueue, gate: threading.Event) -> None:
        with queue.passed():
            with self.lock:
                self.now += 1
                self.most = max(self.most, self.now)
            gate.wait(20)
            with self.lock:
                self.now -= 1


def until(condition: Any) -> None:
    end = time.monotonic() + 20
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.002)


@pytest.mark.parametrize(("processes", "places", "most"), [(1, 1, 1), (1, 4, 1), (2, 1, 1), (3, 2, 2)])
def test_so_many_are_inside_at_once_on_a_machine(
    tmp_path: Path, gate: threading.Event, processes: int, places: int, most: int
) -> None:
    queues = [LogInQueue(tmp_path, places) for _ in range(processes)]
    visitors = Visitors()
    with ThreadPoolExecutor(12) as pool:
        passed = [pool.submit(visitors.go_through, queues[number % processes], gate) for number in range(12)]
        until(lambda: visitors.now == most)
        time.sleep(0.1)
        assert visitors.now == most
        gate.set()
        for one in passed:
            one.result()
    assert visitors.most == most


def test_one_more_than_may_wait_is_told_at_once(tmp_path: Path, gate: threading.Event) -> None:
    queue, visitors = LogInQueue(tmp_path, 1, waiting=2), Visitors()
    with ThreadPoolExecutor(3) as pool:
        for _ in range(3):
            pool.submit(visitors.go_through, queue, gate)
        until(lambda: queue.here._value == 0)
        began = time.monotonic()
        with pytest.raises(TooManyWaiting), queue.passed():
            pass
        assert time.monotonic() - began < 1
        gate.set()
    with queue.passed():
        pass


@pytest.mark.parametrize("is_other_process", [True, False])
def test_nobody_waits_for_ever(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, is_other_process: bool
) -> None:
    monkeypatch.setattr(log_in_queue, "WAIT_SECONDS", 0.2)
    queue = LogInQueue(tmp_path, 1)
    other = LogInQueue(tmp_path, 1) if is_other_process else queue
    with queue.passed(), pytest.raises(TooManyWaiting), other.passed():
        pass
    with other.passed():
        pass


def test_what_fails_inside_leaves_the_queue_open(tmp_path: Path) -> None:
    queue = LogInQueue(tmp_path, 1, waiting=0)
    for _ in range(3):
        with pytest.raises(ZeroDivisionError), queue.passed():
            raise ZeroDivisionError
    with queue.passed():
        pass


def test_every_form_of_strangers_waits_in_the_queue() -> None:
    """The pages on which somebody who isn't logged in proves who they are, or begins to be somebody."""
    names = {
        "account_login",
        "account_signup",
        "account_request_login_code",
        "account_confirm_login_code",
        "account_reset_password",
        "mfa_authenticate",
        "mfa_login_webauthn",
    }
    known = {name for name in get_resolver().reverse_dict if isinstance(name, str)}
    assert names <= known
    assert [name for name in sorted(names) if not PATHS.match(reverse(name))] == []
    assert PATHS.match(reverse("account_reset_password_from_key", args=["1", "key"]))


@pytest.mark.parametrize(
    "name", ["account_home", "account_logout", "account_preferences", "specialist_dashboard"]
)
def test_what_people_do_inside_waits_for_nobody(name: str) -> None:
    assert not PATHS.match(reverse(name))


@pytest.fixture
def full(tmp_path: Path) -> Iterator[LogInQueueMiddleware]:
    """A middleware whose queue nobody can pass."""
    made = LogInQueueMiddleware(lambda _request: HttpResponse("inside"))
    made.queue = LogInQueue(tmp_path, 1, waiting=0)
    with made.queue.passed():
        yield made


def post(path: str, **more: Any) -> HttpRequest:
    return RequestFactory().post(path, {"login": "anna@example.org", "password": "secret"}, **more)


def test_whoever_must_try_again_is_told_so(full: LogInQueueMiddleware) -> None:
    response = full(post("/en/account/login/"))
    assert (response.status_code, response["Retry-After"]) == (503, "10")
    assert b"secret" not in response.content  # type: ignore[attr-defined]


def test_readers_and_everybody_else_pass_by(full: LogInQueueMiddleware) -> None:
    for request in (
        RequestFactory().get("/en/account/login/"),
        post("/en/specialists/anna/book/"),
        post("/en/account/settings/"),
    ):
        assert full(request).status_code == 200


def test_whoever_sends_slowly_does_so_outside(tmp_path: Path) -> None:
    """The form is there before somebody takes the place."""
    made = LogInQueueMiddleware(lambda _request: HttpResponse("inside"))
    made.queue = LogInQueue(tmp_path, 1, waiting=0)

    class Slow(io.BytesIO):
        def read(self, *size: Any) -> bytes:
            assert made.queue.here.acquire(blocking=False), "somebody holds the queue up"
            made.queue.here.release()
            return super().read(*size)

    content = b"login=anna%40example.org&password=secret"
    slow = RequestFactory().post("/en/account/login/", content_type="application/x-www-form-urlencoded")
    slow._stream = Slow(content)
    assert made(slow).status_code == 200


def test_threads_are_left_for_readers() -> None:
    assert gunicorn.threads >= log_in_queue.WAITING + 1 + 4


@pytest.mark.django_db
def test_the_page_that_asks_to_try_again_is_a_page_like_others(monkeypatch: pytest.MonkeyPatch) -> None:
    """With the policy, in the language of the address, and with a form that can be sent again."""
    client = Client(enforce_csrf_checks=True)
    path = reverse("account_reset_password").replace("/en/", "/de/")
    token = client.get(path).context["csrf_token"]
    typed = {"email": "anna@example.org", "csrfmiddlewaretoken": str(token)}

    def is_full(_queue: LogInQueue) -> Any:
        raise TooManyWaiting

    with monkeypatch.context() as patch:
        patch.setattr(LogInQueue, "passed", is_full)
        response = client.post(path, typed)
    assert response.status_code == 503
    assert "default-src 'none'" in response["Content-Security-Policy"]
    page = BeautifulSoup(response.content, "html.parser")
    assert page.html["lang"] == "de"
    again = page.find("form", {"method": "post"})
    fields = {
        one["name"]: one.get("value") or one.get_text()
        for one in again(["input", "textarea"])
        if one.get("name")
    }
    assert client.post(path, fields).status_code == 302
