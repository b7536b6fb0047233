"""`manage.py backup`."""

from argparse import ArgumentParser, ArgumentTypeError
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from core.backups import BackupError, ending_well, thin_out
from core.backups.making import make_backup


def at_least_one(text: str) -> int:
    number = int(text)
    if number < 1:
        raise ArgumentTypeError("at least 1 is kept")
    return number


class Command(BaseCommand):
    help = (
        "Makes a backup of the database and the media: a folder that only this user may read. Then the oldest are "
        "deleted, but for as many as --keep says."
    )
    requires_system_checks: list[str] = []  # whatever is wrong with the site, it can be backed up

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "folder",
            nargs="?",
            type=Path,
            default=Path(settings.BACKUP_DIR),
            help="where to (default: %(default)s)",
        )
        parser.add_argument(
            "--keep",
            type=at_least_one,
            default=14,
            help="how many whole backups to keep (default: %(default)s)",
        )

    def handle(self, *, folder: Path, keep: int, **options: Any) -> None:
        try:
            with ending_well():
                backup = make_backup(folder)
                gone = thin_out(folder, keep)
        except BackupError as error:
            raise CommandError(str(error)) from error
        self.stdout.write(
            f"{backup.folder}: {backup.size() / 1e6:.1f} MB, {backup.manifest['media_files']} files of media."
            + (f" {gone} older backups were deleted." if gone else "")
        )
