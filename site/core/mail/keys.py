"""What stands for an e-mail address where only equality matters, and a lock on it. Nobody can turn it back."""

import hashlib
import hmac
from collections.abc import Iterable

from django.db import connection

from core.mail.addresses import canonical_address, mailbox_of
from core.secret_keys import client_secrets


def address_keys(email: str) -> list[bytes]:
    """HMAC-SHA256 of the normalised address under CLIENT_KEY_SECRET, and under each former one: what to look for."""
    address = canonical_address(email).encode()
    return [hmac.new(secret.encode(), address, hashlib.sha256).digest() for secret in client_secrets()]


def address_key(email: str) -> bytes:
    """The first of them: what to store."""
    return address_keys(email)[0]


def mailbox_keys(email: str) -> list[bytes]:
    """The same for the box that its mail arrives in, however it is spelt: what blocks go by."""
    return address_keys(mailbox_of(email))


def mailbox_key(email: str) -> bytes:
    return mailbox_keys(email)[0]


def lock_keys(*groups: Iterable[bytes]) -> None:
    """Let nobody else act under an address or mailbox until the commit. Before all other locks: no deadlocks.

    `groups`: all keys of a mailbox, then all of an address, so that processes with a former secret and with the new one
    wait too; each group in an order that is the same for both.
    """
    with connection.cursor() as cursor:
        for key in dict.fromkeys(key for group in groups for key in sorted(group)):
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [int.from_bytes(key[:8], "big", signed=True)])
