"""Tries are counted: over all doors, and for all processes together. Ids: docs/rules/security.md."""

import re
import sys
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from html import escape
from pathlib import Path
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from allauth.core.internal import ratelimit
from django.core.cache import caches
from django.db import connection
from django.test import Client, RequestFactory
from django.urls import reverse
from django.utils import timezone

from accounts.adapter import NOBODY, AccountAdapter
from accounts.limits import seconds_to_wait
from accounts.models import User
from tests.accounts.servers import BASE_DIR, Site, running
from tests.accounts.ways_in import (
    PASSWORD,
    TOO_MANY,
    WRONG,
    add_totp,
    code_in_mail_to,
    is_logged_in,
    link_in_mail_to,
    log_in,
    make_account,
    new_ip,
    totp_code,
)
from tests.booking.racing import race

pytestmark = pytest.mark.django_db

MOST = 5  # wrong passwords of one account that are looked at in five minutes
NOT_OLD = escape("This isn’t your current password.")
INCORRECT = escape(str(AccountAdapter.error_messages["incorrect_password"]))


def answer(text: str) -> str:
    """What an answer to a password says: whether it was looked at."""
    if TOO_MANY in text:
        return "refused"
    return "checked" if any(one in text for one in (WRONG, NOT_OLD, INCORRECT)) else "other"


# --- What allauth counts in -------------------------------------------------------------------------------------


def test_A3_allauth_counts_in_the_cache_that_all_processes_share() -> None:
    """allauth takes Django's default cache; a new place where it does so must be pointed at the shared one too."""
    counting = {
        name: module.cache
        for name, module in list(sys.modules.items())
        if name.startswith("allauth.") and hasattr(module, "cache") and hasattr(module.cache, "add")
    }
    assert set(counting) == {"allauth.core.internal.ratelimit", "allauth.mfa.totp.internal.auth"}
    for name, cache in counting.items():
        assert cache.add(f"of-{name}", "here", timeout=60)
        assert caches["limits"].get(f"of-{name}") == "here"
        assert caches["default"].get(f"of-{name}") is None


def test_A15_limits_are_kept_in_the_database_so_there_is_nothing_else_that_could_fail() -> None:
    """Without the database no page is answered anyway."""
    caches["limits"].set("here", 1, timeout=60)
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM accounts_limits WHERE cache_key LIKE '%here'")
        assert cursor.fetchone() == (1,)


def test_A3_a_code_of_an_app_opens_once_for_as_long_as_it_is_good(time_machine: Any) -> None:
    user = make_account()
    secret = add_totp(user)
    start = timezone.now().replace(second=1, microsecond=0)
    time_machine.move_to(start)
    code = totp_code(secret)

    def opens() -> bool:
        visitor = Client()
        log_in(visitor, user.email)
        visitor.post(reverse("mfa_authenticate"), {"code": code})
        return is_logged_in(visitor)

    assert opens()
    for seconds in (1, 31, 45, 61):
        time_machine.move_to(start + timedelta(seconds=seconds))
        assert not opens()


@pytest.mark.parametrize(("other", "status"), [("::ffff:198.51.100.8", 200), ("198.51.100.7", 429)])
def test_A3_a_network_behind_a_socket_for_both_kinds_is_its_own(
    settings: Any, other: str, status: int
) -> None:
    settings.ACCOUNT_RATE_LIMITS = {"login": "1/m/ip"}
    log_in(Client(), "a@example.org", "wrong", REMOTE_ADDR="::ffff:198.51.100.7")
    assert log_in(Client(), "a@example.org", "wrong", REMOTE_ADDR=other).status_code == status


def test_A3_nobody_is_told_that_they_were_too_many_because_others_are_being_counted(settings: Any) -> None:
    """allauth's lock, which it asked for a second, refuses nobody any more."""
    settings.ACCOUNT_RATE_LIMITS = {"login": "9/m/ip"}
    request = RequestFactory().post("/", REMOTE_ADDR="198.51.100.7")
    rate = ratelimit.Rate(9, 60, "ip")
    name = ratelimit.get_cache_key(request, app="allauth.account", action="login", rate=rate)
    caches["limits"].set(f"{name}:lock", True, timeout=60)
    assert log_in(Client(), "a@example.org", "wrong", REMOTE_ADDR="198.51.100.7").status_code == 200


def test_A3_a_try_that_is_taken_back_or_only_asked_for_does_not_count(settings: Any) -> None:
    request = RequestFactory().post("/", REMOTE_ADDR="198.51.100.7")

    def used(**options: Any) -> Any:
        return ratelimit.consume(
            request, app="allauth.account", action="try", config={"try": "1/m/ip"}, **options
        )

    for _ in range(3):
        assert used(dry_run=True)
        first = used()
        assert first
        assert not used()
        assert not used(dry_run=True)
        assert seconds_to_wait(request) == 60
        first.rollback()


def test_A3_whoever_has_asked_for_too_many_links_hears_for_how_long(time_machine: Any) -> None:
    time_machine.move_to(timezone.now())
    user, page = make_account(), reverse("account_reset_password")
    answers = [Client().post(page, {"email": user.email}, REMOTE_ADDR=new_ip()) for _ in range(6)]
    assert [one.status_code for one in answers] == [302] * 5 + [429]
    assert 59 * 60 <= int(answers[-1]["Retry-After"]) <= 3600
    assert re.search(r"try again in (59|60) minutes", answers[-1].content.decode())


# --- 3: five tries ----------------------------------------------------------------------------------------------


def guessing_at_every_door(user: User) -> list[Callable[[], str]]:
    """Ways to try a wrong password, each from a device of its own: at the log-in, and in sessions of the account."""

    def at(name: str, data: dict[str, str], visitor: Client) -> Callable[[], str]:
        return lambda: answer(
            visitor.post(reverse(name), data, REMOTE_ADDR=new_ip(), follow=True).content.decode()
        )

    def inside() -> Client:
        visitor = Client()
        visitor.force_login(user)
        return visitor

    new = {"password1": "a-new-calm-water-7", "password2": "a-new-calm-water-7"}
    return [
        at("account_login", {"login": user.email, "password": "wrong"}, Client()),
        at("account_login", {"login": user.email.upper(), "password": "wrong"}, Client()),
        at("account_reauthenticate", {"password": "wrong"}, inside()),
        at("account_change_password", {"oldpassword": "wrong", **new}, inside()),
    ]


def test_A3_forty_wrong_passwords_over_all_doors_are_five_that_are_checked() -> None:
    ways = guessing_at_every_door(make_account())
    said = Counter(ways[number % len(ways)]() for number in range(40))
    assert said["checked"] == MOST
    assert said["refused"] >= 20  # others met the limit of a page


def test_A3_the_right_password_too_is_refused_then_at_every_door_and_counts_again_later(
    time_machine: Any,
) -> None:
    user = make_account()
    visitor = Client()
    visitor.force_login(user)
    time_machine.move_to(timezone.now(), tick=False)
    for _ in range(MOST):
        log_in(Client(), user.email, "wrong", REMOTE_ADDR=new_ip())
    assert TOO_MANY in log_in(Client(), user.email, REMOTE_ADDR=new_ip()).content.decode()
    page = visitor.post(reverse("account_reauthenticate"), {"password": PASSWORD})
    assert TOO_MANY in page.content.decode()
    new = {"password1": "a-new-calm-water-7", "password2": "a-new-calm-water-7"}
    page = visitor.post(reverse("account_change_password"), {"oldpassword": PASSWORD, **new})
    assert TOO_MANY in page.content.decode()
    time_machine.move_to(timezone.now() + timedelta(minutes=5, seconds=1))
    assert log_in(Client(), user.email).status_code == 302


def test_A3_another_host_name_or_port_is_no_other_account() -> None:
    user = make_account()
    said = [
        answer(
            log_in(
                Client(), user.email, "wrong", REMOTE_ADDR=new_ip(), HTTP_HOST=f"LocalHost:{number}"
            ).content.decode()
        )
        for number in range(1000, 1010)
    ]
    assert Counter(said) == {"checked": MOST, "refused": 5}


def test_A3_codes_of_the_second_factor_are_counted_over_both_doors() -> None:
    user = make_account()
    add_totp(user)
    inside = Client()
    inside.force_login(user)

    def at_login() -> str:
        visitor = Client()
        log_in(visitor, user.email, REMOTE_ADDR=new_ip())
        return visitor.post(
            reverse("mfa_authenticate"), {"code": "000000"}, REMOTE_ADDR=new_ip()
        ).content.decode()

    def inside_() -> str:
        return inside.post(
            reverse("mfa_reauthenticate"), {"code": "000000"}, REMOTE_ADDR=new_ip()
        ).content.decode()

    said = [(at_login if number % 2 else inside_)() for number in range(12)]
    incorrect = escape(str(AccountAdapter.error_messages["incorrect_code"]))
    assert sum(incorrect in one for one in said) == MOST


def test_A3_a_code_from_a_mail_may_be_mistyped_twice() -> None:
    user = make_account()
    visitor = Client()
    visitor.post(reverse("account_request_login_code"), {"email": user.email})
    code = code_in_mail_to(user.email)
    for _ in range(3):
        visitor.post(reverse("account_confirm_login_code"), {"code": "WRNG-CODE"})
    visitor.post(reverse("account_confirm_login_code"), {"code": code})
    assert not is_logged_in(visitor)


@pytest.mark.django_db(transaction=True)
def test_A3_forty_at_one_moment_are_five_that_are_checked() -> None:
    user = make_account()

    def guess() -> str:
        return answer(log_in(Client(), user.email, "wrong", REMOTE_ADDR=new_ip()).content.decode())

    said = Counter(race([guess] * 20) + race([guess] * 20))
    assert said["checked"] <= MOST
    assert said["checked"] + said["refused"] == 40


# --- 8: the owner's ways in -------------------------------------------------------------------------------------


def locked_out(user: User) -> None:
    for _ in range(MOST + 1):
        log_in(Client(), user.email, "wrong", REMOTE_ADDR="203.0.113.66")
    assert TOO_MANY in log_in(Client(), user.email, REMOTE_ADDR=new_ip()).content.decode()


def test_A8_the_owner_comes_in_by_a_code_while_somebody_else_is_guessing(client: Client) -> None:
    user = make_account()
    locked_out(user)
    client.post(reverse("account_request_login_code"), {"email": user.email})
    client.post(reverse("account_confirm_login_code"), {"code": code_in_mail_to(user.email)})
    assert is_logged_in(client)


def test_A8_the_owner_with_a_second_factor_comes_in_too(client: Client) -> None:
    user = make_account()
    secret = add_totp(user)
    locked_out(user)
    client.post(reverse("account_request_login_code"), {"email": user.email})
    client.post(reverse("account_confirm_login_code"), {"code": code_in_mail_to(user.email)})
    client.post(reverse("mfa_authenticate"), {"code": totp_code(secret)})
    assert is_logged_in(client)


def test_A8_a_new_password_opens_at_once(client: Client) -> None:
    user = make_account()
    locked_out(user)
    client.post(reverse("account_reset_password"), {"email": user.email})
    form = client.get(link_in_mail_to(user.email))["Location"]
    client.post(form, {"password1": "another-calm-water-7", "password2": "another-calm-water-7"})
    assert log_in(client, user.email, "another-calm-water-7").status_code == 302
    assert is_logged_in(client)


# --- 9, 10: whose address ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("proxies", "remote", "header", "counted"),
    [
        (0, "203.0.113.5", None, "203.0.113.5"),
        (0, "203.0.113.5", "1.2.3.4", "203.0.113.5"),  # nobody's word
        (0, "", None, NOBODY),  # a unix socket and no proxy
        (0, "", "1.2.3.4", NOBODY),
        (1, "", "203.0.113.5", "203.0.113.5"),  # a unix socket behind nginx
        (1, "127.0.0.1", "203.0.113.5", "203.0.113.5"),
        (1, "127.0.0.1", "1.2.3.4, 203.0.113.5", "203.0.113.5"),  # what the client wrote stands before
        (1, "127.0.0.1", "1.2.3.4,5.6.7.8,203.0.113.5", "203.0.113.5"),
        (1, "127.0.0.1", "203.0.113.5:4711", "203.0.113.5"),
        (1, "127.0.0.1", "[2001:db8::1]:4711", "2001:db8::1"),
        (2, "127.0.0.1", "1.2.3.4, 203.0.113.5, 10.0.0.1", "203.0.113.5"),
        (2, "127.0.0.1", "203.0.113.5", "127.0.0.1"),  # fewer than there are proxies: from none of them
        (2, "", "203.0.113.5", NOBODY),
        (1, "127.0.0.1", "unknown", NOBODY),
        (1, "127.0.0.1", "", "127.0.0.1"),
        (1, "127.0.0.1", None, "127.0.0.1"),
    ],
)
def test_A9_A10_the_address_that_counts_is_the_one_our_proxy_saw(
    settings: Any, proxies: int, remote: str, header: str | None, counted: str
) -> None:
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = proxies
    more: dict[str, Any] = {} if header is None else {"HTTP_X_FORWARDED_FOR": header}
    for other in ("HTTP_X_REAL_IP", "HTTP_FORWARDED", "HTTP_CLIENT_IP", "HTTP_CF_CONNECTING_IP"):
        more[other] = "9.9.9.9"
    request = RequestFactory().get("/", REMOTE_ADDR=remote, **more)
    assert AccountAdapter(request).get_client_ip(request) == counted


@pytest.mark.parametrize("proxies", [0, 1])
def test_A10_forty_log_ins_with_invented_headers_are_one_address(settings: Any, proxies: int) -> None:
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = proxies
    said = Counter()
    for number in range(40):
        invented = f"1.2.3.{number}"
        header = invented if proxies == 0 else f"{invented}, 203.0.113.5"
        response = log_in(
            Client(), f"nobody{number}@example.org", REMOTE_ADDR="203.0.113.5", HTTP_X_FORWARDED_FOR=header
        )
        said[answer(response.content.decode())] += 1
    assert said["checked"] == 10  # an address may be wrong ten times a minute, whichever the accounts


@pytest.mark.parametrize("header", ["1.2.3.4", "", "x" * 5000, "1.2.3.4," * 500, "[::1", "\u0661.2.3.4"])
def test_A10_no_header_is_an_error(settings: Any, header: str) -> None:
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 2
    user = make_account()
    response = log_in(Client(), user.email, HTTP_X_FORWARDED_FOR=header)
    assert response.status_code == 302


def test_A10_our_nginx_writes_the_address_itself() -> None:
    """`$remote_addr`, not what the client sent with something behind it; no other header is believed."""
    text = (BASE_DIR / "docs/deploy/nginx.conf").read_text()
    assert re.findall(r"proxy_set_header X-Forwarded-For (\S+);", text) == ["$remote_addr"]


# --- Real processes ---------------------------------------------------------------------------------------------


def checked_by(site: Site, email: str) -> Counter[str]:
    """40 wrong passwords at once, each from an address of its own: how many are looked at."""

    def guess(number: int) -> str:
        return answer(site.log_in(email, "wrong", **{"X-Forwarded-For": f"203.0.113.{number + 1}"})[1])

    with ThreadPoolExecutor(6) as pool:
        return Counter(pool.map(guess, range(40)))


@pytest.mark.django_db(transaction=True)
def test_A3_A9_three_processes_behind_a_unix_socket_count_together(tmp_path: Path) -> None:
    user = make_account()
    other = make_account("other@example.org")
    with running(tmp_path, 3) as site:
        said = checked_by(site, user.email)
        assert said["checked"] <= MOST
        assert said["checked"] + said["refused"] == 40
        # A9: who comes through a socket is let in, and counted by what the proxy says
        assert site.log_in(other.email, PASSWORD, **{"X-Forwarded-For": "203.0.113.77"})[0] == 302
        assert site.log_in(other.email, PASSWORD)[0] == 302
        for number in range(12):
            site.log_in(f"n{number}@example.org", "wrong", **{"X-Forwarded-For": "203.0.113.99"})
        page = site.log_in(other.email, PASSWORD, **{"X-Forwarded-For": "203.0.113.99"})[1]
        assert TOO_MANY in page
        page = site.log_in(other.email, PASSWORD, **{"X-Forwarded-For": "5.6.7.8, 203.0.113.99"})[1]
        assert TOO_MANY in page
        assert site.log_in(other.email, PASSWORD, **{"X-Forwarded-For": "203.0.113.78"})[0] == 302
    assert EmailAddress.objects.count() == 2


@pytest.mark.django_db(transaction=True)
def test_A3_counted_in_each_process_alone_more_would_get_through(tmp_path: Path) -> None:
    user = make_account()
    with running(tmp_path, 3, LIMITS_IN_EACH_PROCESS="yes") as site:
        assert checked_by(site, user.email)["checked"] > MOST
