"""What the site holds about people: the one place to say so.

Every model that points to a user or has an e-mail address is registered here or left out with a reason, or a test
fails (tests/accounts/test_personal_data.py). An app says it in its own `personal_data.py`:

    register(Booking, title=_("Your consultations"), via=["client"], fields=["starts_at", "note"], erase=delete)
    leave_out(BookingEvent, "Goes with its booking.")

`accounts.exports` and `accounts.erasure` do the rest.
"""

from accounts.personal_data.registry import (
    Column,
    File,
    Holding,
    Order,
    Pause,
    Subject,
    as_told,
    delete,
    detach,
    holdings,
    leave_out,
    pauses,
    reasons,
    register,
    register_pause,
)

__all__ = [
    "Column",
    "File",
    "Holding",
    "Order",
    "Pause",
    "Subject",
    "as_told",
    "delete",
    "detach",
    "holdings",
    "leave_out",
    "pauses",
    "reasons",
    "register",
    "register_pause",
]
