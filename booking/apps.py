from django.apps import AppConfig


class BookingConfig(AppConfig):
    name = "booking"

    def ready(self) -> None:
        """Tell the directory who knows free times and guards edits; it doesn't import this app (tests/config).

        Tell the account what waits, which mails may be turned off, and what follows its language and time zone.
        """
        from accounts import notifications, preferences
        from accounts import pages as account_pages
        from accounts import waiting as account
        from booking.account import SPECIALIST_BOOKINGS, consultations_ahead, pages, waiting
        from booking.services import cancel_for_specialist, edit_schedule, follow_account
        from booking.slots import leaving_unanswered, lock_hours, next_starts, reply_minutes, times
        from directory import seams

        seams.next_starts = next_starts
        seams.edit_specialist = edit_schedule
        seams.lock_hours = lock_hours
        seams.times = times
        seams.reply_minutes = reply_minutes
        seams.cancel_consultations = cancel_for_specialist
        seams.leaving_unanswered = leaving_unanswered
        seams.consultations_ahead = consultations_ahead
        notifications.register(SPECIALIST_BOOKINGS)
        preferences.register(follow_account)
        account.register(waiting)
        account_pages.register(pages)
