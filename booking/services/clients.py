"""Who asks for a consultation: what a client tells, and nobody, who stands for one."""

from dataclasses import dataclass

from core.mail.keys import address_key, mailbox_key
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
    def key(self) -> bytes:
        """What tells one client from another: nobody can turn it back into an address."""
        return address_key(self.email)

    @property
    def mailbox_key(self) -> bytes:
        """What moderators block them by."""
        return mailbox_key(self.email)


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
    def key(self) -> bytes:
        return address_key(f"nobody:{self.stands_for}")

    @property
    def mailbox_key(self) -> bytes:
        return self.key
