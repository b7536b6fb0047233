"""A changed CLIENT_KEY_SECRET or SECRET_KEY: a former one is still read with, and what is lost is a sentence."""

from collections.abc import Callable
from html import unescape
from io import StringIO
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from django.contrib.sessions.models import Session
from django.core.management import CommandError, call_command
from django.test import Client, RequestFactory
from django.urls import reverse
from structlog.testing import capture_logs

from accounts import devices, second_factors
from accounts.models import User
from core import security
from core.danger import KINDS
from core.danger.asking import COOKIE, danger_of
from core.models import Outbox
from tests.accounts import account_pages
from tests.accounts.ways_in import (
    add_totp,
    is_logged_in,
    log_in,
    make_account,
    text_of_last_mail_to,
    totp_code,
)

pytestmark = pytest.mark.django_db

FIRST, FORMER = "the tests' first client key secret", "the tests' former client key secret"
SENTENCE = "Something went wrong on our side"


@pytest.fixture(autouse=True)
def _loggers_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    """`capture_logs` sees loggers that were not used before."""
    import structlog

    monkeypatch.setattr(second_factors, "logger", structlog.get_logger())
    monkeypatch.setattr(security, "log", structlog.get_logger("security"))


def change_secret(settings: Any, *, keep: bool) -> None:
    settings.CLIENT_KEY_SECRET = FIRST
    settings.CLIENT_KEY_SECRET_FALLBACKS = [FORMER] if keep else []


@pytest.fixture
def user(settings: Any) -> User:
    settings.CLIENT_KEY_SECRET = FORMER
    return make_account()


@pytest.fixture
def secret(user: User) -> str:
    """Of the app of `user`; encrypted with the former secret, as the recovery codes are."""
    return add_totp(user)


def recovery_code(user: User) -> str:
    factor = Authenticator.objects.get(user=user, type=Authenticator.Type.RECOVERY_CODES)
    return RecoveryCodes(factor).get_unused_codes()[0]


def text_of(response: Any) -> str:
    return unescape(response.content.decode())


# --- Second factors ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("by_app", [True, False], ids=["app", "recovery code"])
def test_a_factor_under_a_former_secret_lets_in(
    client: Client, user: User, secret: str, settings: Any, by_app: bool
) -> None:
    code = totp_code(secret) if by_app else recovery_code(user)
    change_secret(settings, keep=True)
    log_in(client, user.email)
    assert client.post(reverse("mfa_authenticate"), {"code": code}).status_code == 302
    assert is_logged_in(client)


def test_a_new_factor_is_under_the_first_secret(settings: Any) -> None:
    change_secret(settings, keep=True)
    user = make_account()
    secret = add_totp(user)
    settings.CLIENT_KEY_SECRET_FALLBACKS = []
    assert Authenticator.objects.get(user=user, type="totp").wrap().validate_code(totp_code(secret))


@pytest.mark.parametrize("by_app", [True, False], ids=["app", "recovery code"])
def test_a_factor_whose_secret_is_lost_is_a_sentence_at_the_door(
    client: Client, user: User, secret: str, settings: Any, by_app: bool
) -> None:
    code = totp_code(secret) if by_app else recovery_code(user)
    change_secret(settings, keep=False)
    log_in(client, user.email)
    with capture_logs() as entries:
        answer = client.post(reverse("mfa_authenticate"), {"code": code})
    assert answer.status_code == 200
    assert SENTENCE in text_of(answer)
    assert "hello@attune.example" in text_of(answer)
    assert not is_logged_in(client)
    (entry,) = [one for one in entries if one["event"] == "second_factor_unreadable"]
    assert entry["log_level"] == "error"
    assert user.email not in str(entries)


def test_it_is_a_sentence_where_somebody_shows_again_who_they_are(
    client: Client, user: User, secret: str, settings: Any
) -> None:
    change_secret(settings, keep=False)
    account_pages.log_in(client, user)
    answer = client.post(reverse("mfa_reauthenticate"), {"code": totp_code(secret)})
    assert answer.status_code == 200
    assert SENTENCE in text_of(answer)


@pytest.mark.parametrize("page", ["mfa_index", "mfa_view_recovery_codes"])
def test_it_is_a_sentence_on_the_pages_that_show_codes(
    client: Client, user: User, secret: str, settings: Any, page: str
) -> None:
    account_pages.log_in(client, user)
    assert SENTENCE not in text_of(client.get(reverse(page)))
    change_secret(settings, keep=False)
    answer = client.get(reverse(page))
    assert answer.status_code == 200
    assert SENTENCE in text_of(answer)


def test_codes_that_cannot_be_read_are_made_anew_and_then_work_beside_a_lost_app(
    client: Client, user: User, secret: str, settings: Any
) -> None:
    change_secret(settings, keep=False)
    account_pages.log_in(client, user)
    assert client.get(reverse("mfa_download_recovery_codes")).status_code == 404
    assert client.get(reverse("mfa_generate_recovery_codes")).status_code == 200
    assert client.post(reverse("mfa_generate_recovery_codes")).status_code == 302
    code = recovery_code(user)
    another = Client()
    log_in(another, user.email)
    assert another.post(reverse("mfa_authenticate"), {"code": code}).status_code == 302
    assert is_logged_in(another)


def test_a_wrong_code_of_a_factor_that_can_be_read_is_only_wrong(
    client: Client, user: User, secret: str, settings: Any
) -> None:
    change_secret(settings, keep=True)
    log_in(client, user.email)
    answer = client.post(reverse("mfa_authenticate"), {"code": "000000"})
    assert SENTENCE not in text_of(answer)
    assert "This code is not right" in text_of(answer)


def test_allauth_fails_without_our_change(user: User, secret: str, settings: Any) -> None:
    """As soon as it doesn't, `second_factors.apply` can go."""
    factor = Authenticator.objects.get(user=user, type="totp").wrap()
    change_secret(settings, keep=False)
    assert factor.validate_code("000000") is False
    with pytest.raises(second_factors.Unreadable):
        type(factor).validate_code.__wrapped__(factor, "000000")


# --- manage.py rotate_keys --------------------------------------------------------------------------------------


def rotate(*arguments: str) -> str:
    said = StringIO()
    call_command("rotate_keys", *arguments, stdout=said)
    return said.getvalue()


def test_everything_is_encrypted_anew_once(user: User, secret: str, settings: Any) -> None:
    codes = recovery_code(user)
    passkey = Authenticator.objects.create(user=user, type="webauthn", data={"name": "Key", "credential": {}})
    change_secret(settings, keep=True)
    before = list(Authenticator.objects.order_by("pk").values_list("data", flat=True))
    assert "Second factors: 2 to be written anew, 0 left" in rotate("--dry-run")
    assert list(Authenticator.objects.order_by("pk").values_list("data", flat=True)) == before
    assert "Second factors: 2 written anew, 0 left" in rotate()
    assert "Second factors: 0 written anew, 0 left" in rotate()
    settings.CLIENT_KEY_SECRET_FALLBACKS = []
    assert Authenticator.objects.get(user=user, type="totp").wrap().validate_code(totp_code(secret))
    assert recovery_code(user) == codes
    passkey.refresh_from_db()
    assert passkey.data == {"name": "Key", "credential": {}}


def test_codes_brought_from_elsewhere_are_encrypted_anew_too(user: User, secret: str, settings: Any) -> None:
    factor = Authenticator.objects.get(user=user, type="recovery_codes")
    factor.data["migrated_codes"] = [second_factors.box().encrypt(b"12345678").decode()]
    factor.save()
    change_secret(settings, keep=True)
    rotate()
    settings.CLIENT_KEY_SECRET_FALLBACKS = []
    assert recovery_code(user) == "12345678"


def test_what_cannot_be_read_is_counted_and_stays(user: User, secret: str, settings: Any) -> None:
    before = Authenticator.objects.get(user=user, type="totp").data
    change_secret(settings, keep=False)
    other = make_account("other@example.org")
    add_totp(other)
    said = StringIO()
    with pytest.raises(CommandError, match="CLIENT_KEY_SECRET_FALLBACKS"):
        call_command("rotate_keys", stdout=said)
    assert "Second factors: 0 written anew, 2 left" in said.getvalue()
    assert Authenticator.objects.get(user=user, type="totp").data == before


# --- manage.py reset_second_factor ------------------------------------------------------------------------------


def reset(*arguments: str) -> str:
    said = StringIO()
    call_command("reset_second_factor", *arguments, stdout=said)
    return said.getvalue()


def test_a_lost_factor_is_removed_logged_and_told(client: Client, user: User, secret: str) -> None:
    account_pages.log_in(client, user)
    other = make_account("other@example.org")
    add_totp(other)
    with capture_logs() as entries:
        assert "2 removed" in reset(user.email.upper())
    assert not Authenticator.objects.filter(user=user).exists()
    assert Authenticator.objects.filter(user=other).count() == 2
    assert not is_logged_in(client)
    (entry,) = [one for one in entries if one["event"] == "second factors reset by an operator"]
    assert entry["about"] == security.pseudonym(user)
    assert user.email not in str(entries)
    assert "removed the second factor" in text_of_last_mail_to(user.email)
    log_in(client, user.email)
    assert is_logged_in(client)


def test_a_dry_run_removes_nothing(client: Client, user: User, secret: str) -> None:
    account_pages.log_in(client, user)
    assert reset(user.email, "--dry-run").count("To be removed") == 2
    assert Authenticator.objects.filter(user=user).count() == 2
    assert not Outbox.objects.exists()
    assert Session.objects.exists()


@pytest.mark.parametrize("options", [[], ["--dry-run"]])
def test_nobody_and_nothing_are_sentences(client: Client, user: User, options: list[str]) -> None:
    account_pages.log_in(client, user)
    with pytest.raises(CommandError, match="Nobody has an account"):
        reset("nobody@example.org", *options)
    with pytest.raises(CommandError, match="has no second factor"):
        reset(user.email, *options)
    assert is_logged_in(client)
    assert not Outbox.objects.exists()


# --- SECRET_KEY -------------------------------------------------------------------------------------------------


@pytest.fixture
def change_site_key(settings: Any) -> Callable[..., None]:
    def change(*, keep: bool) -> None:
        settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY] if keep else []
        settings.SECRET_KEY = "the tests' other secret key"

    return change


@pytest.mark.parametrize("keep", [True, False], ids=["kept", "lost"])
def test_sessions_and_known_browsers_go_on_under_a_former_key(
    client: Client, user: User, change_site_key: Callable[..., None], keep: bool
) -> None:
    log_in(client, user.email)
    request = RequestFactory().get("/")
    request.COOKIES[devices.COOKIE] = client.cookies[devices.COOKIE].value
    change_site_key(keep=keep)
    assert bool(devices.known_as(request, user.email)) == keep
    assert is_logged_in(client) == keep


@pytest.mark.parametrize("keep", [True, False], ids=["kept", "lost"])
def test_the_box_with_help_follows_under_a_former_key(
    change_site_key: Callable[..., None], keep: bool
) -> None:
    from core.danger.asking import _sealed

    kind = next(iter(KINDS))
    request = RequestFactory().get("/en/")
    request.COOKIES[COOKIE] = _sealed(kind)
    change_site_key(keep=keep)
    assert danger_of(request) == (kind if keep else "")


def test_a_known_browser_has_an_account_once_after_a_change(
    client: Client, user: User, change_site_key: Callable[..., None]
) -> None:
    log_in(client, user.email)
    change_site_key(keep=True)
    client.post(reverse("account_logout"))
    log_in(client, user.email)
    request = RequestFactory().get("/")
    request.COOKIES[devices.COOKIE] = client.cookies[devices.COOKIE].value
    assert len(devices.read(request)["accounts"]) == 1
