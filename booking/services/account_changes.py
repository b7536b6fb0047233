"""What is to come follows the account that it belongs to."""

from django.utils import timezone

from booking.models import Booking
from core.users import User


def follow_account(user: User, *, language: str = "", time_zone: str = "") -> int:
    """Speak to a client in the language, and on the clock, that they have just given their account.

    Reminders and other mails about what isn't over are written when they are due, so they follow too. What was
    chosen later counts: also where another language had been chosen for one consultation. Returns how many.
    """
    changes = {"client_language": language, "client_time_zone": time_zone}
    ahead = Booking.objects.active().filter(client=user, ends_at__gt=timezone.now())
    return ahead.update(**{name: value for name, value in changes.items() if value})
