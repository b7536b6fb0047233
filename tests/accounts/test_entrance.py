"""The ways in: every page sound in every language, nothing typed lost, everybody back to where they were."""

import email
import email.policy
import re
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from allauth.account.forms import default_token_generator
from allauth.account.models import EmailAddress
from allauth.account.utils import user_pk_to_url_str
from allauth.mfa.totp.internal import auth as totp
from bs4 import BeautifulSoup
from django.conf import settings
from django.test import Client
from django.utils import translation
from django.utils.translation import get_language_info

from accounts.adapter import AccountAdapter
from accounts.forms.fields import CodeField
from accounts.login_required import reasons
from accounts.models import User
from core.limits import in_words
from core.models import Outbox
from tests.factories.accounts import UserFactory
from tests.page_checks import dangling_references, doubled_ids, inline_code, levels_in_order

pytestmark = pytest.mark.django_db

LANGUAGES = [code for code, _name in settings.LANGUAGES]
NEXT = "/en/articles/?topic=sleep"
PASSWORD = "calm-water-42"


@pytest.fixture(autouse=True)
def _english() -> Iterator[None]:
    """A request leaves its language behind, for this test's own words and for the next test."""
    with translation.override("en"):
        yield


@pytest.fixture
def user() -> User:
    """Somebody with a verified address; the password is `password`."""
    user = UserFactory(email="robin@example.org")
    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    return user


def last_code() -> str:
    """The eight digits in the newest mail."""
    row = Outbox.objects.latest("created_at")
    message = email.message_from_bytes(bytes(row.raw), policy=email.policy.default)
    text = message.get_body(("plain",))
    assert text is not None
    return re.findall(r"\b\d{8}\b", text.get_content())[0]


def soup(response: Any) -> BeautifulSoup:
    return BeautifulSoup(response.content, "html.parser")


def log_in(client: Client, language: str = "en", **data: str) -> Any:
    credentials = {"login": "robin@example.org", "password": "password", **data}
    return client.post(f"/{language}/account/login/", credentials, follow=True)


def with_second_factor(user: User) -> str:
    """Give `user` an app for codes; its secret."""
    secret = totp.generate_totp_secret()
    totp.TOTP.activate(user, secret)
    return secret


# --- Each page ------------------------------------------------------------------------------------------------


def open_code(client: Client, language: str) -> Any:
    return client.post(
        f"/{language}/account/login/code/", {"email": "robin@example.org", "next": NEXT}, follow=True
    )


def open_verification(client: Client, language: str) -> Any:
    data = {"email": "new@example.org", "password1": PASSWORD}
    return client.post(f"/{language}/account/signup/", data, follow=True)


def open_new_password(client: Client, language: str) -> Any:
    user = User.objects.get()
    key = f"{user_pk_to_url_str(user)}-{default_token_generator.make_token(user)}"
    return client.get(f"/{language}/account/password/reset/key/{key}/", follow=True)


def open_second_factor(client: Client, language: str) -> Any:
    with_second_factor(User.objects.get())
    return log_in(client, language, next=NEXT)


def open_second_factor_again(client: Client, language: str) -> Any:
    with_second_factor(User.objects.get())
    client.force_login(User.objects.get())
    return client.get(f"/{language}/account/second-factor/reauthenticate/")


def open_logged_in(path: str) -> Callable[[Client, str], Any]:
    def run(client: Client, language: str) -> Any:
        client.force_login(User.objects.get())
        return client.get(f"/{language}/account/{path}")

    return run


def open_plain(path: str) -> Callable[[Client, str], Any]:
    return lambda client, language: client.get(f"/{language}/account/{path}")


PAGES: dict[str, Callable[[Client, str], Any]] = {
    "log in": open_plain(f"login/?next={NEXT}"),
    "sign up": open_plain("signup/"),
    "ask for a code": open_plain("login/code/"),
    "code": open_code,
    "code after signing up": open_verification,
    "forgotten password": open_plain("password/reset/"),
    "link is on its way": open_plain("password/reset/done/"),
    "new password": open_new_password,
    "old link": open_plain("password/reset/key/1-abc-def/"),
    "new password saved": open_plain("password/reset/key/done/"),
    "closed account": open_plain("inactive/"),
    "log out": open_logged_in("logout/"),
    "password again": open_logged_in("reauthenticate/"),
    "second factor": open_second_factor,
    "second factor again": open_second_factor_again,
    "gate": open_plain("settings/"),
}


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", PAGES)
def test_every_way_in_is_sound(client: Client, user: User, language: str, name: str) -> None:
    response = PAGES[name](client, language)
    page = soup(response)
    assert response.status_code == 200
    assert page.html["lang"] == language
    assert page.html["dir"] == ("rtl" if get_language_info(language)["bidi"] else "ltr")
    assert levels_in_order(page) == []
    assert inline_code(page) == []
    assert doubled_ids(page) == []
    assert dangling_references(page) == []
    assert page.find("meta", {"name": "robots", "content": "noindex"})
    assert "sans-only" in page.body["class"] or name == "gate"
    assert page.find(["input", "button", "a"], string=re.compile("Sign In")) is None  # allauth's own words


def test_signing_up_can_be_closed(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(AccountAdapter, "is_open_for_signup", lambda *_args: False)
    assert "No new accounts" in soup(client.get("/en/account/signup/")).h1.get_text()


@pytest.mark.parametrize("language", LANGUAGES)
def test_too_many_tries_end_on_a_page_that_says_how_to_go_on(
    client: Client, settings: Any, language: str
) -> None:
    settings.ACCOUNT_RATE_LIMITS = {"login": "1/40m/ip"}
    log_in(client, language)
    response = log_in(client, language, next=NEXT)
    page = soup(response)
    assert response.status_code == 429
    assert response["Retry-After"] == str(40 * 60)
    with translation.override(language):
        assert in_words(40 * 60) in page.main.get_text()
    assert page.html["lang"] == language
    assert levels_in_order(page) == []
    ways = {urlsplit(link["href"]).path for link in page.main("a")}
    assert ways == {
        f"/{language}/account/login/",
        f"/{language}/account/login/code/",
        f"/{language}/help-now/",
    }


def test_every_reason_to_log_in_says_what_an_account_is_good_for() -> None:
    assert len(reasons()) > 1
    for reason in reasons():
        assert str(reason.title).startswith("Log in to")
        assert len(str(reason.text)) > 20


# --- Where people go on to ------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", ["login/", "signup/", "login/code/"])
def test_the_way_back_stands_in_every_link_to_another_way(client: Client, path: str) -> None:
    page = soup(client.get(f"/en/account/{path}", {"next": NEXT}))
    links = [urlsplit(link["href"]) for link in page(["a"], href=re.compile("/account/"))]
    assert len(links) >= 3  # the header's twice, and the others
    language_links = {link["href"] for link in page("a", hreflang=True)}
    for link in links:
        if link.geturl() not in language_links:
            assert parse_qs(link.query) == {"next": [NEXT]}
    assert [field["value"] for field in page("input", {"name": "next"})][:1] == [NEXT]
    assert "you go on to where you were" in page.main.get_text()


def test_the_header_of_a_way_in_leads_to_no_way_in_again(client: Client) -> None:
    page = soup(client.get("/en/account/signup/"))
    assert {link["href"] for link in page.header("a", href=re.compile("login"))} == {"/en/account/login/"}


@pytest.mark.parametrize("foreign", ["https://evil.example/", "//evil.example/", "javascript:alert(1)"])
def test_nobody_is_promised_a_way_to_another_site(client: Client, user: User, foreign: str) -> None:
    page = soup(client.get("/en/account/login/", {"next": foreign}))
    assert "you go on to where you were" not in page.main.get_text()
    assert urlsplit(log_in(client, next=foreign).redirect_chain[-1][0]).path == "/en/account/"


def test_who_signs_up_comes_back_to_where_they_were(client: Client) -> None:
    data = {"email": "new@example.org", "password1": PASSWORD, "next": NEXT}
    page = soup(client.post("/en/account/signup/", data, follow=True))
    assert "new@example.org" in page.main.get_text()
    assert "you go on to where you were" in page.main.get_text()
    response = client.post("/en/account/confirm-email/", {"code": last_code()})
    assert response["Location"] == NEXT
    assert EmailAddress.objects.get(email="new@example.org").verified


def test_a_code_by_mail_leads_back_too(client: Client, user: User) -> None:
    open_code(client, "en")
    code = last_code()
    response = client.post(
        f"/en/account/login/code/confirm/?next={NEXT}", {"code": f" {code[:3]}-{code[3:]} ", "next": NEXT}
    )
    assert response["Location"] == NEXT


def test_a_second_factor_leads_back_too(client: Client, user: User) -> None:
    secret = with_second_factor(user)
    page = soup(log_in(client, next=NEXT))
    assert "you go on to where you were" in page.main.get_text()
    counter = next(iter(totp.yield_hotp_counters_from_time()))
    code = totp.format_hotp_value(totp.hotp_value(secret, counter))
    response = client.post("/en/account/second-factor/authenticate/", {"code": f"{code[:3]} {code[3:]}"})
    assert response["Location"] == NEXT


def test_giving_up_a_code_leads_to_the_other_ways_and_back(client: Client, user: User) -> None:
    page = soup(open_code(client, "en"))
    form = page.main.find("form", action="/en/account/logout/")
    response = client.post(
        form["action"], {"next": form.find("input", {"name": "next"})["value"]}, follow=True
    )
    assert soup(response).h1.get_text() == "Log in"
    assert soup(response).find("input", {"name": "next"})["value"] == NEXT


def test_what_was_typed_before_logging_in_is_there_again_after_it(client: Client, user: User) -> None:
    path = "/en/account/settings/"
    gate = soup(client.post(path, {"display_name": "Robin of the Woods"}, follow=True))
    assert "What you typed is kept" in gate.main.get_text()
    link = next(link["href"] for link in gate.main("a") if "login" in link["href"])
    back = parse_qs(urlsplit(link).query)["next"][0]
    assert back == path
    page = soup(log_in(client, next=back))
    assert page.find("input", {"name": "display_name"})["value"] == "Robin of the Woods"


# --- Mistakes -------------------------------------------------------------------------------------------------


def test_a_mistake_loses_nothing_but_the_password(client: Client, user: User) -> None:
    page = soup(log_in(client, password="wrong-guess", remember="on", next=NEXT))
    assert page.find("input", {"name": "login"})["value"] == "robin@example.org"
    assert page.find("input", {"name": "remember"}).has_attr("checked")
    assert page.find("input", {"name": "next"})["value"] == NEXT
    assert not page.find("input", {"name": "password"}).get("value")
    assert page.find(role="alert").get_text(strip=True)
    data = {"email": "new@example.org", "password1": "short"}
    page = soup(client.post("/en/account/signup/", data))
    assert page.find("input", {"name": "email"})["value"] == "new@example.org"
    assert not page.find("input", {"name": "password1"}).get("value")


def test_a_wrong_code_is_said_calmly_and_can_be_sent_again(client: Client, user: User) -> None:
    open_code(client, "en")
    first = last_code()
    page = soup(client.post("/en/account/login/code/confirm/", {"code": "x" + first, "next": NEXT}))
    assert "This code is not right" in page.find(role="alert").get_text()
    response = client.post("/en/account/login/code/confirm/", {"action": "resend", "next": NEXT}, follow=True)
    assert "A code is on its way" in soup(response).get_text()
    assert last_code() != first
    response = client.post("/en/account/login/code/confirm/", {"code": last_code(), "next": NEXT})
    assert response["Location"] == NEXT


def test_an_old_link_says_so_and_offers_a_new_one(client: Client, user: User) -> None:
    open_new_password(client, "en")
    path = f"/en/account/password/reset/key/{user_pk_to_url_str(user)}-set-password/"
    assert soup(client.post(path, {"password1": PASSWORD}, follow=True)).h1.get_text() == (
        "Your new password is saved"
    )
    page = soup(client.get(path))
    assert page.h1.get_text() == "This link is no longer valid"
    assert page.main.find("a", href="/en/account/password/reset/")
    user.refresh_from_db()
    assert user.check_password(PASSWORD)


@pytest.mark.parametrize(
    "typed", ["123456", " 123 456 ", "123-456", "123–456", "١٢٣٤٥٦", "۱۲۳۴۵۶", "１２３４５６", "\u200e123456"]
)
def test_a_code_may_be_written_in_any_way(typed: str) -> None:
    assert CodeField().clean(typed) == "123456"


@pytest.mark.parametrize(
    ("path", "kinds"),
    [
        ("login/", {"login": "username", "password": "current-password"}),
        ("signup/", {"email": "email", "password1": "new-password"}),
    ],
)
def test_password_managers_know_what_to_fill_in(client: Client, path: str, kinds: dict[str, str]) -> None:
    page = soup(client.get(f"/en/account/{path}"))
    assert {field["name"]: field["autocomplete"] for field in page("input", autocomplete=True)} == kinds


def test_telephones_offer_digits_for_a_code(client: Client, user: User) -> None:
    field = soup(open_code(client, "ar")).find("input", {"name": "code"})
    assert (field["inputmode"], field["autocomplete"]) == ("numeric", "one-time-code")


def test_a_slip_in_the_address_is_asked_about_once(client: Client) -> None:
    data = {"email": "robin@gmial.com", "password1": PASSWORD}
    page = soup(client.post("/en/account/signup/", data))
    assert "Did you mean \u2068robin@gmail.com\u2069?" in page.get_text()
    assert not User.objects.exists()
    asked = {one["name"]: one["value"] for one in page.select("input[name=email_asked]")}
    assert soup(client.post("/en/account/signup/", {**data, **asked}, follow=True)).select("[name=code]")
    assert User.objects.get().email == "robin@gmial.com"
