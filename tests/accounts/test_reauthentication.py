"""After showing once more who they are, people look at a page; nothing that was sent before runs by itself."""

import json
from typing import Any

import pytest
from allauth.account.internal import flows
from allauth.core.internal.httpkit import serialize_request
from django.test import Client, RequestFactory
from django.urls import reverse

from accounts.models import ErasureRequest, User
from accounts.reauthentication import KEY
from tests.accounts import matrix
from tests.accounts.ways_in import PASSWORD, make_account

WORDS = "Canary-words"


@pytest.fixture
def user(db: None) -> User:
    return make_account("noor@example.org")


@pytest.fixture
def browser(user: User) -> Client:
    """Logged in so long ago that sensitive pages ask again."""
    client = Client()
    client.force_login(user)
    return client


def show(client: Client, url: str) -> Any:
    return client.post(url, {"password": PASSWORD})


def test_what_was_sent_is_neither_kept_nor_run(browser: Client, user: User) -> None:
    path = reverse("account_erase")
    asked = browser.post(f"{path}?q={WORDS}", {"sure": "on", "words": WORDS}, HTTP_X_WORDS=WORDS)
    assert asked["Location"].startswith(reverse("account_reauthenticate"))
    assert WORDS not in asked["Location"]
    kept = json.dumps(dict(browser.session.items()))
    assert WORDS not in kept
    assert "cookie" not in kept.lower()
    assert browser.session[KEY] == {"form": path}
    shown = show(browser, asked["Location"])
    assert (shown.status_code, shown["Location"]) == (302, path)
    assert not ErasureRequest.objects.exists()
    page = browser.get(path, follow=True)
    assert "please send the form again" in page.content.decode()
    assert KEY not in browser.session
    assert "please send the form again" not in browser.get(path, follow=True).content.decode()


def test_who_only_looked_is_not_told_to_send_anything(browser: Client) -> None:
    path = reverse("account_data")
    asked = browser.get(f"{path}?a=1")
    shown = show(browser, asked["Location"])
    assert shown["Location"] == f"{path}?a=1"
    assert "send the form again" not in browser.get(shown["Location"]).content.decode()


def planted(kind: str) -> Any:
    request = RequestFactory().post(reverse("account_erase"), {"sure": "on"})
    return {
        "request": {"request": serialize_request(request)},
        "callback": {"callback": "accounts.erasure.request_erasure", "state": {}},
        "rubbish": {"request": "²"},
        "list": ["request"],
        "text": "request",
        "form": {"form": "https://evil.example/"},
    }[kind]


@pytest.mark.parametrize("kind", ["request", "callback", "rubbish", "list", "text", "form"])
def test_a_planted_request_does_not_run(browser: Client, user: User, kind: str) -> None:
    session = browser.session
    session[KEY] = planted(kind)
    session.save()
    shown = show(browser, f"{reverse('account_reauthenticate')}?next={reverse('account_erase')}")
    assert (shown.status_code, shown["Location"]) == (302, reverse("account_erase"))
    assert not ErasureRequest.objects.exists()
    assert KEY not in browser.session


@pytest.mark.parametrize(
    "evil", ["https://evil.example/", "//evil.example", "/\\evil.example", "javascript:1"]
)
def test_nobody_is_led_away(browser: Client, evil: str) -> None:
    shown = show(browser, f"{reverse('account_reauthenticate')}?next={evil}")
    assert "evil" not in shown["Location"]
    assert "javascript" not in shown["Location"]


def test_every_page_that_asks_again_can_be_looked_at_afterwards(content: None) -> None:
    """Whoever is led back to an address that only takes forms would see an error."""
    cast = matrix.Cast()
    browser = Client()
    browser.force_login(cast.people["A"])
    asked_again = 0
    for route in matrix.routes():
        if not route.startswith("<lang>/account/"):
            continue
        address = matrix.address(route, cast)
        answer = browser.post(address)
        if "reauthenticate" in answer.get("Location", ""):
            asked_again += 1
            known = matrix.logged_in(cast.people["A"])
            assert known.get(address).status_code in {200, 302, 404}, address
    assert asked_again > 5


def test_these_are_still_the_places_where_allauth_does_it() -> None:
    assert flows.reauthentication.suspend_request.__module__ == "accounts.reauthentication"
    assert flows.reauthentication.resume_request.__module__ == "accounts.reauthentication"
