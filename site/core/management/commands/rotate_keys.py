"""`manage.py rotate_keys`: write anew what is encrypted or keyed with a former CLIENT_KEY_SECRET."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from core.secret_keys import rotations


class Command(BaseCommand):
    help = (
        "Writes what is under a secret in CLIENT_KEY_SECRET_FALLBACKS anew under CLIENT_KEY_SECRET, while the site "
        "goes on. Safe to stop and to run again. Ends with status 1 if something is under none of them."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--dry-run", action="store_true", help="only say how many there are")

    def handle(self, *, dry_run: bool, **options: Any) -> None:
        left = []
        for rotation in rotations():
            rotated = rotation.run(dry_run)
            done = "to be written anew" if dry_run else "written anew"
            self.stdout.write(f"{rotation.what}: {rotated.anew} {done}, {rotated.left} left as they are.")
            if rotated.left:
                left.append(rotation.why_left)
        self.stdout.write(
            "Blocked addresses: they can’t be written anew, as only codes of them are kept. Former secrets stay in "
            "CLIENT_KEY_SECRET_FALLBACKS as long as blocks made under them matter."
        )
        if left:
            raise CommandError("\n".join(left))
