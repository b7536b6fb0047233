"""Every mail about an account, with made-up details."""

from datetime import UTC, datetime
from functools import partial

from django.conf import settings
from django.core.mail import EmailMultiAlternatives

from accounts import emails
from core.letters import register_sample

FOLDER = settings.BASE_DIR / "templates" / "emails" / "account"
DETAILS = {
    "code": "BCDF-4GHJ",
    "uid": "2s",
    "key": "c9zk1x-5b1c0ffee",
    "timestamp": datetime(2027, 3, 1, 19, 5, tzinfo=UTC),
    "user_agent": "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:140.0) Gecko/20100101 Firefox/140.0",
}


def sample(kind: str, language: str) -> EmailMultiAlternatives:
    return emails.compose(
        kind, to="robin@example.org", language=language, time_zone="Europe/Kyiv", context=DETAILS
    )


for path in FOLDER.glob("*.subject.txt"):
    name = path.name.removesuffix(".subject.txt")
    register_sample(f"account/{name}", partial(sample, name))
