"""The account itself: what allauth and Django keep of it."""

import hashlib

from allauth.account.models import EmailAddress, EmailConfirmation
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.db import connection, models
from django.utils.translation import gettext_lazy as _

from accounts import drafts
from accounts.models import DataExport, ErasureRequest, User
from accounts.personal_data.registry import Column, Order, Subject, delete, leave_out, register
from accounts.sessions import sessions_of


def themselves(subject: Subject) -> models.QuerySet[User]:
    return User.objects.filter(pk=subject.user.pk)


def forget_user(subject: Subject, rows: models.QuerySet[User]) -> None:
    """The user, and how often they tried to log in: limits are counted in a table without a model."""
    hashes = [hashlib.sha256(address.encode()).hexdigest() for address in subject.mailboxes]
    keys = [f"%:user:{subject.user.pk}", *(f"%:{one}" for one in hashes)]
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM accounts_limits WHERE cache_key LIKE ANY(%s)", [keys])
    rows.delete()


def typed(session: Session) -> list[str]:
    """What they typed on a page that asked them to log in, and haven't sent."""
    kept = session.get_decoded().get(drafts.KEY, {})
    return [text for draft in kept.values() for values in draft["typed"].values() for text in values if text]


def name_of_key(authenticator: Authenticator) -> str:
    return str(authenticator.data.get("name", ""))


def groups_of(user: User) -> list[str]:
    return [group.name for group in user.groups.all()]


register(
    User,
    title=_("Your account"),
    rows=themselves,
    erase=forget_user,
    order=Order.USER,
    fields=[
        "email",
        "display_name",
        "language",
        "time_zone",
        "date_joined",
        "last_login",
        "muted",
        "is_superuser",
        Column(name="groups", label=_("groups"), value=groups_of),
    ],
    goes=_("Your account: your name, your e-mail address, your settings, your password and passkeys."),
)
leave_out(User.groups.through, "Exported with the user, and goes with them.")
leave_out(User.user_permissions.through, "Nobody has permissions of their own; goes with the user.")
register(
    EmailAddress,
    title=_("Your e-mail addresses"),
    via=["user"],
    erase=delete,
    order=Order.ACCOUNT,
    fields=["email", "verified", "primary"],
)
leave_out(EmailConfirmation, "Never filled: addresses are confirmed by codes. It would go with its address.")
register(
    Authenticator,
    title=_("Your second factors"),
    via=["user"],
    erase=delete,
    order=Order.ACCOUNT,
    fields=[
        "type",
        Column(name="name", label=_("name"), value=name_of_key),
        "created_at",
        "last_used_at",
    ],
)
register(
    UserSession,
    title=_("Where you are logged in"),
    via=["user"],
    erase=delete,
    order=Order.ACCOUNT,
    fields=["created_at", "last_seen_at", "ip", "user_agent"],
)
register(
    Session,
    title=_("Your sessions"),
    rows=lambda subject: sessions_of(subject.user),
    erase=delete,
    order=Order.ACCOUNT,
    fields=["expire_date", Column(name="typed", label=_("typed and not sent"), value=typed)],
)
register(
    DataExport,
    title=_("Copies of your data"),
    via=["user"],
    erase=delete,
    order=Order.ACCOUNT,
    fields=["requested_at", "expires_at"],
)
register(
    ErasureRequest,
    title=_("Your request to be erased"),
    via=["user"],
    erase=delete,
    order=Order.ACCOUNT,
    fields=["requested_at", "due_at"],
)
