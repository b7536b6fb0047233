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

from accounts import entrance
from accounts.entrance import DOORS, Entrance, EntranceMiddleware
from config import gunicorn
from core.locks import TooManyWaiting


@pytest.fixture
def gate() -> Iterator[threading.Event]:
    """Whoever is inside stays until it is set."""
    gate = threading.Event()
    yield gate
    gate.set()


class Crowd:
    """Counts how many are inside at once."""

    def __init__(self) -> None:
        self.now = self.most = 0
        self.lock = threading.Lock()

    def pass_through(self, door: Entrance, gate: threading.Event) -> None:
        with door.passed():
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
    doors = [Entrance(tmp_path, places) for _ in range(processes)]
    crowd = Crowd()
    with ThreadPoolExecutor(12) as pool:
        passed = [pool.submit(crowd.pass_through, doors[number % processes], gate) for number in range(12)]
        until(lambda: crowd.now == most)
        time.sleep(0.1)
        assert crowd.now == most
        gate.set()
        for one in passed:
            one.result()
    assert crowd.most == most


def test_one_more_than_may_wait_is_told_at_once(tmp_path: Path, gate: threading.Event) -> None:
    door, crowd = Entrance(tmp_path, 1, waiting=2), Crowd()
    with ThreadPoolExecutor(3) as pool:
        for _ in range(3):
            pool.submit(crowd.pass_through, door, gate)
        until(lambda: door.here._value == 0)
        began = time.monotonic()
        with pytest.raises(TooManyWaiting), door.passed():
            pass
        assert time.monotonic() - began < 1
        gate.set()
    with door.passed():
        pass


@pytest.mark.parametrize("is_other_process", [True, False])
def test_nobody_waits_for_ever(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, is_other_process: bool
) -> None:
    monkeypatch.setattr(entrance, "PATIENCE", 0.2)
    door = Entrance(tmp_path, 1)
    other = Entrance(tmp_path, 1) if is_other_process else door
    with door.passed(), pytest.raises(TooManyWaiting), other.passed():
        pass
    with other.passed():
        pass


def test_what_fails_inside_leaves_the_door_open(tmp_path: Path) -> None:
    door = Entrance(tmp_path, 1, waiting=0)
    for _ in range(3):
        with pytest.raises(ZeroDivisionError), door.passed():
            raise ZeroDivisionError
    with door.passed():
        pass


def test_every_door_of_strangers_is_one() -> None:
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
    assert [name for name in sorted(names) if not DOORS.match(reverse(name))] == []
    assert DOORS.match(reverse("account_reset_password_from_key", args=["1", "key"]))


@pytest.mark.parametrize(
    "name", ["account_home", "account_logout", "account_preferences", "specialist_dashboard"]
)
def test_what_people_do_inside_is_no_door(name: str) -> None:
    assert not DOORS.match(reverse(name))


@pytest.fixture
def full(tmp_path: Path) -> Iterator[EntranceMiddleware]:
    """A middleware whose entrance nobody can pass."""
    made = EntranceMiddleware(lambda _request: HttpResponse("inside"))
    made.entrance = Entrance(tmp_path, 1, waiting=0)
    with made.entrance.passed():
        yield made


def post(path: str, **more: Any) -> HttpRequest:
    return RequestFactory().post(path, {"login": "anna@example.org", "password": "secret"}, **more)


def test_whoever_must_try_again_is_told_so(full: EntranceMiddleware) -> None:
    response = full(post("/en/account/login/"))
    assert (response.status_code, response["Retry-After"]) == (503, "10")
    assert b"secret" not in response.content  # type: ignore[attr-defined]


def test_readers_and_everybody_else_pass_by(full: EntranceMiddleware) -> None:
    for request in (
        RequestFactory().get("/en/account/login/"),
        post("/en/specialists/anna/book/"),
        post("/en/account/settings/"),
    ):
        assert full(request).status_code == 200


def test_whoever_sends_slowly_does_so_outside(tmp_path: Path) -> None:
    """The form is there before somebody takes the place."""
    made = EntranceMiddleware(lambda _request: HttpResponse("inside"))
    made.entrance = Entrance(tmp_path, 1, waiting=0)

    class Slow(io.BytesIO):
        def read(self, *size: Any) -> bytes:
            assert made.entrance.here.acquire(blocking=False), "somebody stands in the door"
            made.entrance.here.release()
            return super().read(*size)

    content = b"login=anna%40example.org&password=secret"
    slow = RequestFactory().post("/en/account/login/", content_type="application/x-www-form-urlencoded")
    slow._stream = Slow(content)
    assert made(slow).status_code == 200


def test_threads_are_left_for_readers() -> None:
    assert gunicorn.threads >= entrance.WAITING + 1 + 4


@pytest.mark.django_db
def test_the_page_that_asks_to_try_again_is_a_page_like_others(monkeypatch: pytest.MonkeyPatch) -> None:
    """With the policy, in the language of the address, and with a form that can be sent again."""
    client = Client(enforce_csrf_checks=True)
    path = reverse("account_reset_password").replace("/en/", "/de/")
    token = client.get(path).context["csrf_token"]
    typed = {"email": "anna@example.org", "csrfmiddlewaretoken": str(token)}

    def is_full(_entrance: Entrance) -> Any:
        raise TooManyWaiting

    with monkeypatch.context() as patch:
        patch.setattr(Entrance, "passed", is_full)
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
