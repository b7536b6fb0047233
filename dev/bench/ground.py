"""What a database of the benchmark's own holds."""

from dataclasses import dataclass

from django.conf import settings
from django.utils import translation
from wagtail.models import Locale

from dev.demo import Demo
from dev.demo.contents import steps


@dataclass(frozen=True)
class Size:
    """What a database of the benchmark's own holds."""

    specialists: int
    bookings: int

    def __str__(self) -> str:
        return f"{self.specialists:,} specialists, {self.bookings:,} bookings"


def lay_ground() -> None:
    """The demo in the source language alone, its few dozen specialists included."""
    source, _made = Locale.objects.get_or_create(language_code=settings.LANGUAGE_CODE)
    run = Demo(say=lambda _line: None, source=source, targets=[])
    with translation.override(settings.LANGUAGE_CODE):
        for _order, _title, step in sorted(steps, key=lambda entry: entry[0]):
            step(run)
