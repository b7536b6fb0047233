"""Shared by tests: what test_account_pages.py and others lean on."""

import time
from types import SimpleNamespace

from allauth.account.internal.flows import login
from allauth.account.internal.userkit import user_id_to_str
from allauth.usersessions.models import UserSession
from django.test import Client

from accounts import sessions
from accounts.models import User

LONG_NAME = "Maximiliana-Theodora Wolfeschlegelsteinhausenbergerdorff von und zu Hohenstaufen"


FIREFOX = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:128.0) Gecko/20100101 Firefox/128.0"


def log_in(client: Client, user: User, agent: str = FIREFOX, method: str = "mfa") -> Client:
    """Log `user` in as somebody who has just shown password and second factor, as allauth notes it."""
    client.force_login(user)
    session = client.session
    now = time.time()
    session[login.AUTHENTICATION_METHODS_SESSION_KEY] = [
        {"method": method, "at": now, "reauthenticated": True}
    ]
    session[login._AUTHENTICATION_METHODS_USER_SESSION_KEY] = user_id_to_str(user)
    sessions.begin(SimpleNamespace(session=session), user)  # type: ignore[arg-type]
    session.save()
    UserSession.objects.create(user=user, session_key=session.session_key, ip="192.0.2.1", user_agent=agent)
    return client
