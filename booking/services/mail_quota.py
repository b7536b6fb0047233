"""How many mails the booking form sends to an address that nobody has proved to be theirs."""

from core import limits
from core.mail.addresses import mailbox_of

FIRST, AGAIN = "booking_mail", "booking_mail_again"
RATES = {
    FIRST: "1/h/key",
    AGAIN: "2/h/key",  # to an address that has had its mail, for the browser that caused it
}


def count_mail(address: str, *, has_mailed: bool) -> None:
    """Count a mail to an address that nobody has proved. Raises limits.TooOften after one an hour.

    The browser that caused it (`has_mailed`) may cause a few more: whoever lets a time go and takes another one needs
    its link.
    """
    try:
        _count(FIRST, address)
    except limits.TooOften:
        if not has_mailed:
            raise
        count_another(address)


def count_another(address: str) -> None:
    """Count one more mail to an address that has had its mail. Raises limits.TooOften."""
    _count(AGAIN, address)


def count_anew(address: str) -> None:
    """Its owner has proved it, or moderators have freed it: the next mail goes out."""
    limits.forget(FIRST, RATES[FIRST], key=mailbox_of(address))


def _count(action: str, address: str) -> None:
    limits.use(None, action, RATES[action], key=mailbox_of(address))
