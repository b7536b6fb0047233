"""The mail that moderators get once a day. Nothing is stored."""

from django.core.mail import EmailMultiAlternatives

from accounts.models import User
from dev.pages.mail_samples import register_sample
from moderation.emails import DAILY, to_moderator


def daily(language: str) -> EmailMultiAlternatives:
    return to_moderator(User(email="vera@example.org", language=language), DAILY)


register_sample(DAILY, daily)
