"""What the CMS's roles may do with hours, bookings and blocked clients (accounts.roles)."""

from accounts.roles import Rights, every

SCHEDULES = ["booking.schedule", "booking.weeklywindow", "booking.dateexception"]
# Bookings are looked at. Whoever blocks a client can release them.
MODERATING = ["booking.view_booking", *every(["add", "delete", "view"], ["booking.blockedclient"])]

RIGHTS = Rights(
    moderators=[*every(["change", "view"], SCHEDULES), *MODERATING],
    administrators=[*every(["add", "change", "view"], SCHEDULES), *MODERATING],
)
