"""For development alone: the six-digit codes of the demo's people whose app nobody has. Not translated."""

import time

from allauth.mfa import app_settings
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from dev.demo import people_to_try


def code_at(secret: str, moment: float) -> str:
    """What an app with this secret shows at `moment`, in seconds since 1970."""
    return format_hotp_value(hotp_value(secret, int(moment) // app_settings.TOTP_PERIOD))


def dev_codes(request: HttpRequest) -> HttpResponse:
    """The code of each account now. The page asks again when the next one begins."""
    now = time.time()
    left = app_settings.TOTP_PERIOD - int(now) % app_settings.TOTP_PERIOD
    rows = [
        {"account": account, "code": code_at(account.secret, now)}
        for account in people_to_try()
        if account.secret
    ]
    response = render(request, "dev/codes.html", {"rows": rows, "left": left})
    response["Refresh"] = str(left)
    return response
