"""What moderators keep about people (accounts.personal_data)."""

from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from accounts.personal_data import Subject, detach, register
from core.mail.keys import mailbox_keys
from moderation.models import BlockedAddress


def blocked_as(subject: Subject) -> QuerySet[BlockedAddress]:
    """A block goes by the mailbox: it is theirs whichever of its addresses they have shown to be theirs."""
    keys = [key for address in subject.addresses for key in mailbox_keys(address)]
    return BlockedAddress.objects.filter(mailbox_key__in=keys)


def keep(subject: Subject, rows: QuerySet[Any]) -> None:
    """Nothing goes; the register says why."""


register(
    BlockedAddress,
    title=_("Your address, where the team has blocked it"),
    rows=blocked_as,
    erase=keep,
    fields=["masked", "blocked_at"],  # why is the team's own word
    stays=_(
        "That the team has blocked your address for free consultations, if it has: otherwise erasing an account would "
        "undo it. The address isn't kept, only a code that it can be recognised by."
    ),
)
register(
    BlockedAddress,
    title=_("Addresses you have blocked"),
    via=["blocked_by"],
    erase=detach("blocked_by"),
    fields=["reason", "blocked_at"],
    stays=_("Addresses that you have blocked for free consultations, without your name."),
)
