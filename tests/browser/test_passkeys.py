"""Passkeys with Chromium's own virtual authenticator: add one, log in with it, show it as the second factor."""

from collections.abc import Callable
from urllib.parse import urlsplit

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from playwright.sync_api import BrowserContext, CDPSession, Page

from accounts.models import User
from tests.factories.accounts import UserFactory

ADD = "/en/account/second-factor/webauthn/add/"


@pytest.fixture
def user(site: str) -> User:
    """Somebody with a verified address; the password is `password`."""
    user = UserFactory(email="keys@example.org")
    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    return user


class Key:
    """A virtual authenticator in the window of `page`, which shows its owner's finger at once."""

    def __init__(self, page: Page, cdp: CDPSession) -> None:
        self.page, self.cdp = page, cdp
        cdp.send("WebAuthn.enable")
        options = {
            "protocol": "ctap2",
            "transport": "internal",
            "hasResidentKey": True,
            "hasUserVerification": True,
            "isUserVerified": True,
            "automaticPresenceSimulation": True,
        }
        self.id = cdp.send("WebAuthn.addVirtualAuthenticator", {"options": options})["authenticatorId"]

    def refuse(self, refuses: bool = True) -> None:
        """Somebody else's finger, from now on."""
        self.cdp.send("WebAuthn.setUserVerified", {"authenticatorId": self.id, "isUserVerified": not refuses})


@pytest.fixture
def key(open_context: Callable[..., BrowserContext]) -> Key:
    context = open_context()
    page = context.new_page()
    return Key(page, context.new_cdp_session(page))


def is_at(path: str) -> Callable[[str], bool]:
    """Whether an address has this path, whatever follows it."""
    return lambda url: urlsplit(url).path == path


def log_in(page: Page, next_path: str) -> None:
    page.goto(f"/en/account/login/?next={next_path}")
    page.get_by_label("E-mail address").fill("keys@example.org")
    page.locator("input[name=password]").fill("password")
    page.get_by_role("button", name="Log in", exact=True).click()


def show_password(page: Page) -> None:
    page.wait_for_url(is_at("/en/account/reauthenticate/"))
    page.locator("input[name=password]").fill("password")
    page.get_by_role("button", name="Go on").click()


def add_key(page: Page, passwordless: bool = True) -> None:
    """Log in, show the password again, and add a key."""
    log_in(page, ADD)
    show_password(page)
    page.wait_for_url(is_at(ADD))
    box = page.locator("input[type=checkbox][name=passwordless]")
    if box.count():
        box.set_checked(passwordless)
    page.locator("form[data-passkey=create] button[type=submit]").click()
    page.wait_for_url(lambda url: urlsplit(url).path != ADD)


def test_somebody_adds_a_passkey_and_logs_in_with_it_to_where_they_were(user: User, key: Key) -> None:
    page = key.page
    add_key(page)
    assert Authenticator.objects.filter(user=user, type=Authenticator.Type.WEBAUTHN).count() == 1
    page.context.clear_cookies()
    page.goto("/en/account/login/?next=/en/articles/")
    page.get_by_role("button", name="Log in with a passkey").click()
    page.wait_for_url(is_at("/en/articles/"))
    page.goto("/en/account/")
    assert user.display_name in page.get_by_role("heading", level=1).inner_text()


def test_a_passkey_is_the_second_factor_after_a_password(user: User, key: Key) -> None:
    page = key.page
    add_key(page)
    page.context.clear_cookies()
    log_in(page, "/en/articles/")
    page.wait_for_url(is_at("/en/account/second-factor/authenticate/"))
    page.get_by_role("button", name="Use my passkey").click()
    page.wait_for_url(is_at("/en/articles/"))


def test_a_passkey_shows_that_it_is_still_you(user: User, key: Key) -> None:
    page = key.page
    add_key(page)
    page.goto("/en/account/second-factor/webauthn/reauthenticate/?next=/en/articles/")
    page.get_by_role("button", name="Use my passkey").click()
    page.wait_for_url(is_at("/en/articles/"))


def test_a_passkey_that_fails_leaves_the_other_ways_open(user: User, key: Key) -> None:
    page = key.page
    add_key(page)
    page.context.clear_cookies()
    page.goto("/en/account/login/?next=/en/articles/")
    page.get_by_label("E-mail address").fill("keys@example.org")
    key.refuse()
    page.get_by_role("button", name="Log in with a passkey").click()
    page.get_by_role("alert").get_by_text("That did not work").wait_for()
    assert page.get_by_label("E-mail address").input_value() == "keys@example.org"
    key.refuse(False)
    page.get_by_role("button", name="Log in with a passkey").click()
    page.wait_for_url(is_at("/en/articles/"))


@pytest.mark.parametrize("without", ["JavaScript", "passkeys"])
def test_nothing_is_offered_that_this_browser_cannot_do(
    open_context: Callable[..., BrowserContext], without: str
) -> None:
    context = open_context(java_script_enabled=without != "JavaScript")
    if without == "passkeys":
        context.add_init_script("delete window.PublicKeyCredential")
    page = context.new_page()
    page.goto("/en/account/login/", wait_until="networkidle")
    assert page.get_by_role("button", name="Log in", exact=True).is_visible()
    assert not page.get_by_text("Log in with a passkey").is_visible()


def test_the_password_can_be_looked_at(open_page: Callable[..., Page]) -> None:
    page = open_page()
    page.goto("/en/account/signup/")
    field = page.locator("input[name=password1]")
    field.fill("calm-water-42")
    page.get_by_role("button", name="Show the password").click()
    assert field.get_attribute("type") == "text"
    page.get_by_role("button", name="Hide the password").click()
    assert field.get_attribute("type") == "password"
    assert field.input_value() == "calm-water-42"
