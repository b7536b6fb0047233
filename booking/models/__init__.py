from booking.models.pages import FreeConsultationPage
from booking.models.records import (
    DURATION,
    ActionToken,
    Booking,
    BookingEvent,
    DateException,
    Schedule,
    WeeklyWindow,
)

__all__ = [
    "DURATION",
    "ActionToken",
    "Booking",
    "BookingEvent",
    "DateException",
    "FreeConsultationPage",
    "Schedule",
    "WeeklyWindow",
]
