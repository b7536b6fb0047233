"""Bookings whose client was told by a former secret (core.secret_keys)."""

from django.db import IntegrityError, transaction

from booking.models import Booking
from core.mail.keys import address_key
from core.secret_keys import Rotated, Rotation


def renew_client_keys(dry_run: bool) -> Rotated:
    """Tell the clients of all bookings by the first secret. What is nobody's has no address, and ends by itself."""
    anew = left = 0
    rows = Booking.objects.exclude(client_email="").values_list("pk", "client_email", "client_key")
    for pk, email, stored in rows.iterator():
        if (key := address_key(email)) == bytes(stored):
            continue
        try:
            with transaction.atomic():
                # A hold may have become somebody else's meanwhile.
                unchanged = Booking.objects.filter(pk=pk, client_email=email, client_key=stored)
                anew += unchanged.count() if dry_run else unchanged.update(client_key=key)
        except IntegrityError:
            left += 1
    return Rotated(anew=anew, left=left)


CLIENTS = Rotation(
    what="Clients of bookings",
    why_left="Some clients have two consultations at the same time, made under different secrets: when one of them is "
    "cancelled or over, run this again.",
    run=renew_client_keys,
)
