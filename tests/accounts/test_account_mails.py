"""Every mail about an account, caused as people cause it: through the site's pages."""

import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import allauth
import pytest
import time_machine
from allauth.account import app_settings as account_settings
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal import auth as totp
from allauth.mfa.webauthn.internal import auth as webauthn
from django.apps import apps
from django.conf import settings
from django.http import HttpResponse
from django.test import Client
from django.utils import translation

from accounts import emails
from accounts.browsers import browser_in_words
from accounts.models import User
from core.mail.outbox import Stored, deliver_due
from core.models import Outbox
from tests.factories.accounts import UserFactory
from tests.sink import SmtpSink

pytestmark = pytest.mark.django_db

FIREFOX = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:140.0) Gecko/20100101 Firefox/140.0"
ADDRESS = "203.0.113.77"
NOW = datetime(2027, 3, 1, 19, 5, tzinfo=UTC)
OUR_OWN = {
    "second_factor_reset",
    "erasure_requested",
    "erasure_done",
    "export_ready",
}  # accounts.erasure, accounts.exports and accounts.second_factors send these
CODE = re.compile(r"^\d{8}$", re.MULTILINE)
PASSWORD = "a quiet place by the sea"
OLD, NEW = "olena@example.org", "olena.new@example.org"


@pytest.fixture(autouse=True)
def _clock() -> Iterator[None]:
    with time_machine.travel(NOW, tick=True):
        yield


@pytest.fixture
def page() -> Client:
    """A browser whose pages are in German."""
    return Client(headers={"user-agent": FIREFOX}, REMOTE_ADDR=ADDRESS)


@pytest.fixture
def user() -> User:
    """Olena, who reads Ukrainian in Kyiv."""
    user = UserFactory(email=OLD, language="uk", time_zone="Europe/Kyiv", display_name="Olena")
    user.set_password(PASSWORD)
    user.save()
    EmailAddress.objects.create(user=user, email=OLD, verified=True, primary=True)
    return user


@pytest.fixture
def inside(page: Client, user: User) -> Client:
    """The German pages, where Olena has logged in and just given her password again."""
    post(page, "login", login=OLD, password=PASSWORD)
    post(page, "reauthenticate", password=PASSWORD)
    return page


def post(page: Client, path: str, **fields: str) -> HttpResponse:
    response: Any = page.post(f"/de/account/{path}/", fields)
    assert response.status_code == 302, response.content.decode()[:2000]
    return response


def letters() -> list[EmailMessage]:
    return [Stored(row).parsed() for row in Outbox.objects.order_by("created_at")]


def text_of(message: EmailMessage) -> str:
    part = message.get_body(("plain",))
    assert part is not None
    return str(part.get_content()).replace("\r\n", "\n")


def html_of(message: EmailMessage) -> str:
    part = message.get_body(("html",))
    assert part is not None
    return str(part.get_content()).replace("\r\n", "\n")


def code_in(message: EmailMessage) -> str:
    (code,) = CODE.findall(text_of(message))
    return str(code)


def says(message: EmailMessage, kind: str, language: str) -> bool:
    """Whether this is the mail of that kind: its subject is looked up, since translations come and go."""
    details = {"timestamp": NOW, "user_agent": FIREFOX, "code": "", "uid": "a", "key": "b"}
    expected = emails.compose(kind, to="a@example.org", language=language, time_zone="UTC", context=details)
    subject = message["Subject"].strip()  # a long one begins on a line of its own, after a space
    return bool(subject == expected.subject) and f'<html lang="{language}"' in html_of(message)


def test_allauth_sends_no_mail_that_we_have_no_words_for() -> None:
    unused = {
        "account/email/email_confirm": "no code of allauth sends it",
        "account/email/password_reset_code": "passwords are reset by a link",
        "socialaccount/email/account_connected": "there is no log-in with other sites",
        "socialaccount/email/account_disconnected": "there is no log-in with other sites",
    }
    folder = Path(allauth.__file__).parent
    sources = "".join(path.read_text() for path in folder.rglob("*.py") if "tests" not in path.parts)
    assert not account_settings.PASSWORD_RESET_BY_CODE_ENABLED
    assert not apps.is_installed("allauth.socialaccount")
    assert '"account/email/email_confirm"' not in sources
    shipped = {
        "/".join(path.parts[-3:]).removesuffix("_subject.txt") for path in folder.rglob("*_subject.txt")
    }
    asked_for = set(re.findall(r'"(\w+/email/\w+)"', sources))
    assert unused.keys() <= shipped
    ours = {
        path.name.removesuffix(".subject.txt")
        for path in (settings.BASE_DIR / "templates" / "emails" / "account").glob("*.subject.txt")
    }
    assert {emails.kind_of(prefix) for prefix in (shipped | asked_for) - unused.keys()} == ours - OUR_OWN


# --- What anybody can cause -----------------------------------------------------------------------------------


def test_signing_up_sends_a_code_in_the_language_of_the_page(page: Client) -> None:
    post(page, "signup", email=NEW, password1=PASSWORD)
    (message,) = letters()
    assert says(message, "email_confirmation_signup", "de")
    assert message["To"] == NEW
    code = code_in(message)
    assert code not in message["Subject"]
    assert '<bdi dir="ltr"' in html_of(message)
    assert code in html_of(message)
    assert "15" in text_of(message)
    post(page, "confirm-email", code=code)
    assert EmailAddress.objects.get(email=NEW).verified
    assert len(letters()) == 1


def test_signing_up_again_tells_the_owner_in_their_language(page: Client, user: User) -> None:
    post(page, "signup", email=OLD, password1=PASSWORD)
    (message,) = letters()
    assert says(message, "account_already_exists", "uk")
    assert message["To"] == OLD
    assert "http://localhost:8000/uk/account/login/" in text_of(message)
    assert "http://localhost:8000/uk/account/password/reset/" in text_of(message)


def test_a_log_in_code_comes_in_the_owners_language_and_lets_them_in(page: Client, user: User) -> None:
    post(page, "login/code", email=OLD)
    (message,) = letters()
    assert says(message, "login_code", "uk")
    post(page, "login/code/confirm", code=code_in(message))
    assert page.session["_auth_user_id"] == str(user.pk)


@pytest.mark.parametrize("path", ["login/code", "password/reset"])
def test_an_address_without_an_account_hears_so(page: Client, path: str) -> None:
    post(page, path, email="nobody@example.org")
    (message,) = letters()
    assert says(message, "unknown_account", "de")
    assert "http://localhost:8000/de/account/signup/" in text_of(message)


def test_a_link_for_a_new_password_works_in_the_owners_language(page: Client, user: User) -> None:
    post(page, "password/reset", email=OLD)
    (message,) = letters()
    assert says(message, "password_reset_key", "uk")
    assert "60" in text_of(message)
    (url,) = re.findall(r"http://localhost:8000(/uk/account/password/reset/key/\S+)", text_of(message))
    form: Any = Client(headers={"user-agent": FIREFOX}).get(url, follow=True)
    assert form.status_code == 200
    assert not form.context.get("token_fail")
    new = "another quiet place"
    other = form.client
    answer = other.post(form.redirect_chain[-1][0], {"password1": new, "password2": new})
    assert answer.status_code == 302
    user.refresh_from_db()
    assert user.check_password(new)
    assert says(letters()[-1], "password_reset", "uk")


# --- What the owner does --------------------------------------------------------------------------------------


def test_changing_the_address_asks_the_new_one_and_tells_the_old_one(inside: Client, user: User) -> None:
    post(inside, "email", email=NEW, action_add="")
    (question,) = letters()
    assert question["To"] == NEW
    assert says(question, "email_confirmation", "uk")
    post(inside, "confirm-email", code=code_in(question))
    _, notice = letters()
    assert notice["To"] == OLD
    assert says(notice, "email_changed", "uk")
    for message in letters():
        assert NEW not in text_of(message) + html_of(message)
        assert OLD not in text_of(message) + html_of(message)
    user.refresh_from_db()
    assert user.email == NEW


def test_a_new_password_is_told(inside: Client, user: User) -> None:
    new = "another quiet place"
    post(inside, "password/change", oldpassword=PASSWORD, password1=new, password2=new)
    (message,) = letters()
    assert says(message, "password_changed", "uk")
    assert "http://localhost:8000/uk/account/password/reset/" in text_of(message)


def test_a_first_password_is_told(page: Client, user: User) -> None:
    user.set_unusable_password()
    user.save()
    post(page, "login/code", email=OLD)
    post(page, "login/code/confirm", code=code_in(letters()[0]))
    post(page, "password/set", password1=PASSWORD, password2=PASSWORD)
    assert says(letters()[-1], "password_set", "uk")


def test_an_app_for_codes_and_new_recovery_codes_are_told(
    inside: Client, user: User, django_capture_on_commit_callbacks: Callable[..., Any]
) -> None:
    inside.get("/de/account/second-factor/totp/activate/")
    secret = inside.session[totp.SECRET_SESSION_KEY]
    code = totp.format_hotp_value(totp.hotp_value(secret, next(totp.yield_hotp_counters_from_time())))
    with django_capture_on_commit_callbacks(execute=True):
        post(inside, "second-factor/totp/activate", code=code)
    assert [says(one, "totp_activated", "uk") for one in letters()] == [True]
    with django_capture_on_commit_callbacks(execute=True):
        post(inside, "second-factor/recovery-codes/generate")
    assert says(letters()[-1], "recovery_codes_generated", "uk")
    codes = RecoveryCodes(Authenticator.objects.get(type="recovery_codes")).get_unused_codes()
    assert not any(one in text_of(letters()[-1]) for one in codes)
    post(inside, "second-factor/totp/deactivate")
    assert says(letters()[-1], "totp_deactivated", "uk")


def test_a_passkey_that_comes_or_goes_is_told(
    inside: Client, user: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(webauthn, "parse_registration_response", lambda credential: None)
    monkeypatch.setattr(webauthn, "complete_registration", lambda credential: None)
    post(inside, "second-factor/webauthn/add", name="My phone", credential='{"id": "made-up"}')
    assert [says(one, "webauthn_added", "uk") for one in letters()][:1] == [True]
    assert "My phone" not in text_of(letters()[0])
    passkey = Authenticator.objects.get(type=Authenticator.Type.WEBAUTHN)
    post(inside, f"second-factor/webauthn/keys/{passkey.pk}/remove")
    assert says(letters()[-1], "webauthn_removed", "uk")


def test_a_removed_address_is_told(inside: Client, user: User) -> None:
    EmailAddress.objects.create(user=user, email="second@example.org", verified=False, primary=False)
    post(inside, "email", email="second@example.org", action_remove="")
    assert says(letters()[-1], "email_deleted", "uk")
    assert letters()[-1]["To"] == OLD
    assert "second@example.org" not in text_of(letters()[-1])


# --- What holds for all ---------------------------------------------------------------------------------------


def test_a_notice_says_when_on_the_readers_clock_and_from_which_browser(inside: Client, user: User) -> None:
    new = "another quiet place"
    post(inside, "password/change", oldpassword=PASSWORD, password1=new, password2=new)
    (message,) = letters()
    for part in (text_of(message), html_of(message)):
        assert "21:05" in part
        assert "UTC+02:00" in part
        assert "Firefox" in part
        assert "Windows" in part
        assert ADDRESS not in part
        assert "Gecko" not in part
        assert "Olena" not in part


def test_an_unknown_browser_is_called_so() -> None:
    with translation.override("en"):
        assert browser_in_words(FIREFOX) == "Firefox on Windows"
        assert browser_in_words("curl/8.0") == "curl"
        assert browser_in_words("") == browser_in_words("Unspecified") == "A browser that we don’t know"


def test_no_mail_has_the_host_of_the_request(page: Client, user: User, settings: Any) -> None:
    settings.ALLOWED_HOSTS = ["*"]
    page.defaults["HTTP_HOST"] = "evil.example"
    post(page, "password/reset", email=OLD)
    post(page, "login/code", email="nobody@example.org")
    post(page, "signup", email=OLD, password1=PASSWORD)
    assert len(letters()) == 3
    assert not [row for row in Outbox.objects.all() if b"evil.example" in bytes(row.raw)]


def test_the_headers_keep_machines_from_answering(page: Client, user: User) -> None:
    post(page, "login/code", email=OLD)
    (message,) = letters()
    assert message["Auto-Submitted"] == "auto-generated"
    assert message["Reply-To"] is message["Cc"] is message["Bcc"] is None
    assert message["From"] == settings.DEFAULT_FROM_EMAIL


def test_a_stranger_is_not_bothered_for_ever_and_the_page_answers_the_same(
    page: Client, user: User, settings: Any
) -> None:
    settings.ACCOUNT_RATE_LIMITS = {"unsolicited_mail": "2/h/key", "reset_password": "99/m/ip"}
    answers = [post(page, "password/reset", email=OLD) for _ in range(4)]
    assert len({(answer.status_code, answer["Location"]) for answer in answers}) == 1
    assert [says(one, "password_reset_key", "uk") for one in letters()] == [True, True]
    post(page, "login/code", email=OLD)
    assert says(letters()[-1], "login_code", "uk"), "the owner's code isn't used up by somebody's reset links"
    post(page, "password/reset", email="nobody@example.org")
    assert letters()[-1]["To"] == "nobody@example.org"
    with time_machine.travel(NOW.replace(hour=21), tick=True):
        post(page, "password/reset", email=OLD)
    assert says(letters()[-1], "password_reset_key", "uk")


@pytest.mark.django_db(transaction=True)
def test_a_mail_arrives_at_a_real_server_whole(page: Client, user: User, smtp_sink: SmtpSink) -> None:
    post(page, "login/code", email=OLD)
    assert deliver_due() == 1
    (message,) = smtp_sink.messages
    assert smtp_sink.recipients == [[OLD]]
    assert says(message, "login_code", "uk")
    assert message["Auto-Submitted"] == "auto-generated"
    post(page, "login/code/confirm", code=code_in(message))
    assert page.session["_auth_user_id"] == str(user.pk)
