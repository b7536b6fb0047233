"""How long somebody stays logged in, and whether they have shown their second factor."""

import time
from typing import Any

from allauth.account.authentication import get_authentication_records
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.models import Session
from django.db.models import QuerySet
from django.http import HttpRequest

BEGAN, SEEN, STAFF = "began_at", "seen_at", "is_staff"
NOTED = 60  # seconds: how exactly the last use is known; each note is a write
CMS = "wagtailadmin.access_admin"


def begin(request: HttpRequest, user: Any, **_kwargs: Any) -> None:
    """Start the clocks of a session. Receives allauth's `user_logged_in`."""
    request.session[BEGAN] = request.session[SEEN] = int(time.time())
    request.session[STAFF] = user.has_perm(CMS)


def is_staff(request: HttpRequest) -> bool:
    """Whether this session's user may use the CMS, as it was when they logged in or last came to the CMS."""
    return bool(request.session.get(STAFF))


def is_over(request: HttpRequest) -> bool:
    """Whether a staff session has gone unused for STAFF_IDLE, or is older than STAFF_SESSION. Clients' never is."""
    if not is_staff(request):
        return False
    now = time.time()
    unused, age = (now - request.session.get(name, 0) for name in (SEEN, BEGAN))
    return unused > settings.STAFF_IDLE.total_seconds() or age > settings.STAFF_SESSION.total_seconds()


def note_use(request: HttpRequest) -> None:
    """Move the last use on, once a minute at most."""
    now = int(time.time())
    if is_staff(request) and now - request.session.get(SEEN, 0) >= NOTED:
        request.session[SEEN] = now


def has_second_factor(user: Any) -> bool:
    """Whether `user` has an app for codes or a passkey."""
    kinds = [Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN]
    return Authenticator.objects.filter(user=user, type__in=kinds).exists()


def showed_second_factor(request: HttpRequest) -> bool:
    """Whether the user has shown a second factor in this session."""
    return any(one["method"] == "mfa" for one in get_authentication_records(request, request.user))


def sessions_of(user: Any, *, but: str | None = None) -> QuerySet[Session]:
    """All sessions of `user`, except that with the key `but`.

    Reads every session there is: whose it is stands inside, and allauth's list has only those begun by its log-in.
    """
    keys = [
        session.session_key
        for session in Session.objects.iterator()
        if session.session_key != but and session.get_decoded().get(SESSION_KEY) == str(user.pk)
    ]
    return Session.objects.filter(pk__in=keys)


def end_sessions(user: Any, *, but: str | None = None) -> None:
    """Log `user` out everywhere, except in the session with the key `but`."""
    sessions_of(user, but=but).delete()
    UserSession.objects.filter(user=user).exclude(session_key=but).delete()
