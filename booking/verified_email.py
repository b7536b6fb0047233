"""Which e-mail address is known to be the visitor's: by their account, or by a link that they have just used."""

import time
from typing import Any

from allauth.account.models import EmailAddress
from django.http import HttpRequest

from core import limits
from core.mail.addresses import canonical_address, mailbox_of

KEY = "proved_address"
SECONDS = 3600
MAILS = "1/h/key"  # to an address that nobody has proved to be theirs


def prove(request: HttpRequest, address: str) -> None:
    """Remember in this session, for an hour, that the visitor reads the mail of `address`; mails to it count anew."""
    request.session[KEY] = {"address": canonical_address(address), "at": int(time.time())}
    limits.forget("booking_mail", MAILS, key=mailbox_of(address))


def proved(request: HttpRequest) -> str | None:
    """The address proved in this session within the hour."""
    proof = request.session.get(KEY)
    return proof["address"] if proof and proof["at"] > time.time() - SECONDS else None


def is_theirs(request: HttpRequest, address: str) -> bool:
    """Whether `address` needs no e-mail to prove that it is the visitor's."""
    address = canonical_address(address)
    if proved(request) == address:
        return True
    if not request.user.is_authenticated:
        return False
    return EmailAddress.objects.filter(user=request.user, email=address, verified=True).exists()


def known(request: HttpRequest) -> dict[str, Any]:
    """What a visitor needn't type again."""
    if request.user.is_authenticated:
        return {"name": request.user.display_name, "email": request.user.email}
    address = proved(request)
    return {"email": address} if address else {}
