"""What of booking's tables pages depend on."""

from core.page_cache.tags import follow
from core.page_tags import PAGE
from directory.page_tags import TIMES

follow("booking.FreeConsultationPage", PAGE, "page_ptr")
follow("booking.IntakeQuestion", PAGE, "page")
follow("booking.Schedule", TIMES, "specialist", ignoring=("joining", "answer_within", "move_until"))
follow("booking.WeeklyWindow", TIMES, "schedule")
follow("booking.DateException", TIMES, "schedule")
follow(
    "booking.Booking",
    TIMES,
    "schedule",
    only=("schedule", "status", "starts_at", "ends_at", "blocked", "hold_expires_at"),
)
