"""What of booking's tables pages depend on."""

from core.page_cache.tags import follow, kind
from core.page_tags import PAGE

TIMES = kind("times")  # by number of a specialist: hours, and what is taken of them

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
# Who isn't public, or takes nobody, has no free times.
follow("directory.Specialist", TIMES, "id", only=("state", "is_accepting", "offers_free_consultation"))
