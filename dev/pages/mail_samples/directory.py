"""Every mail about a profile, with made-up details. Nothing is stored."""

from functools import partial
from typing import Any

from django.core.mail import EmailMultiAlternatives

from accounts.models import User
from dev.pages.mail_samples import register_sample
from directory import emails
from directory.models import Specialist
from moderation.emails import to_moderator

COMMENT = "Your licence runs out in March.\nPlease send us the new number then."
TO_SPECIALIST: dict[str, dict[str, Any]] = {
    "approved": {"is_new": True, "comment": COMMENT},
    "changes_requested": {},
    "suspended": {},
    "reinstated": {"is_paused": False, "comment": COMMENT},
    "ask_available": {"token": "sample"},
}
TO_MODERATORS = ("urgent_report", "flagged")


def sample(kind: str, language: str) -> EmailMultiAlternatives:
    user = User(email="vera@example.org", language=language)
    if kind in TO_MODERATORS:
        return to_moderator(user, f"directory/{kind}")
    specialist = Specialist(pk=0, name="Vera Example", slug="vera-example", user=user)
    return emails.to_specialist(specialist, kind, **TO_SPECIALIST[kind])


for kind in [*TO_SPECIALIST, *TO_MODERATORS]:
    register_sample(f"directory/{kind}", partial(sample, kind))
