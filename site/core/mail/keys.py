"""What stands for an e-mail address where only equality matters, and a lock on it. Nobody can turn it back."""

import hashlib
import hmac

from django.conf import settings
from django.db import connection

from core.mail.addresses import canonical_address, mailbox_of


def address_key(email: str) -> bytes:
    """HMAC-SHA256 of the normalised address."""
    secret = settings.CLIENT_KEY_SECRET.encode()
    return hmac.new(secret, canonical_address(email).encode(), hashlib.sha256).digest()


def mailbox_key(email: str) -> bytes:
    """The same for the box that its mail arrives in, however it is spelt: what blocks go by."""
    return address_key(mailbox_of(email))


def lock_key(key: bytes) -> None:
    """Let nobody else act under this address or mailbox until the commit. Before all other locks: no deadlocks."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [int.from_bytes(key[:8], "big", signed=True)])
