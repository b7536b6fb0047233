"""The demo's people in their accounts: the specialist's profile, the second factor of staff."""

import time

from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal import auth as totp
from bs4 import BeautifulSoup
from django.test import Client

from accounts.models import User
from dev.demo import SECRET, people_to_try
from dev.demo.accounts import SPECIALIST
from directory.models import Specialist
from tests.factories.people import log_in_with_factor


def test_a_published_specialist_gets_to_their_public_profile(content: None, client: Client) -> None:
    log_in_with_factor(client, Specialist.objects.get(slug=SPECIALIST).user)
    page = BeautifulSoup(client.get("/uk/account/").content, "html.parser")
    assert page.main.find("a", href=f"/uk/specialists/{SPECIALIST}/")


def test_staff_and_the_specialist_have_an_app_whose_secret_everybody_knows(content: None) -> None:
    kinds = {Authenticator.Type.TOTP, Authenticator.Type.RECOVERY_CODES}
    for account in people_to_try():
        user = User.objects.get(email=account.email)
        found = {one.type: one for one in Authenticator.objects.filter(user=user)}
        assert set(found) == (set() if account.role == "client" else kinds), account.role
        if found:
            code = totp.format_hotp_value(totp.hotp_value(SECRET, int(time.time()) // 30))
            assert found[Authenticator.Type.TOTP].wrap().validate_code(code)
