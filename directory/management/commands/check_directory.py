"""`manage.py check_directory`: whether the rows that the directory searches are what they are made from."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError
from tqdm import tqdm

from directory import index
from directory.models import Specialist


class Command(BaseCommand):
    help = "Compares the directory's search rows with records, pages, terms and free times, and says what differs."

    def handle(self, *args: Any, **options: Any) -> None:
        wrong = 0
        with tqdm(total=Specialist.objects.count(), unit=" specialists", disable=None) as bar:
            for ids in index.batches():
                for sentence in index.differences(ids):
                    wrong += 1
                    self.stdout.write(sentence)
                bar.update(len(ids))
        for chunk in index.chunks():
            for option in index.wrong_bits(chunk):
                wrong += 1
                self.stdout.write(f"Option {option}: the bits of chunk {chunk} aren't what the rows say.")
        if wrong:
            raise CommandError(f"{wrong} differences. `manage.py rebuild_directory` writes the rows anew.")
        self.stdout.write("All rows are what they are made from.")
