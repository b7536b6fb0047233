"""Shared by tests: what test_accounts.py and others lean on."""

import re
import time
from email.message import EmailMessage
from typing import Any

from allauth.mfa import app_settings
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext
from playwright.sync_api import Locator, Page, expect

from core.i18n import cities
from dev.pages.codes import code_at
from tests.browser.accessibility import look

FIRST, SECOND = "calm-river-stones-27", "warm-kettle-morning-83"


ADDRESS, NEW_ADDRESS = "robin@example.org", "robin.rivers@example.net"


class Person:
    """Somebody in front of a browser. What they press and fill in is called as the pages call it, in `language`."""

    def __init__(self, page: Page, language: str, post: Any) -> None:
        self.page, self.language, self.post = page, language, post
        self.main = page.locator("main")
        self.email, self.password = ADDRESS, FIRST
        self.secret = ""
        self.used: set[str] = set()  # codes of the app: each logs in once
        self.recovery_codes: list[str] = []

    def says(self, text: str, **details: Any) -> str:
        """What our pages and mails say for this English text."""
        with translation.override(self.language):
            return gettext(text) % details

    def city(self, key: str) -> str:
        """What the city of a time zone is called."""
        with translation.override(self.language):
            return cities.name(key)

    def path(self, name: str, **kwargs: Any) -> str:
        with translation.override(self.language):
            return reverse(name, kwargs=kwargs)

    def go(self, name: str) -> None:
        self.page.goto(self.path(name))

    def is_at(self, name: str, **kwargs: Any) -> None:
        self.page.wait_for_url(re.compile(f"{re.escape(self.path(name, **kwargs))}([?#].*)?$"))

    def reads(self, text: str, **details: Any) -> None:
        """Wait for the heading of a page."""
        expect(self.main.get_by_role("heading", level=1)).to_have_text(self.says(text, **details))

    def press(self, text: str) -> None:
        self.main.get_by_role("button", name=self.says(text), exact=True).click()

    def link(self, text: str) -> Locator:
        return self.main.get_by_role("link", name=self.says(text), exact=True)

    def follow(self, text: str) -> None:
        here = self.page.url
        self.link(text).click()
        expect(self.page).not_to_have_url(here)  # a click alone doesn't wait for the page that it leads to
        self.page.wait_for_load_state()

    def fill(self, text: str, value: str) -> None:
        self.main.get_by_label(self.says(text), exact=True).fill(value)

    def look(self) -> None:
        """Whether this page has a barrier for anybody: in light and dark, on a small telephone."""
        look(self.page)

    # --- Mail ---

    def mail(self, subject: str, to: str = "") -> EmailMessage:
        """The newest mail to this person, which must have this subject."""
        mail = self.post.mails_to(to or self.email)[-1]
        assert mail["Subject"].strip() == self.says(subject)  # a long one begins on a line of its own
        return mail

    def code_from(self, mail: EmailMessage) -> str:
        text = mail.get_body(("plain",)).get_content()
        (code,) = re.findall(r"\b\d{8}\b", text)
        return code

    def link_from(self, mail: EmailMessage, path: str) -> str:
        """The address in the mail's text with this in it."""
        text = mail.get_body(("plain",)).get_content()
        (address,) = [one for one in re.findall(r"https?://\S+", text) if path in one]
        return address

    # --- Ways in and out ---

    def app_code(self) -> str:
        """What the app shows: a code that wasn't used. Clocks differ, so the ones before and after do too."""
        while True:
            now = time.time()
            for step in (0, 1, -1):
                code = code_at(self.secret, now + step * app_settings.TOTP_PERIOD)
                if code not in self.used:
                    self.used.add(code)
                    return code
            time.sleep(1)

    def log_in(self) -> None:
        """With the password; whoever has a second factor is asked for it then."""
        self.go("account_login")
        self.fill("E-mail address", self.email)
        self.fill("Password", self.password)
        self.press("Log in")

    def show_second_factor(self, code: str) -> None:
        self.reads("One more step")
        self.fill("Code", code)
        self.press("Log in")
        self.is_at("account_home")

    def show_password_again(self) -> None:
        self.is_at("account_reauthenticate")
        self.fill("Password", self.password)
        self.press("Go on")

    def log_out(self) -> None:
        self.go("account_home")
        self.press("Log out")
        self.page.wait_for_url(lambda url: "/account/" not in url)
