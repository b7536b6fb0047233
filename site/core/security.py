"""The security log: who came in, who was refused, and whose rights changed, without saying who they are.

Lines of the logger `security`, beside all others. People appear under a name that tells nothing about them and is
another one each month: enough to see that many refusals concern one account, and nothing to look anybody up by.
"""

import hashlib
import hmac
from typing import Any

import structlog
from django.conf import settings
from django.utils import timezone

log = structlog.get_logger("security")


def pseudonym(of: Any) -> str:
    """What stands for a user, or for an address that somebody typed, this month (UTC)."""
    identity = f"user {of.pk}" if hasattr(of, "pk") else f"address {of}"
    text = f"security {timezone.now():%Y-%m} {identity}"
    return hmac.new(settings.CLIENT_KEY_SECRET.encode(), text.encode(), hashlib.sha256).hexdigest()[:12]


def note(event: str, *, about: Any = None, by: Any = None, **facts: Any) -> None:
    """Write one line. `about` and `by`: users or typed addresses. `facts` must not be anything that people typed."""
    people = {
        name: pseudonym(who)
        for name, who in (("about", about), ("by", by))
        if who is not None and getattr(who, "pk", who)
    }
    log.info(event, **people, **facts)
