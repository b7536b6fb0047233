"""Nobody learns whether an address has an account. Ids: docs/rules/security.md, A.

Times are compared in one run: known and unknown addresses by turns, each from a device of its own, with the real
hasher. A busy machine is noisy, so the medians of one round in three must be close enough; those of a leak never
are, which the control shows.
"""

import re
import time
from collections.abc import Callable
from statistics import median
from typing import Any

import pytest
from allauth.account.forms import SignupForm
from django.test import Client
from django.urls import reverse

from accounts.forms.entrance import SignUpForm
from accounts.models import User
from core.models import Outbox
from tests.accounts.ways_in import PASSWORD, make_account, new_ip

pytestmark = pytest.mark.django_db

PAIRS = 30
ROUNDS = 3
SHARE, SECONDS = 0.15, 0.025  # how far apart the medians may be: either will do
Form = Callable[[str], dict[str, str]]

DOORS: dict[str, tuple[str, Form]] = {
    "A4-sign-up": ("account_signup", lambda email: {"email": email, "password1": PASSWORD}),
    "A6-reset": ("account_reset_password", lambda email: {"email": email}),
    "A6-code": ("account_request_login_code", lambda email: {"email": email}),
    "A7-log-in": ("account_login", lambda email: {"login": email, "password": "wrong-wrong-1"}),
}


@pytest.fixture(autouse=True)
def real_hasher(settings: Any) -> None:
    settings.PASSWORD_HASHERS = ["accounts.hashers.OwaspArgon2PasswordHasher"]


def send(name: str, data: dict[str, str]) -> tuple[float, Any, Client]:
    """Send a form from a device of its own; how long the answer took, and the answer."""
    visitor = Client()
    path = reverse(name)
    ip = new_ip()
    start = time.perf_counter()
    response = visitor.post(path, data, REMOTE_ADDR=ip)
    return time.perf_counter() - start, response, visitor


def answer(response: Any, visitor: Client, email: str) -> tuple[Any, ...]:
    """All that can be seen, also on the page that follows, but for the address, the time and what is random."""
    seen: list[Any] = []
    for one in (response, *([visitor.get(response["Location"])] if response.status_code == 302 else [])):
        page = one.content.decode().replace(email, "ADDRESS")
        page = re.sub(r'(name="csrfmiddlewaretoken" value=")\w+', r"\1", page)
        headers = {
            name: value for name, value in one.headers.items() if name not in {"X-Request-ID", "Expires"}
        }
        cookies = {name: len(cookie.value) for name, cookie in one.cookies.items() if name != "messages"}
        seen += [one.status_code, page, sorted(headers.items()), sorted(cookies.items()), sorted(one.cookies)]
    return tuple(seen)


def addresses(kind: str, turn: int) -> list[str]:
    return [f"{kind}{turn}x{number:02}@example.org" for number in range(PAIRS)]


def medians(name: str, form: Form, turn: int) -> tuple[float, float]:
    """The medians of the times for addresses with an account and without, in turns, in changing order."""
    durations: dict[str, list[float]] = {"here": [], "gone": []}
    known, unknown = addresses("here", turn), addresses("gone", turn)
    hashed = User.objects.create_user(f"hash{turn}@example.org", PASSWORD).password
    for email in known:
        make_account(email, None)
    User.objects.filter(email__in=known).update(password=hashed)
    for kind in ("here", "gone"):  # the first of each loads templates
        email = f"{kind}{turn}first@example.org"
        if kind == "here":
            make_account(email)
        send(name, form(email))
    for number, pair in enumerate(zip(known, unknown, strict=True)):
        for email in pair if number % 2 else reversed(pair):
            durations[email[:4]].append(send(name, form(email))[0])
    return median(durations["here"]), median(durations["gone"])


def close(here: float, gone: float) -> bool:
    return abs(here - gone) <= max(SHARE * max(here, gone), SECONDS)


@pytest.mark.parametrize("door", DOORS)
def test_A4_A6_A7_a_known_and_an_unknown_address_get_one_answer(door: str) -> None:
    name, form = DOORS[door]
    make_account("noor@example.org")
    seen = []
    for email in ("noor@example.org", "noon@example.org"):
        _time, response, visitor = send(name, form(email))
        seen.append(answer(response, visitor, email))
    assert seen[0] == seen[1]


@pytest.mark.parametrize("door", DOORS)
def test_A4_A6_A7_the_answer_takes_as_long(door: str) -> None:
    name, form = DOORS[door]
    found = []
    for turn in range(ROUNDS):
        found.append(medians(name, form, turn))
        if close(*found[-1]):
            return
    pytest.fail(f"medians in seconds, with an account and without: {found}")


def test_A4_without_our_form_the_time_would_tell(monkeypatch: pytest.MonkeyPatch) -> None:
    """allauth hashes nothing when there is an account already. If this fails, `SignUpForm.try_save` can go."""
    monkeypatch.setattr(SignUpForm, "try_save", SignupForm.try_save)
    here, gone = medians(*DOORS["A4-sign-up"], 0)
    assert not close(here, gone) or here < gone * 0.8


KINDS = {
    "active": lambda: make_account("noor@example.org"),
    "inactive": lambda: make_account("noor@example.org", is_active=False),
    "without a password": lambda: make_account("noor@example.org", None),
    "not verified": lambda: User.objects.create_user("noor@example.org", PASSWORD),
}


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("door", [one for one in DOORS if not one.startswith("A4")])
def test_A7_every_kind_of_account_gets_the_answer_of_none(kind: str, door: str) -> None:
    name, form = DOORS[door]
    KINDS[kind]()
    seen = []
    for email in ("noor@example.org", "noon@example.org"):
        _time, response, visitor = send(name, form(email))
        seen.append(answer(response, visitor, email))
    assert seen[0] == seen[1]


@pytest.mark.parametrize("kind", ["inactive", "without a password"])
def test_A7_every_kind_of_account_takes_as_long_to_refuse(kind: str) -> None:
    name, form = DOORS["A7-log-in"]
    user = KINDS[kind]()
    found = []
    for _turn in range(ROUNDS):
        durations: dict[str, list[float]] = {user.email: [], "noon@example.org": []}
        for number in range(PAIRS):
            User.objects.filter(pk=user.pk).update(email=f"noor{number}@example.org")
            user.emailaddress_set.update(email=f"noor{number}@example.org")  # type: ignore[attr-defined]
            durations[user.email].append(send(name, form(f"noor{number}@example.org"))[0])
            durations["noon@example.org"].append(send(name, form(f"noon{number}@example.org"))[0])
        found.append((median(durations[user.email]), median(durations["noon@example.org"])))
        if close(*found[-1]):
            return
    pytest.fail(f"medians in seconds, with an account and without: {found}")


def test_A4_signing_up_again_changes_nothing_and_tells_the_owner() -> None:
    user = make_account()
    before = User.objects.values().get()
    send("account_signup", {"email": user.email, "password1": "some-other-water-9"})
    assert User.objects.values().get() == before
    assert Outbox.objects.get().recipients == [user.email]


def test_A4_wrong_codes_are_answered_alike_after_signing_up() -> None:
    make_account("noor@example.org")
    seen = []
    for email in ("noor@example.org", "noon@example.org"):
        _time, response, visitor = send("account_signup", {"email": email, "password1": PASSWORD})
        pages = [visitor.post(response["Location"], {"code": "WRNG-CODE"}) for _ in range(3)]
        again = [visitor.post(response["Location"], {"action": "resend"})]
        seen.append([answer(one, visitor, email) for one in (*pages, *again)])
    assert seen[0] == seen[1]


def test_A6_wrong_codes_are_answered_alike_at_the_log_in() -> None:
    make_account("noor@example.org")
    seen = []
    for email in ("noor@example.org", "noon@example.org"):
        _time, _response, visitor = send("account_request_login_code", {"email": email})
        confirm = reverse("account_confirm_login_code")
        again = [visitor.post(confirm, {"action": "resend"})]
        pages = [visitor.post(confirm, {"code": "WRNG-CODE"}) for _ in range(3)]
        seen.append([answer(one, visitor, email) for one in (*again, *pages)])
    assert seen[0] == seen[1]
