"""`manage.py rebuild_directory`: write all rows that the directory searches anew, while it is being searched."""

from typing import Any

from django.core.management.base import BaseCommand
from tqdm import tqdm

from directory import index
from directory.models import SearchRow, Specialist
from directory.search.spelling import rebuild_spelling


class Command(BaseCommand):
    help = (
        "Writes the directory's search rows anew from records, pages, terms and free times, some hundreds at a time. "
        "Visitors and bookings go on meanwhile, and it can be stopped at any time."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        with tqdm(total=Specialist.objects.count(), unit=" specialists", disable=None) as bar:
            for ids in index.batches():
                index.rebuild(ids)
                bar.update(len(ids))
        for chunk in tqdm(index.chunks(), desc="Counting", unit=" chunks", disable=None):
            index.rebuild_bits(chunk)
        rebuild_spelling()
        self.stdout.write(f"{SearchRow.objects.count()} specialists are listed.")
