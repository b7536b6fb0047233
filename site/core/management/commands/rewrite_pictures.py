"""Write the library's older pictures anew: as those are that are added now, without metadata and with random names."""

import re
from typing import Any

from django.core.files.storage import default_storage
from django.core.management.base import BaseCommand, CommandParser
from django.db import transaction

from core.models import Picture
from core.pictures.files import NotAPicture, rewritten

DONE = r"^pictures/[0-9a-f]{32}\.webp$"


class Command(BaseCommand):
    help = "Write pictures anew that were added before this was done to each. Safe to run again at any time."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--dry-run", action="store_true", help="Say what would be done, and do nothing.")

    def handle(self, *, dry_run: bool = False, **options: Any) -> None:
        waiting = list(Picture.objects.exclude(file__regex=DONE).order_by("pk").values_list("pk", flat=True))
        if dry_run:
            self.stdout.write(f"{len(waiting)} pictures would be written anew.")
            return
        broken = [pk for pk in waiting if not rewrite(pk)]
        self.stdout.write(f"{len(waiting) - len(broken)} pictures were written anew.")
        if broken:
            names = ", ".join(map(str, broken))
            self.stdout.write(f"These can't be read; add them again, or delete them: {names}.")


@transaction.atomic
def rewrite(pk: int) -> bool:
    """Whether the picture could be read. Its old file, and the sizes made from it, go once the new one is there."""
    picture = Picture.objects.select_for_update().filter(pk=pk).first()
    if picture is None or re.match(DONE, picture.file.name):
        return True
    old = picture.file.name
    before = max(picture.width, picture.height)  # turning swaps them
    try:
        with default_storage.open(old) as file:
            content = rewritten(file)
    except (OSError, NotAPicture):
        return False
    picture.file.save(old, content, save=False)
    scale = max(picture.width, picture.height) / before
    for side in ("x", "y", "width", "height"):
        name = f"focal_point_{side}"
        if (value := getattr(picture, name)) is not None:
            setattr(picture, name, round(value * scale))
    picture._set_image_file_metadata()
    picture.save()
    picture.renditions.all().delete()
    transaction.on_commit(lambda: default_storage.delete(old))
    return True
