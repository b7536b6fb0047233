"""E-mails to moderators, in each one's language. Subjects are neutral."""

from django.conf import settings
from django.core.mail import EmailMessage, EmailMultiAlternatives
from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils import timezone, translation

from accounts.models import User
from accounts.roles import ADMINISTRATORS, MODERATORS
from core.mail.messages import compose
from core.mail.outbox import enqueue, rewrites
from core.models import Outbox
from moderation.queues import something_waits

DAILY = "moderation/daily"


def moderators() -> QuerySet[User]:
    """Whom to tell: the moderators, and the administrators where there is no moderator who can log in."""
    active = User.objects.filter(is_active=True)
    found = active.filter(groups__name=MODERATORS)
    if found.exists():
        return found
    return active.filter(Q(groups__name=ADMINISTRATORS) | Q(is_superuser=True)).distinct()


def tell_moderators() -> None:
    """Tells the moderators that something waits in a queue, once a day at most.

    Only what can wait a day: what else happens that day is told the next one (moderation.periodic).
    """
    for user in moderators():
        enqueue(
            to_moderator(user, DAILY),
            key=f"moderation:{timezone.localdate():%Y%m%d}:{user.pk}",
            rewriter="moderation.daily",
            about={"user": user.pk},
        )


def remind_moderators() -> None:
    """Tells the moderators if something waits for them; they are told once a day at most."""
    if something_waits():
        tell_moderators()


@rewrites("moderation.daily")
def rewrite_daily(row: Outbox, *, user: int) -> EmailMessage | None:
    """That mail as it should read now; None if nothing waits any more, or they are no moderator."""
    reader = moderators().filter(pk=user).first()
    return to_moderator(reader, DAILY) if reader is not None and something_waits() else None


def to_moderator(user: User, name: str, *, path: str = "") -> EmailMultiAlternatives:
    """The mail `emails/<name>` for a moderator, with a link to `path` or to the account. Nothing is written."""
    with translation.override(user.language):
        url = settings.SITE_URL + (path or reverse("account_home"))
    context = {"name": user.get_short_name(), "url": url}
    return compose(f"emails/{name}", to=user.email, language=user.language, context=context)
