"""Development's page with the codes of the demo's staff."""

import pytest
from allauth.mfa.totp.internal.auth import validate_totp_code
from bs4 import BeautifulSoup
from django.test import Client
from django.urls import Resolver404, resolve, reverse

from dev.demo import people_to_try


@pytest.mark.urls("dev.pages.urls")
def test_the_page_shows_codes_that_are_right_now_and_asks_for_the_next(client: Client) -> None:
    answer = client.get(reverse("dev_codes"))
    rows = [
        [cell.text for cell in row("td")]
        for row in BeautifulSoup(answer.content, "html.parser").select("tbody tr")
    ]
    secrets = {account.email: account.secret for account in people_to_try() if account.secret}
    assert {email for _role, email, _code in rows} == set(secrets)
    assert all(validate_totp_code(secrets[email], code) for _role, email, code in rows)
    assert 1 <= int(answer["Refresh"]) <= 30


def test_outside_development_there_is_no_such_page() -> None:
    with pytest.raises(Resolver404):
        resolve("/dev/codes/")
