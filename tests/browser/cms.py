"""Shared by tests: what test_cms.py and others lean on."""

import time

from playwright.sync_api import Page

from dev.demo import people_to_try
from dev.pages.codes import code_at

ACCOUNTS = {account.role: account for account in people_to_try()}


def log_in(page: Page, role: str = "editor") -> None:
    account = ACCOUNTS[role]
    page.goto("/cms/")
    page.locator("input[name=login]").fill(account.email)
    page.locator("input[name=password]").fill(account.password)
    page.locator("main form button[type=submit]").first.click()
    page.locator("input[name=code]").fill(code_at(account.secret, time.time()))
    page.locator("main form button[type=submit]").first.click()
    page.wait_for_url("**/cms/")
