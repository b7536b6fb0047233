"""Shared by tests: what test_journey.py and others lean on."""

import re
from datetime import datetime
from email.message import EmailMessage

import icalendar
from playwright.sync_api import Locator, Page, expect


def choose_time(page: Page) -> datetime:
    """Press the first free time, and return it (aware)."""
    slot = page.locator("button.slot").first
    start = datetime.fromisoformat(slot.locator("time").get_attribute("datetime"))
    slot.click()
    expect(page.locator("input[name=name]")).to_be_visible()
    return start


def fill_form(page: Page, email: str) -> None:
    page.locator("input[name=name]").fill("Robin")
    page.locator("input[name=email]").fill(email)
    page.locator("input[name=note]").fill("I can't trust anybody")
    page.locator("input[name=age]").first.check()
    page.locator("input[name=privacy]").check()


def submit(page: Page) -> Locator:
    """The button that sends the form; one with a name does something else with it."""
    return page.locator("main form button[type=submit]:not([name])").last


def link_in(mail: EmailMessage, ending: str) -> str:
    """The address in the mail's text that ends like this."""
    text = mail.get_body(("plain",)).get_content()
    found = {address for address in re.findall(r"https?://\S+", text) if address.endswith(ending)}
    assert len(found) == 1, text
    return found.pop()


def calendar_in(mail: EmailMessage) -> tuple[str, icalendar.Event]:
    """The method that the calendar part of a mail is sent with, and its only event."""
    (part,) = [part for part in mail.walk() if part.get_content_type() == "text/calendar"]
    calendar = icalendar.Calendar.from_ical(part.get_payload(decode=True))
    assert part["Content-Type"].params["method"] == calendar["METHOD"]
    (event,) = calendar.walk("VEVENT")
    return calendar["METHOD"], event
