"""Shared by tests: what test_sessions.py and others lean on."""

from django.test import Client
from playwright.sync_api import BrowserContext

from accounts.models import User
from tests.factories.people import log_in_to_cms


def come_in(context: BrowserContext, site: str, user: User) -> None:
    """Log `user` in, with a second factor shown."""
    client = Client()
    log_in_to_cms(client, user)
    cookie = client.cookies["sessionid"]
    context.add_cookies([{"name": "sessionid", "value": cookie.value, "url": site}])
