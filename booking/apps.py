from django.apps import AppConfig


class BookingConfig(AppConfig):
    name = "booking"

    def ready(self) -> None:
        """Tell the directory who knows free times and guards edits; it doesn't import this app.

        Tell the account what waits, which mails may be turned off, and what follows its language and time zone; and
        the moderators what waits for them, and what ends when they block an address.
        And `rotate_keys` what is kept under a secret.
        """
        from accounts import notifications, overview, preferences, roles
        from accounts import pages as account_pages
        from accounts import waiting as account
        from booking import for_directory, page_tags  # noqa: F401 - says what pages depend on
        from booking.account import COMING_UP, SPECIALIST_BOOKINGS, pages, waiting
        from booking.consequences import CONSULTATIONS
        from booking.queues import QUEUES
        from booking.rights import RIGHTS
        from booking.services import follow_account
        from booking.services.key_rotation import CLIENTS
        from core import secret_keys
        from directory import ports
        from moderation import blocking, queues

        ports.provide(booking=for_directory)
        roles.register(RIGHTS)
        notifications.register(SPECIALIST_BOOKINGS)
        preferences.register(follow_account)
        account.register(waiting)
        account_pages.register(pages)
        for queue in QUEUES:
            queues.register(queue)
        blocking.register(CONSULTATIONS)
        overview.register(COMING_UP)
        secret_keys.register(CLIENTS)
