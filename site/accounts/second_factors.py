"""The secrets of second factors: encrypted with a key made of CLIENT_KEY_SECRET, and what if they can't be read.

Encrypted are the secret of an app for codes, and what recovery codes are made from; passkeys have no secret here.
What can't be read lets nobody in, and says so in the form (`accounts.forms.entrance`) instead of failing.
"""

import base64
from collections.abc import Callable, Iterator
from functools import wraps
from typing import Any

import structlog
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP
from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.db import transaction

from accounts import emails
from accounts.models import User
from accounts.sessions import end_sessions
from core import security
from core.mail.outbox import enqueue
from core.secret_keys import Rotated, Rotation, client_secrets

Unreadable = InvalidToken
ENCRYPTED = ("secret", "seed", "migrated_codes")  # what allauth gives its adapter to encrypt

logger = structlog.get_logger(__name__)


def boxes() -> list[Fernet]:
    """One for each secret, the first of which encrypts."""
    return [Fernet(base64.urlsafe_b64encode(_key().derive(secret.encode()))) for secret in client_secrets()]


def box() -> MultiFernet:
    """Encrypts with the first, decrypts with any."""
    return MultiFernet(boxes())


def _key() -> HKDF:
    return HKDF(algorithm=SHA256(), length=32, salt=None, info=b"attune second factors")


def is_readable(authenticator: Authenticator, by: Fernet | MultiFernet | None = None) -> bool:
    """Whether all its secrets can be decrypted, with any of ours unless one is named."""
    by = by or box()
    try:
        for value in _encrypted_in(authenticator):
            by.decrypt(value)
    except Unreadable:
        return False
    return True


def _encrypted_in(authenticator: Authenticator) -> Iterator[str]:
    for name in ENCRYPTED:
        value = authenticator.data.get(name) or []
        yield from [value] if isinstance(value, str) else value


def are_unreadable(user: User) -> bool:
    """Whether some second factor of `user` can't be read. Logs it, without saying whose. 1 query."""
    if all(map(is_readable, Authenticator.objects.filter(user=user))):
        return False
    logger.error(
        "second_factor_unreadable",
        what="It was encrypted with another CLIENT_KEY_SECRET: put that one into CLIENT_KEY_SECRET_FALLBACKS.",
    )
    return True


def apply() -> None:
    """Let allauth go on to the next factor where it would fail at one that can't be read."""
    TOTP.validate_code = _or_else(lambda: False, TOTP.validate_code)
    RecoveryCodes.validate_code = _or_else(lambda: False, RecoveryCodes.validate_code)
    RecoveryCodes.get_unused_codes = _or_else(list, RecoveryCodes.get_unused_codes)


def _or_else(instead: Callable[[], Any], method: Callable[..., Any]) -> Callable[..., Any]:
    @wraps(method)
    def run(*args: Any) -> Any:
        try:
            return method(*args)
        except Unreadable:
            return instead()

    return run


def encrypt_anew(dry_run: bool) -> Rotated:
    """Encrypt all that is under a former secret with the first one, each factor in a transaction of its own."""
    anew = left = 0
    first = boxes()[0]
    for pk in list(Authenticator.objects.order_by("pk").values_list("pk", flat=True)):
        with transaction.atomic():
            authenticator = Authenticator.objects.select_for_update().filter(pk=pk).first()
            if authenticator is None or is_readable(authenticator, by=first):
                continue
            if not is_readable(authenticator):
                left += 1
                continue
            anew += 1
            if not dry_run:
                _encrypt(authenticator)
    return Rotated(anew=anew, left=left)


def _encrypt(authenticator: Authenticator) -> None:
    own = box()
    for name in ENCRYPTED:
        value = authenticator.data.get(name)
        if isinstance(value, str):
            authenticator.data[name] = own.rotate(value).decode()
        elif value:
            authenticator.data[name] = [own.rotate(one).decode() for one in value]
    authenticator.save(update_fields=["data"])


SECOND_FACTORS = Rotation(
    what="Second factors",
    why_left="Some second factors can’t be read: put the secret they were encrypted with into "
    "CLIENT_KEY_SECRET_FALLBACKS and run this again. If it is lost, run reset_second_factor for each person who asks.",
    run=encrypt_anew,
)


@transaction.atomic
def reset(user: User) -> int:
    """Take all second factors from somebody who lost them, end their sessions, and tell them; return how many it were.

    Nothing happens if there are none. Whoever needs one sets up another at the next log-in.
    """
    factors = Authenticator.objects.filter(user=user)
    kinds = sorted(factors.select_for_update().values_list("type", flat=True))
    if not kinds:
        return 0
    factors.delete()
    end_sessions(user)
    enqueue(
        emails.compose(
            "second_factor_reset", to=user.email, language=user.language, time_zone=user.time_zone, context={}
        )
    )
    security.note("second factors reset by an operator", about=user, kinds=kinds, by_command=True)
    return len(kinds)
