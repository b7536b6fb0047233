"""Every e-mail about a profile, in the recipient's language. Subjects are neutral.

What a moderator asks for, or suspends somebody for, stands on the pages alone; a friendly word is in the mail too.
"""

from email.utils import parseaddr
from typing import Any

from django.conf import settings
from django.core.mail import EmailMessage, EmailMultiAlternatives
from django.urls import reverse
from django.utils import translation

from core.mail.messages import compose
from core.mail.outbox import enqueue, rewrites
from core.models import Outbox
from directory.checking import review
from directory.models import ProfileReport, Specialist
from directory.tokens import availability_token
from moderation.emails import moderators, to_moderator

# Where the moderator's words stand that a mail doesn't carry.
PLACES = {"changes_requested": "specialist_profile", "suspended": "specialist_dashboard"}


def approved(specialist: Specialist, *, is_new: bool, comment: str = "") -> None:
    """Tells the specialist that the profile is public, or that a change is, and what the moderator wrote with it."""
    _tell(specialist, "approved", is_new=is_new, comment=comment.strip())


def changes_requested(specialist: Specialist) -> None:
    """Tells the specialist that a moderator asks for changes; what they are stands beside the fields."""
    _tell(specialist, "changes_requested")


def suspended(specialist: Specialist) -> None:
    _tell(specialist, "suspended")


def reinstated(specialist: Specialist, *, is_paused: bool, comment: str = "") -> None:
    """Tells the specialist that the suspension is over, and what the moderator wrote with it."""
    _tell(specialist, "reinstated", is_paused=is_paused, comment=comment.strip())


def ask_available(specialist: Specialist) -> None:
    """Asks whether clients are still accepted; the link opens a page, and only its button acts."""
    _tell(specialist, "ask_available")


def urgent_report(report: ProfileReport) -> None:
    """Tells every moderator of this one report, whatever else they were told that day."""
    for user in moderators():
        enqueue(
            to_moderator(user, "directory/urgent_report", path=report.cms_url),
            key=f"report:{report.pk}:{user.pk}",
        )


def flagged(specialist: Specialist) -> None:
    """Tells every moderator that something is public that was flagged, whatever else they were told that day."""
    path = reverse("specialists:check", args=[specialist.pk])
    for user in moderators():
        enqueue(to_moderator(user, "directory/flagged", path=path))


def to_specialist(
    specialist: Specialist, kind: str, *, token: str = "", **more: Any
) -> EmailMultiAlternatives:
    """The mail of this kind for the specialist. Nothing is written.

    `token` stands in the link that confirms that clients are accepted, if it shan't be a new one.
    """
    user = specialist.user
    assert user is not None  # noqa: S101 - nobody writes to a specialist without an account
    with translation.override(user.language):
        context = {
            "name": user.get_short_name(),
            "contact": parseaddr(settings.DEFAULT_FROM_EMAIL)[1],
            "url": settings.SITE_URL + reverse(PLACES.get(kind, "account_home")),
            "confirm_url": settings.SITE_URL
            + reverse("specialist_available", args=[token or availability_token(specialist)]),
            **more,
        }
    return compose(f"emails/directory/{kind}", to=user.email, language=user.language, context=context)


def _tell(specialist: Specialist, kind: str, **more: Any) -> None:
    if specialist.user is not None:
        about = {"specialist": specialist.pk, "kind": kind, "more": more}
        enqueue(to_specialist(specialist, kind, **more), rewriter="directory", about=about)


@rewrites("directory")
def rewrite(row: Outbox, *, specialist: int, kind: str, more: dict[str, Any]) -> EmailMessage | None:
    """A mail about a profile as it should read now; None if it isn't so any more."""
    found = Specialist.objects.select_related("user").filter(pk=specialist).first()
    if found is None or found.user is None or not _is_true(found, kind):
        return None
    return to_specialist(found, kind, **more)


def _is_true(specialist: Specialist, kind: str) -> bool:
    state, State = specialist.state, Specialist.State
    match kind:
        case "ask_available":
            asked, confirmed = specialist.accepting_asked_on, specialist.accepting_confirmed_on
            is_unanswered = asked is not None and (confirmed is None or confirmed < asked)
            return state == State.PUBLISHED and specialist.is_accepting and is_unanswered
        case "suspended":
            return state == State.SUSPENDED
        case "approved":  # "it is public now"
            return state == State.PUBLISHED
        case "changes_requested":
            return review.review_status(specialist).asked is not None
        case "reinstated":
            return state != State.SUSPENDED
    return True
