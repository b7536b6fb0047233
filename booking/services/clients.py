"""Who asks for a consultation: what a client tells, and nobody, who stands for one."""

from dataclasses import dataclass

from booking.models import Booking
from core.mail.keys import address_keys, mailbox_keys
from core.users import User


@dataclass(frozen=True, kw_only=True)
class ClientDetails:
    """What a client tells: a name or nickname, where to write, in which language and on which clock.

    `answers` are to the editors' questions, as `Booking.answers` keeps them. `is_verified`: the address is known to
    be theirs, so no e-mail has to prove it.
    """

    name: str
    email: str
    language: str
    time_zone: str
    note: str = ""
    with_guardian: bool = False
    answers: tuple[tuple[str, str], ...] = ()
    user: User | None = None
    is_verified: bool = False

    @property
    def keys(self) -> list[bytes]:
        """What tells one client from another: nobody can turn it back into an address. The first is stored."""
        return address_keys(self.email)

    @property
    def mailbox_keys(self) -> list[bytes]:
        """What moderators block them by."""
        return mailbox_keys(self.email)


@dataclass(frozen=True, kw_only=True)
class Nobody(ClientDetails):
    """Stands for a client who must not have another time, so that a stranger can't tell (docs/decisions/0010).

    A time is held for them as for everybody, but it is nobody's: no name, no address, no mail, and no link that
    could confirm it. `stands_for` makes the same form sent again the same hold.
    """

    stands_for: str
    name: str = ""
    email: str = ""

    @property
    def keys(self) -> list[bytes]:
        return address_keys(f"nobody:{self.stands_for}")

    @property
    def mailbox_keys(self) -> list[bytes]:
        return self.keys


def keys_of(booking: Booking) -> list[bytes]:
    """What tells the client of a booking from others, under whichever secret it was stored."""
    own = address_keys(booking.client_email) if booking.client_email else []
    return list(dict.fromkeys([*own, bytes(booking.client_key)]))
