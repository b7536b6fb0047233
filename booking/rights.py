"""What the CMS's roles may do with hours and bookings (accounts.roles)."""

from accounts.roles import Rights, every

SCHEDULES = ["booking.schedule", "booking.weeklywindow", "booking.dateexception"]
MODERATING = ["booking.view_booking"]  # they are looked at

RIGHTS = Rights(
    moderators=[*every(["change", "view"], SCHEDULES), *MODERATING],
    administrators=[*every(["add", "change", "view"], SCHEDULES), *MODERATING],
)
