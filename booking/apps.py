from django.apps import AppConfig


class BookingConfig(AppConfig):
    name = "booking"

    def ready(self) -> None:
        """Tell the directory who knows free times and guards edits; it doesn't import this app (tests/config)."""
        from booking.services import edit_schedule
        from booking.slots import next_starts
        from directory import seams

        seams.next_starts = next_starts
        seams.edit_specialist = edit_schedule
