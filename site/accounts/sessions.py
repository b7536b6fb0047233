"""How long somebody stays logged in, and whether they have shown their second factor."""

import time
from collections.abc import Callable
from typing import Any

from allauth.account.internal.flows.login import (
    AUTHENTICATION_METHODS_SESSION_KEY,
    get_authentication_records,
)
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.models import Session
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _

from core.users import AnyUser, User

BEGAN, SEEN, STAFF, FACTOR = "began_at", "seen_at", "is_staff", "needs_second_factor"
NOTED = 60  # seconds: how exactly the last use is known; each note is two writes
CMS = "wagtailadmin.access_admin"


# Who must show a second factor beside those who may use the CMS: apps add what tells it of a user, in 1 query.
second_factor_rules: list[Callable[[User], bool]] = []


def needs_second_factor(user: User) -> bool:
    """Whether a password alone is too little for `user`: they work in the CMS, or read what others confide to them."""
    return bool(user.has_perm(CMS)) or any(rule(user) for rule in second_factor_rules)


def begin(request: HttpRequest, user: User, **_kwargs: Any) -> None:
    """Start the clocks of a session. Receives allauth's `user_logged_in`."""
    request.session[BEGAN] = request.session[SEEN] = int(time.time())
    note_rights(request, user)


def note_rights(request: HttpRequest, user: User) -> None:
    """Note in the session what `user` may do now, as far as the session depends on it."""
    request.session[STAFF] = user.has_perm(CMS)
    request.session[FACTOR] = needs_second_factor(user)


def must_show_factor(request: HttpRequest) -> bool:
    """Whether this session's user needs a second factor, and hasn't shown one in it.

    Asks again while it says no: somebody may have got a role since they logged in.
    """
    if not request.session.get(FACTOR) and not hasattr(request, "_asked_for_factor"):
        request._asked_for_factor = True  # type: ignore[attr-defined]  # the middleware and the page ask
        if request.user.is_authenticated and needs_second_factor(request.user):
            note_rights(request, request.user)
    return bool(request.session.get(FACTOR)) and not showed_second_factor(request)


def is_staff(request: HttpRequest) -> bool:
    """Whether this session's user may use the CMS, as it was when they logged in or last came to the CMS."""
    return bool(request.session.get(STAFF))


def why_over(request: HttpRequest) -> str:
    """Why the session ends now, in the language being read; empty while it goes on.

    Staff sessions end when unused for STAFF_IDLE, and after STAFF_SESSION anyway; those of clients after
    CLIENT_SESSION.
    """
    now = time.time()
    unused, age = (now - request.session.get(name, now) for name in (SEEN, BEGAN))
    if is_staff(request) and unused > settings.STAFF_IDLE.total_seconds():
        return _("You were logged out because nothing happened for a while.")
    longest = settings.STAFF_SESSION if is_staff(request) else settings.CLIENT_SESSION
    if age > longest.total_seconds():
        return _("You were logged out because your last log-in was a long time ago.")
    return ""


def note_use(request: HttpRequest) -> None:
    """Move the last use on, once a minute at most: in the session, which so lives on, and in the list of sessions."""
    now = int(time.time())
    if now - request.session.get(SEEN, 0) >= NOTED:
        request.session[SEEN] = now
        UserSession.objects.filter(session_key=request.session.session_key).update(
            last_seen_at=timezone.now()
        )


def factors_of(user: User) -> QuerySet[Authenticator]:
    """The app for codes and the passkeys of `user`."""
    return Authenticator.objects.filter(
        user=user, type__in=[Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN]
    )


def other_factors(authenticator: Authenticator) -> QuerySet[Authenticator]:
    """What its owner would still have without `authenticator`."""
    return factors_of(authenticator.user).exclude(pk=authenticator.pk)


def where_to_show_factor(user: AnyUser) -> str:
    """The name of the page where `user` shows a second factor; empty if they have none."""
    kinds = set(Authenticator.objects.filter(user=user).values_list("type", flat=True))
    if kinds == {Authenticator.Type.WEBAUTHN}:
        return "mfa_reauthenticate_webauthn"
    return "mfa_reauthenticate" if kinds - {Authenticator.Type.RECOVERY_CODES} else ""


def showed_second_factor(request: HttpRequest) -> bool:
    """Whether the user has shown a second factor in this session."""
    return any(one["method"] == "mfa" for one in get_authentication_records(request, request.user))


def showed_who_they_are(request: HttpRequest, *, within: float) -> bool:
    """Whether the user logged in, or showed again who they are, in the last `within` seconds."""
    records = get_authentication_records(request, request.user)
    return any(time.time() - one["at"] < within for one in records)


def forget_factor(request: HttpRequest, user: User, **_kwargs: Any) -> None:
    """Whoever gives up their last second factor has none to have shown. Receives `authenticator_removed`."""
    if not where_to_show_factor(user):
        records = get_authentication_records(request, user)
        request.session[AUTHENTICATION_METHODS_SESSION_KEY] = [
            one for one in records if one["method"] != "mfa"
        ]


def sessions_of(user: User, *, but: str | None = None) -> QuerySet[Session]:
    """All sessions of `user`, except that with the key `but`.

    Reads every session there is: whose it is stands inside, and allauth's list has only those begun by its log-in.
    """
    keys = [
        session.session_key
        for session in Session.objects.iterator()
        if session.session_key != but and session.get_decoded().get(SESSION_KEY) == str(user.pk)
    ]
    return Session.objects.filter(pk__in=keys)


def end_sessions(user: User, *, but: str | None = None) -> None:
    """Log `user` out everywhere, except in the session with the key `but`."""
    sessions_of(user, but=but).delete()
    UserSession.objects.filter(user=user).exclude(session_key=but).delete()
