"""Accounts, and coming in by each way, as a browser does."""

import re
from html import escape
from itertools import count
from typing import Any

from allauth.account.models import EmailAddress
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal import auth as totp
from django.test import Client
from django.urls import reverse

from accounts.adapter import AccountAdapter
from accounts.models import User
from core.mail.outbox import Stored
from core.models import Outbox

PASSWORD = "calm-water-flows-42"
WRONG, TOO_MANY = (
    escape(str(AccountAdapter.error_messages[name]))
    for name in ("email_password_mismatch", "too_many_login_attempts")
)
_addresses = count(1)


def new_ip() -> str:
    """An address that no test has used yet, so that only the account's own limit counts."""
    number = next(_addresses)
    return f"198.18.{number // 250}.{number % 250 + 1}"


def make_account(email: str = "noor@example.org", password: str | None = PASSWORD, **fields: Any) -> User:
    """An account whose address is verified."""
    user = User.objects.create_user(email, password, **fields)
    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    return user


def add_totp(user: User) -> str:
    """Give `user` an app for codes, and recovery codes; return the secret."""
    secret = totp.generate_totp_secret()
    totp.TOTP.activate(user, secret)
    RecoveryCodes.activate(user)
    return secret


def totp_code(secret: str, *, periods: int = 0) -> str:
    """What the app shows now, or so many periods later."""
    counter = list(totp.yield_hotp_counters_from_time())[1] + periods
    return totp.format_hotp_value(totp.hotp_value(secret, counter))


def log_in(client: Client, email: str, password: str = PASSWORD, **more: Any) -> Any:
    """Send the log-in form."""
    remember = {"remember": "on"} if more.pop("remember", False) else {}
    return client.post(reverse("account_login"), {"login": email, "password": password, **remember}, **more)


def is_logged_in(client: Client) -> bool:
    """Whether the account's home greets rather than asks to log in."""
    return client.get(reverse("account_home")).wsgi_request.user.is_authenticated


def text_of_last_mail_to(address: str) -> str:
    row = Outbox.objects.filter(recipients=[address]).order_by("created_at", "pk").last()
    assert row is not None, f"no mail to {address}"
    body = Stored(row).parsed().get_body(("plain",))
    assert body is not None
    return str(body.get_content())


def code_in_mail_to(address: str) -> str:
    found = re.search(r"\b\d{8}\b", text_of_last_mail_to(address))
    assert found, text_of_last_mail_to(address)
    return found[0]


def link_in_mail_to(address: str) -> str:
    """The path of the first link to a page of the account."""
    found = re.search(r"https?://[^/\s]+(/\S*/account/password/reset/key/\S+)", text_of_last_mail_to(address))
    assert found, text_of_last_mail_to(address)
    return found[1]
