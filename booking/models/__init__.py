from booking.models.bookings import ActionToken, Booking, BookingEvent
from booking.models.pages import FreeConsultationPage, IntakeQuestion
from booking.models.schedules import (
    DURATION,
    MISSED_IN_A_ROW,
    CalendarFeed,
    DateException,
    Schedule,
    WeeklyWindow,
)

__all__ = [
    "DURATION",
    "MISSED_IN_A_ROW",
    "ActionToken",
    "Booking",
    "BookingEvent",
    "CalendarFeed",
    "DateException",
    "FreeConsultationPage",
    "IntakeQuestion",
    "Schedule",
    "WeeklyWindow",
]
