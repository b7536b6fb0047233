"""What the worker does for accounts by itself."""

from datetime import timedelta
from importlib import import_module

from allauth.usersessions.models import UserSession
from django.conf import settings
from django.db import connection
from django.db.models import Exists, OuterRef
from django.utils import timezone

from accounts import erasure, exports
from core.worker.periodic import periodic


@periodic(every=timedelta(hours=1))
def forget_limits() -> None:
    """Erase what the limits no longer count: the cache itself does so only when it is full."""
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM accounts_limits WHERE expires < %s", [timezone.now()])


@periodic(every=timedelta(days=1))
def forget_ended_sessions() -> None:
    """Erase sessions that have ended, and what was noted about them: browser, address, time."""
    engine = import_module(settings.SESSION_ENGINE)
    engine.SessionStore.clear_expired()
    Session = engine.SessionStore.get_model_class()
    alive = Session.objects.filter(session_key=OuterRef("session_key"))
    UserSession.objects.filter(~Exists(alive)).delete()


@periodic(every=timedelta(hours=1))
def erase_who_asked() -> None:
    """Erase people whose time to change their mind is over."""
    erasure.erase_due()


@periodic(every=timedelta(days=1))
def erase_unconfirmed() -> None:
    """Erase accounts whose address nobody ever confirmed."""
    erasure.erase_unconfirmed()


@periodic(every=timedelta(minutes=15))
def forget_exports() -> None:
    """Erase the copies of people's data that are a day old."""
    exports.forget_expired()
