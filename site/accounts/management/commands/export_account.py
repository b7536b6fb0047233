"""`manage.py export_account`: a copy of what the site holds about somebody."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from accounts.exports import FILE_NAME, build
from accounts.management.lookup import account_of


class Command(BaseCommand):
    help = "Writes a zip with everything the site holds about somebody with an account."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("email", help="the address of their account")
        parser.add_argument("--output", type=Path, default=Path(FILE_NAME), help="default: %(default)s")

    def handle(self, *, email: str, output: Path, **options: Any) -> None:
        user = account_of(email)
        try:
            output.touch(mode=0o600)  # whoever runs this may read it, and nobody else
            output.write_bytes(build(user))
        except OSError as error:
            raise CommandError(f"{output} can’t be written ({error.strerror}): name another file.") from error
        self.stdout.write(f"Wrote {output}.")
