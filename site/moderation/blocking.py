"""Blocked addresses: whether one is, blocking it with all that ends by that, releasing it.

An app asks `is_blocked`, or `is_key_blocked`, before it takes anything. If a block ends something in an app, the app
registers a Consequence when it is ready; the CMS's page tells of it, and the block does it.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from wagtail.log_actions import log

from core.errors import Refusal
from core.mail.addresses import masked_address
from core.mail.keys import lock_keys, mailbox_keys
from core.transactions import in_transaction_or
from core.users import User
from moderation.errors import Busy
from moderation.models import BlockedAddress

BLOCKED, RELEASED = "moderation.block_address", "moderation.release_address"


@dataclass(frozen=True, kw_only=True)
class Consequence:
    """What a block ends in one app, under any address of the mailbox.

    `count` says how much of it people are told of. `end` ends all of it; it is called when the block is committed, and
    raises a Refusal if some of it is left.

    `warning` is what the page says before, an `ngettext_lazy` of `number` with the masked `address`; `open_warning`
    where the address isn't known yet. `report` is what it says afterwards, an `ngettext_lazy` of `count`.
    """

    count: Callable[[str], int]
    end: Callable[[str], None]
    warning: Any
    open_warning: Any
    report: Any


_consequences: list[Consequence] = []


def register(consequence: Consequence) -> Consequence:
    _consequences.append(consequence)
    return consequence


def consequences() -> list[Consequence]:
    """What a block ends, in the order in which it was registered."""
    return list(_consequences)


def is_blocked(email: str) -> bool:
    """Whether moderators have blocked the mailbox of `email`."""
    return is_key_blocked(*mailbox_keys(email))


def is_key_blocked(*keys: bytes) -> bool:
    """The same for the keys of a mailbox (core.mail.keys)."""
    return BlockedAddress.objects.filter(mailbox_key__in=keys).exists()


def block_address(*, email: str, reason: str, by: User) -> BlockedAddress:
    """Take nothing from an address any more, and end what is under it.

    That goes for all spellings that reach its mailbox: another +tag would be the same person.
    Blocking twice changes nothing but what has come up in between. First the block, so that nothing new comes while
    the rest is ended. Raises Busy where something couldn't be ended; all else is, and blocking again goes on.
    """
    blocked = _block(email=email, reason=reason, by=by)
    refused: Refusal | None = None
    for consequence in consequences():
        try:
            consequence.end(email)
        except Refusal as error:
            refused = error
    if refused is not None:
        raise Busy from refused
    return blocked


def is_anything_left(email: str) -> bool:
    """Whether a block of this address would still end something that people are told of."""
    return any(consequence.count(email) for consequence in consequences())


@in_transaction_or(Busy)
def _block(*, email: str, reason: str, by: User) -> BlockedAddress:
    keys = mailbox_keys(email)
    lock_keys(keys)  # whoever is under them now is done, and what came of it is ended with the rest
    if earlier := BlockedAddress.objects.filter(mailbox_key__in=keys).first():
        return earlier
    blocked, made = BlockedAddress.objects.get_or_create(
        mailbox_key=keys[0],
        defaults={"masked": masked_address(email), "reason": reason, "blocked_by": by},
    )
    if made:
        log(instance=blocked, action=BLOCKED, user=by)
    return blocked


@transaction.atomic
def release_address(*, blocked: BlockedAddress, by: User) -> None:
    """Take from an address again what comes from it. What was ended stays so."""
    log(instance=blocked, action=RELEASED, user=by, deleted=True)
    blocked.delete()
