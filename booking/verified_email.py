"""Which e-mail address is known to be the visitor's: by their account, or by a link that they have just used."""

import time
from typing import Any

from allauth.account.models import EmailAddress
from django.http import HttpRequest

from booking.services import mail_quota
from core.mail.addresses import canonical_address

KEY = "proved_address"
SECONDS = 3600


def prove(request: HttpRequest, address: str) -> None:
    """Remember in this session, for an hour, that the visitor reads the mail of `address`; mails to it count anew."""
    request.session[KEY] = {"address": canonical_address(address), "at": int(time.time())}
    mail_quota.count_anew(address)


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
