"""A browser that has logged in before counts by itself: strangers can't lock anybody out of it."""

from http.cookies import Morsel
from typing import Any

import pytest
from django.core import signing
from django.test import Client, RequestFactory
from django.urls import reverse

from accounts import devices
from accounts.models import User
from tests.accounts.ways_in import (
    PASSWORD,
    TOO_MANY,
    add_totp,
    code_in_mail_to,
    is_logged_in,
    link_in_mail_to,
    log_in,
    make_account,
    new_ip,
    totp_code,
)

pytestmark = pytest.mark.django_db


def known_browser(user: User, secret: str = "") -> Client:
    """Logged in once, and out again."""
    browser = Client()
    log_in(browser, user.email, REMOTE_ADDR=new_ip())
    if secret:
        browser.post(reverse("mfa_authenticate"), {"code": totp_code(secret)})
    assert is_logged_in(browser)
    browser.post(reverse("account_logout"))
    return browser


def cookie(browser: Client) -> Morsel:
    return browser.cookies[devices.COOKIE]


def use_up_everything(user: User, ip: str = "") -> None:
    """What a stranger can do who knows an address: wrong passwords, codes and links until nothing is left."""
    for _ in range(12):
        log_in(Client(), user.email, "wrong", REMOTE_ADDR=ip or new_ip())
        for page in ("account_request_login_code", "account_reset_password"):
            Client().post(reverse(page), {"email": user.email}, REMOTE_ADDR=ip or new_ip())


def test_everybody_else_is_locked_out_then() -> None:
    user = make_account()
    use_up_everything(user)
    stranger = Client()
    assert TOO_MANY in log_in(stranger, user.email, REMOTE_ADDR=new_ip()).content.decode()
    assert stranger.post(reverse("account_request_login_code"), {"email": user.email}).status_code != 302


def test_an_account_of_the_same_mailbox_is_no_way_to_guess_more_often() -> None:
    """`robin+guess` is somebody else's where + is a letter like others. Each log-in there is a browser anew."""
    owner, other = make_account("robin@example.org"), make_account("robin+guess@example.org")
    use_up_everything(owner)
    guessing = known_browser(other)
    assert TOO_MANY in log_in(guessing, owner.email, "wrong", REMOTE_ADDR=new_ip()).content.decode()
    request = RequestFactory().get("/")
    request.COOKIES[devices.COOKIE] = cookie(guessing).value
    assert devices.known_as(request, other.email)
    assert devices.known_as(
        request, "login_code robin@example.org"
    )  # mails to the box are counted for the box
    assert not devices.known_as(request, owner.email)


def test_the_owner_logs_in_by_password() -> None:
    user = make_account()
    browser = known_browser(user)
    use_up_everything(user)
    assert log_in(browser, user.email, REMOTE_ADDR=new_ip()).status_code == 302
    assert is_logged_in(browser)


def test_the_owner_logs_in_by_a_code() -> None:
    user = make_account()
    browser = known_browser(user)
    use_up_everything(user)
    browser.post(reverse("account_request_login_code"), {"email": user.email})
    browser.post(reverse("account_confirm_login_code"), {"code": code_in_mail_to(user.email)})
    assert is_logged_in(browser)


def test_the_owner_sets_a_new_password() -> None:
    user = make_account()
    browser = known_browser(user)
    use_up_everything(user)
    browser.post(reverse("account_reset_password"), {"email": user.email})
    form = browser.get(link_in_mail_to(user.email))["Location"]
    browser.post(form, {"password1": "another-calm-water-7"})
    assert log_in(browser, user.email, "another-calm-water-7", REMOTE_ADDR=new_ip()).status_code == 302


def test_neighbours_on_the_owners_network_lock_nobody_out() -> None:
    user = make_account()
    browser = known_browser(user)
    use_up_everything(user, ip="203.0.113.7")
    assert log_in(browser, user.email, REMOTE_ADDR="203.0.113.7").status_code == 302


def test_the_second_factor_is_counted_by_itself_too() -> None:
    user = make_account()
    secret = add_totp(user)
    browser = known_browser(user, secret)
    thief = Client()  # who knows the password
    log_in(thief, user.email, REMOTE_ADDR=new_ip())
    for _ in range(8):
        thief.post(reverse("mfa_authenticate"), {"code": "000000"}, REMOTE_ADDR=new_ip())
    log_in(browser, user.email, REMOTE_ADDR=new_ip())
    browser.post(reverse("mfa_authenticate"), {"code": totp_code(secret, periods=1)})
    assert is_logged_in(browser)


def test_a_known_browser_may_guess_no_more_often_than_any_other() -> None:
    user = make_account()
    browser = known_browser(user)
    said = [
        TOO_MANY in log_in(browser, user.email, "wrong", REMOTE_ADDR=new_ip()).content.decode()
        for _ in range(8)
    ]
    assert said == [False] * 5 + [True] * 3


def test_the_cookie_is_good_for_the_accounts_it_was_given_for_alone() -> None:
    user, other = make_account(), make_account("other@example.org")
    browser = known_browser(user)
    for _ in range(6):
        log_in(Client(), other.email, "wrong", REMOTE_ADDR=new_ip())
    assert TOO_MANY in log_in(browser, other.email, REMOTE_ADDR=new_ip()).content.decode()


def test_a_shared_browser_knows_everybody_who_logged_in_there() -> None:
    people = [make_account(f"person{number}@example.org") for number in range(3)]
    browser = Client()
    for person in people:
        log_in(browser, person.email, REMOTE_ADDR=new_ip())
        browser.post(reverse("account_logout"))
    for person in people:
        use_up_everything(person)
        assert log_in(browser, person.email, REMOTE_ADDR=new_ip()).status_code == 302
        browser.post(reverse("account_logout"))


def test_the_cookie_names_nobody_and_scripts_cannot_read_it() -> None:
    user = make_account()
    browser = known_browser(user)
    assert cookie(browser)["httponly"]
    assert cookie(browser)["samesite"] == "Lax"
    inside = signing.loads(cookie(browser).value, salt=devices.SALT)
    assert "noor" not in str(inside)
    assert inside.keys() == {"id", "accounts"}


def test_each_log_in_makes_another_name_so_that_nobody_is_followed_by_it() -> None:
    user = make_account()
    browser = known_browser(user)
    first = cookie(browser).value
    log_in(browser, user.email, REMOTE_ADDR=new_ip())
    assert cookie(browser).value != first


@pytest.mark.parametrize(
    "value",
    [
        lambda: "",
        lambda: "x",
        lambda: "a:b:c",
        lambda: '"',
        lambda: "%D0%B0",
        lambda: signing.dumps([1], salt=devices.SALT),
        lambda: signing.dumps({"id": 1}),
    ],
    ids=["nothing", "a letter", "three parts", "a quote", "quoted", "a list", "another salt"],
)
def test_a_cookie_of_somebody_elses_making_counts_for_nothing(value: Any) -> None:
    user = make_account()
    browser = Client()
    browser.cookies[devices.COOKIE] = value()
    use_up_everything(user)
    assert TOO_MANY in log_in(browser, user.email, REMOTE_ADDR=new_ip()).content.decode()


def test_a_wrong_password_makes_no_browser_known() -> None:
    user = make_account()
    browser = Client()
    log_in(browser, user.email, "wrong")
    assert devices.COOKIE not in browser.cookies


def test_a_password_without_its_second_factor_makes_no_browser_known() -> None:
    user = make_account()
    add_totp(user)
    browser = Client()
    log_in(browser, user.email, PASSWORD)
    assert devices.COOKIE not in browser.cookies
