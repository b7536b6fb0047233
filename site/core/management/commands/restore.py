"""`manage.py restore`."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from core.backups import BackupError, ending_well, open_backup, restoring


class Command(BaseCommand):
    help = (
        "Puts a backup into the site's database and media folder, which must be empty. With --verify, tries it in a "
        "database beside, which is dropped at the end, and leaves the site alone."
    )
    requires_system_checks: list[str] = []  # they may need tables that aren't there yet

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("backup", type=Path, help="a folder that `manage.py backup` made")
        parser.add_argument("--verify", action="store_true", help="only try it")

    def handle(self, *, backup: Path, verify: bool, **options: Any) -> None:
        try:
            one = open_backup(backup)
            if verify:
                with ending_well():
                    restoring.verify(one)
                rows = sum(one.manifest["rows"].values())
                self.stdout.write(
                    f"{backup} can be restored: {rows} rows in {len(one.manifest['rows'])} tables and "
                    f"{one.manifest['media_files']} files of media are as they were on {one.manifest['made_at']}."
                )
                return
            with ending_well():
                restoring.restore(one)
        except BackupError as error:
            raise CommandError(str(error)) from error
        self.stdout.write(
            f"The site is as it was on {one.manifest['made_at']}, with release {one.manifest['release']}. Now run "
            "`manage.py migrate`, and erase again whoever was erased since."
        )
