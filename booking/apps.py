from django.apps import AppConfig


class BookingConfig(AppConfig):
    name = "booking"

    def ready(self) -> None:
        """Tell the directory where next free times come from; it doesn't import this app (tests/config)."""
        from booking.slots import next_starts
        from directory import seams

        seams.next_starts = next_starts
