from booking.models.blocks import BlockedClient
from booking.models.pages import FreeConsultationPage, IntakeQuestion
from booking.models.records import (
    DURATION,
    MISSED_IN_A_ROW,
    ActionToken,
    Booking,
    BookingEvent,
    CalendarFeed,
    DateException,
    Schedule,
    WeeklyWindow,
)

__all__ = [
    "DURATION",
    "MISSED_IN_A_ROW",
    "ActionToken",
    "BlockedClient",
    "Booking",
    "BookingEvent",
    "CalendarFeed",
    "DateException",
    "FreeConsultationPage",
    "IntakeQuestion",
    "Schedule",
    "WeeklyWindow",
]
