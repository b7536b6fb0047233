"""`manage.py erase_bookings`: what the worker does every day, by hand."""

from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from booking.services import erase_old


class Command(BaseCommand):
    help = "Erases free consultations that ended more than BOOKING_KEPT (12 months) ago."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--dry-run", action="store_true", help="only say how many there are")

    def handle(self, *args: Any, **options: Any) -> None:
        count = erase_old(dry_run=options["dry_run"])
        verb = "Would erase" if options["dry_run"] else "Erased"
        self.stdout.write(f"{verb} {count} free consultations.")
