"""`manage.py tick`: what the worker does for bookings every minute, once, by hand or by cron."""

from typing import Any

from django.core.management.base import BaseCommand

from booking import services


class Command(BaseCommand):
    help = (
        "Ends holds and requests that are out of time, completes past consultations, looks up next free times. "
        "Safe to run from several machines at once."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        for what, count in services.tick().items():
            self.stdout.write(f"{what}: {count}")
