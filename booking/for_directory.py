"""What the directory may ask of booking (directory.ports.BookingPort), which it doesn't import."""

from booking.account import consultations_ahead
from booking.services import cancel_for_specialist as cancel_consultations
from booking.services import edit_schedule as edit_specialist
from booking.slots import free_times, leaving_unanswered, lock_hours, next_starts, reply_minutes

__all__ = [
    "cancel_consultations",
    "consultations_ahead",
    "edit_specialist",
    "free_times",
    "leaving_unanswered",
    "lock_hours",
    "next_starts",
    "reply_minutes",
]
