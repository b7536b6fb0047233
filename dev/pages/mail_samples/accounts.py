"""Every mail about an account, with made-up details."""

from datetime import UTC, datetime
from functools import partial

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.urls import reverse
from django.utils import translation

from accounts import emails
from core.mail.messages import compose
from dev.pages.mail_samples import register_sample

FOLDER = settings.BASE_DIR / "templates" / "emails" / "account"
DETAILS = {
    "code": "48127056",
    "uid": "2s",
    "key": "c9zk1x-5b1c0ffee",
    "timestamp": datetime(2027, 3, 1, 19, 5, tzinfo=UTC),
    "user_agent": "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:140.0) Gecko/20100101 Firefox/140.0",
}


# These are no answer to a request and say where to go on (accounts.erasure, accounts.exports).
OUR_OWN = {
    "erasure_requested": "account_home",
    "erasure_done": "account_home",
    "export_ready": "account_data",
}


def sample(kind: str, language: str) -> EmailMultiAlternatives:
    if kind in OUR_OWN:
        with translation.override(language):
            context = {
                "name": "Robin",
                "url": settings.SITE_URL + reverse(OUR_OWN[kind]),
                "due_at": datetime(2027, 3, 15, 9, tzinfo=UTC),
            }
        return compose(f"emails/account/{kind}", to="robin@example.org", language=language, context=context)
    return emails.compose(
        kind, to="robin@example.org", language=language, time_zone="Europe/Kyiv", context=DETAILS
    )


for path in FOLDER.glob("*.subject.txt"):
    name = path.name.removesuffix(".subject.txt")
    register_sample(f"account/{name}", partial(sample, name))
