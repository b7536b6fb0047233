"""How long a log-in lasts, and how it ends. Ids: docs/rules/security.md, A."""

from datetime import timedelta
from importlib import import_module
from typing import Any

import pytest
from allauth.usersessions.models import UserSession
from django.conf import settings as django_settings
from django.contrib.sessions.models import Session
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.middleware import UNATTENDED
from accounts.models import User
from tests.accounts.addresses import every_address
from tests.accounts.ways_in import (
    PASSWORD,
    add_totp,
    is_logged_in,
    link_in_mail_to,
    log_in,
    make_account,
    new_ip,
    totp_code,
)

pytestmark = pytest.mark.django_db

NEW = "another-calm-water-7"
COOKIE = django_settings.SESSION_COOKIE_NAME


class Clock:
    """Time goes on only when told to."""

    def __init__(self, traveller: Any) -> None:
        self.traveller, self.now = traveller, timezone.now()
        traveller.move_to(self.now, tick=False)

    def later(self, **spans: float) -> None:
        self.now += timedelta(**spans)
        self.traveller.move_to(self.now, tick=False)


@pytest.fixture
def clock(time_machine: Any) -> Clock:
    return Clock(time_machine)


@pytest.fixture
def noor(client: Client) -> User:
    """A client, logged in with `client`."""
    user = make_account()
    log_in(client, user.email)
    return user


def staff_session(**more: Any) -> Client:
    """An administrator in the CMS, who has shown the second factor."""
    user = User.objects.filter(is_superuser=True).first() or make_account(
        "ada@example.org", is_superuser=True
    )
    visitor = Client()
    if not user.authenticator_set.exists():  # type: ignore[attr-defined]
        user.secret = add_totp(user)  # type: ignore[attr-defined]
    log_in(visitor, user.email, **more)
    visitor.post(reverse("mfa_authenticate"), {"code": totp_code(user.secret)})  # type: ignore[attr-defined]
    assert visitor.get("/cms/").status_code == 200
    return visitor


def in_cms(visitor: Client) -> bool:
    return visitor.get("/cms/reports/locked/").status_code == 200


def said(visitor: Client) -> list[str]:
    """The messages of the next page that shows them."""
    page = visitor.get(reverse("account_login"))
    return [str(one) for one in page.context["messages"]]


# --- 12 ---------------------------------------------------------------------------------------------------------


def test_A12_the_cookie_of_a_session_that_ended_opens_nothing(client: Client, noor: User) -> None:
    replay = Client()
    replay.cookies[COOKIE] = client.cookies[COOKIE].value
    assert is_logged_in(replay)
    client.post(reverse("account_logout"))
    assert not is_logged_in(client)
    assert not is_logged_in(replay)
    assert not Session.objects.filter(session_key=replay.cookies[COOKIE].value).exists()


def test_A12_a_session_from_before_is_not_the_one_after_logging_in(client: Client) -> None:
    user = make_account()
    store = import_module(django_settings.SESSION_ENGINE).SessionStore()
    store["planted"] = True
    store.save()
    client.cookies[COOKIE] = store.session_key
    log_in(client, user.email)
    assert client.cookies[COOKIE].value != store.session_key
    other = Client()
    other.cookies[COOKIE] = store.session_key
    assert not is_logged_in(other)


def test_A12_the_session_changes_again_with_the_second_factor(client: Client) -> None:
    user = make_account()
    secret = add_totp(user)
    log_in(client, user.email)
    before = client.cookies[COOKIE].value
    client.post(reverse("mfa_authenticate"), {"code": totp_code(secret)})
    assert is_logged_in(client)
    assert client.cookies[COOKIE].value != before


def other_device(user: User, password: str = PASSWORD) -> Client:
    visitor = Client()
    log_in(visitor, user.email, password, REMOTE_ADDR=new_ip())
    assert is_logged_in(visitor)
    return visitor


def test_A12_a_new_password_ends_the_other_sessions(client: Client, noor: User) -> None:
    other = other_device(noor)
    client.post(
        reverse("account_change_password"), {"oldpassword": PASSWORD, "password1": NEW, "password2": NEW}
    )
    assert is_logged_in(client)
    assert not is_logged_in(other)


def test_A12_a_forgotten_password_ends_all_sessions(client: Client, noor: User) -> None:
    asking = Client()
    asking.post(reverse("account_reset_password"), {"email": noor.email})
    form = asking.get(link_in_mail_to(noor.email))["Location"]
    asking.post(form, {"password1": NEW, "password2": NEW})
    assert not is_logged_in(client)
    assert log_in(asking, noor.email, NEW).status_code == 302


def test_A12_who_is_deactivated_is_out_with_the_next_request(client: Client, noor: User) -> None:
    User.objects.update(is_active=False)
    assert not is_logged_in(client)
    log_in(client, noor.email)
    assert not is_logged_in(client)


def test_A12_a_session_that_is_ended_in_the_list_is_over(client: Client, noor: User) -> None:
    other = other_device(noor)
    assert UserSession.objects.count() == 2
    client.post(reverse("usersessions_list"))  # ends all others
    assert is_logged_in(client)
    assert not is_logged_in(other)


# --- 13: staff --------------------------------------------------------------------------------------------------


def test_A13_a_staff_session_ends_after_half_an_hour_without_use_and_says_so(clock: Clock) -> None:
    visitor = staff_session()
    clock.later(minutes=29)
    assert in_cms(visitor)
    clock.later(minutes=29)
    assert in_cms(visitor)
    clock.later(minutes=31)
    assert not in_cms(visitor)
    assert "You were logged out because nothing happened for a while." in said(visitor)
    assert not is_logged_in(visitor)


@pytest.mark.parametrize("remember", [False, True])
def test_A13_a_staff_session_ends_after_twelve_hours_however_busy_and_says_so(
    clock: Clock, remember: bool
) -> None:
    visitor = staff_session(remember=remember)
    for _ in range(12 * 3 - 1):
        clock.later(minutes=20)
        assert in_cms(visitor)
    clock.later(minutes=21)
    assert not in_cms(visitor)
    assert "You were logged out because your last log-in was a long time ago." in said(visitor)


def test_A13_what_the_cms_asks_by_itself_is_no_use(clock: Clock) -> None:
    visitor = staff_session()
    asked = [one.path for one in every_address() if one.path.startswith(UNATTENDED)]
    assert len(asked) == 2
    for _ in range(3):
        clock.later(minutes=9)
        for path in asked:
            visitor.post(path, HTTP_X_REQUESTED_WITH="XMLHttpRequest")
    clock.later(minutes=4)
    assert not in_cms(visitor)


def test_A13_staff_read_the_site_and_their_account_on_the_same_clock(clock: Clock) -> None:
    visitor = staff_session()
    clock.later(minutes=31)
    assert not is_logged_in(visitor)


# --- 13: clients ------------------------------------------------------------------------------------------------


def test_A13_a_client_stays_for_the_browsers_session_and_twelve_hours_without_use(
    client: Client, clock: Clock, noor: User
) -> None:
    assert client.cookies[COOKIE]["max-age"] == ""
    clock.later(hours=11)
    assert is_logged_in(client)  # and counts as a use
    clock.later(hours=11)
    assert is_logged_in(client)
    clock.later(hours=13)
    assert not is_logged_in(client)


def test_A13_a_client_who_asks_for_it_stays_for_thirty_days_and_not_longer(
    client: Client, clock: Clock
) -> None:
    user = make_account()
    log_in(client, user.email, remember=True)
    assert client.cookies[COOKIE]["max-age"] == int(timedelta(days=30).total_seconds())
    for _ in range(29):
        clock.later(days=1)
        assert is_logged_in(client)
    clock.later(days=1, minutes=1)
    assert "You were logged out because your last log-in was a long time ago." in said(client)
    assert not is_logged_in(client)


def test_A13_reading_writes_nothing_but_once_a_minute(client: Client, clock: Clock, noor: User) -> None:
    client.get(reverse("account_home"))
    before = Session.objects.get().session_data
    clock.later(seconds=59)
    client.get(reverse("account_home"))
    assert Session.objects.get().session_data == before
    clock.later(seconds=2)
    client.get(reverse("account_home"))
    assert Session.objects.get().session_data != before


# --- Nothing of it stays behind ---------------------------------------------------------------------------------


def is_kept_nowhere(response: Any) -> bool:
    directives = {one.strip() for one in response.get("Cache-Control", "").split(",")}
    return {"private", "no-store"} <= directives and "Cookie" in response.get("Vary", "")


def test_A12_A13_no_cache_keeps_what_somebody_logged_in_sees(client: Client, noor: User) -> None:
    paths = [
        reverse("account_home"),
        reverse("account_email"),
        reverse("account_login"),  # leads on
        "/en/",
        "/en/nowhere/",
        "/cms/",
    ]
    for path in paths:
        assert is_kept_nowhere(client.get(path)), path
    staff = staff_session()
    for path in ("/cms/", "/cms/login/", "/cms/reports/locked/", "/cms/pages/"):
        response = staff.get(path)
        assert is_kept_nowhere(response), path
        etag = response.get("ETag")
        if etag:
            assert is_kept_nowhere(staff.get(path, HTTP_IF_NONE_MATCH=etag)), path


def test_A12_a_page_for_everybody_may_be_kept_and_starts_no_session(client: Client) -> None:
    response = client.get("/en/account/inactive/")
    assert COOKIE not in response.cookies
    assert "no-store" not in response.get("Cache-Control", "")


@pytest.mark.parametrize("way", ["account_logout", "wagtailadmin_logout"])
def test_A12_logging_out_tells_the_browser_to_forget(way: str) -> None:
    visitor = staff_session()
    response = visitor.post(reverse(way))
    assert response["Clear-Site-Data"] == '"cache"'
    assert is_kept_nowhere(response)
    assert not is_logged_in(visitor)


def test_A12_a_session_that_is_over_is_forgotten_too(clock: Clock) -> None:
    visitor = staff_session()
    assert "Clear-Site-Data" not in visitor.get("/cms/")
    clock.later(minutes=31)
    assert visitor.get("/cms/")["Clear-Site-Data"] == '"cache"'


def test_A12_logging_out_needs_a_post(client: Client, noor: User) -> None:
    client.get(reverse("account_logout"))
    assert is_logged_in(client)


def test_A12_logging_out_needs_our_own_form(noor: User) -> None:
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(noor)
    assert strict.post(reverse("account_logout")).status_code == 403
    assert is_logged_in(strict)
