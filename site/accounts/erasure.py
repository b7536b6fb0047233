"""Erasing somebody: the request, the way back for 14 days, and the end of everything that names them."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import structlog
from allauth.account.models import EmailAddress
from django.conf import settings
from django.core.mail import EmailMessage
from django.db import transaction
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext_lazy as _

from accounts.models import ErasureRequest, User
from accounts.personal_data import Subject, as_told, holdings, pauses
from accounts.sessions import end_sessions
from core.errors import Refusal
from core.i18n.zones import load_zone
from core.logs import describe
from core.mail.messages import compose
from core.mail.outbox import enqueue, rewrites
from core.models import Outbox

logger = structlog.get_logger(__name__)


class ErasureError(Refusal):
    """Why an account can't be erased, or kept."""


class LastAdministrator(ErasureError):
    """Without them nobody could look after the site's users."""

    sentence = _(
        "You are the last administrator. Make somebody else an administrator first; then your account can be erased."
    )


class TooLate(ErasureError):
    """The 14 days are over, though the worker may not have come to it yet."""

    sentence = _("The time to change your mind is over: your account is being erased.")


@dataclass(frozen=True, kw_only=True)
class Outlook:
    """What erasing would do: sentences on what goes, on what stays, and on what rests until then."""

    goes: list[Any]
    stays: list[Any]
    rests: list[Any]


def outlook(user: User) -> Outlook:
    """What would go and what would stay, of what there really is."""
    subject = Subject.of(user)
    said = [
        holding for holding in as_told() if (holding.goes or holding.stays) and holding.rows(subject).exists()
    ]
    return Outlook(
        goes=list(dict.fromkeys(holding.goes for holding in said if holding.goes)),
        stays=list(dict.fromkeys(holding.stays for holding in said if holding.stays)),
        rests=[pause.sentence for pause in pauses().values()],
    )


@transaction.atomic
def request_erasure(
    *, user: User, session_key: str | None = None, now: datetime | None = None
) -> ErasureRequest:
    """Plan to erase `user` after ERASURE_GRACE, pause what others see of them, and mail them the way back.

    They stay logged in with `session_key` alone. Asking again changes nothing. Raises LastAdministrator.
    """
    now = now or timezone.now()
    user = _locked(user.pk)
    request, made = ErasureRequest.objects.get_or_create(
        user=user, defaults={"requested_at": now, "due_at": now + settings.ERASURE_GRACE}
    )
    if made:
        request.paused = [one.name for one in pauses().values() if one.pause(user)]
        request.save(update_fields=["paused"])
        end_sessions(user, but=session_key)
        enqueue(
            letter(user, "erasure_requested", due_at=request.due_at),
            expires_at=request.due_at,
            rewriter="accounts.erasure",
            about={"request": request.pk},
        )
    return request


@transaction.atomic
def keep_account(*, user: User, now: datetime | None = None) -> bool:
    """Take the request back and let go on what was paused. Says whether there was one. Raises TooLate."""
    request = ErasureRequest.objects.select_for_update().filter(user=user).first()
    if request is None:
        return False
    if not request.can_be_undone(now or timezone.now()):
        raise TooLate
    pauses_by_name = pauses()
    for name in request.paused:
        pauses_by_name[name].resume(user)
    request.delete()
    return True


@transaction.atomic
def erase(*, user_id: int, tell: bool = True) -> bool:
    """Erase somebody from every table, now, and `tell` them. Says whether there was somebody. Raises LastAdministrator.

    Files go when the transaction is through, mail that is on its way when it has been sent: the worker sees to both.
    """
    if not User.objects.filter(pk=user_id).exists():
        return False
    user = _locked(user_id)
    subject = Subject.of(user)
    for one in pauses().values():
        one.pause(user)  # nobody books while we count
    for holding in holdings():
        holding.erase(subject, holding.rows(subject))
    if tell:
        enqueue(letter(user, "erasure_done"), forget=True)
    logger.info("account_erased")
    return True


def erase_due(*, now: datetime | None = None) -> int:
    """Erase all whose 14 days are over. Returns how many. Who can't be erased is tried again, and stops nobody."""
    due = ErasureRequest.objects.filter(due_at__lte=now or timezone.now()).order_by("due_at")
    erased = 0
    for user_id in list(due.values_list("user_id", flat=True)):
        try:
            erased += erase(user_id=user_id)
        except Exception as error:
            logger.error("account_not_erased", error=describe(error))
    return erased


def erase_unconfirmed(*, now: datetime | None = None) -> int:
    """Erase accounts whose address nobody confirmed within UNCONFIRMED_KEPT. Returns how many.

    They keep the address from its owner. Nobody is told: the owner never asked for anything.
    """
    oldest = (now or timezone.now()) - settings.UNCONFIRMED_KEPT
    waiting = EmailAddress.objects.filter(verified=False).values("user_id")
    confirmed = EmailAddress.objects.filter(verified=True).values("user_id")
    stale = User.objects.filter(pk__in=waiting, last_login=None, date_joined__lt=oldest).exclude(
        pk__in=confirmed
    )
    return sum(erase(user_id=pk, tell=False) for pk in list(stale.values_list("pk", flat=True)))


def _locked(user_id: int) -> User:
    """The user, locked, and all administrators if they are one: two can't leave at once. Raises LastAdministrator."""
    user = User.objects.select_for_update().get(pk=user_id)
    if user.is_superuser and user.is_active:
        others = User.objects.select_for_update().filter(is_superuser=True, is_active=True)
        if [one.pk for one in others.order_by("pk")] == [user.pk]:
            raise LastAdministrator
    return user


@rewrites("accounts.erasure")
def rewrite_requested(row: Outbox, *, request: int) -> EmailMessage | None:
    """The mail about this request as it should read now; None if it was taken back, or it is too late to."""
    found = ErasureRequest.objects.select_related("user").filter(pk=request).first()
    if found is None or not found.can_be_undone(timezone.now()):
        return None
    return letter(found.user, "erasure_requested", due_at=found.due_at)


def letter(user: User, kind: str, **context: Any) -> EmailMessage:
    """A mail in their language and on their clock; its link leads to the account, where the way back is."""
    with translation.override(user.language), timezone.override(load_zone(user.time_zone)):
        return compose(
            f"emails/account/{kind}",
            to=user.email,
            language=user.language,
            context={
                "name": user.display_name,
                "url": settings.SITE_URL + reverse("account_home"),
                **context,
            },
        )
