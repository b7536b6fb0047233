"""`manage.py erase_account`: erase somebody who asks for it by letter, or in person."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from accounts import erasure
from accounts.management.lookup import account_of
from accounts.personal_data import Subject, holdings


class Command(BaseCommand):
    help = (
        "Erases somebody from the site after ERASURE_GRACE (14 days), in which they can keep their account, "
        "as their own request does."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("email", help="the address of their account")
        parser.add_argument("--dry-run", action="store_true", help="only say what there is")
        parser.add_argument("--now", action="store_true", help="erase at once, with no way back")

    def handle(self, *, email: str, dry_run: bool, now: bool, **options: Any) -> None:
        user = account_of(email)
        if dry_run:
            subject = Subject.of(user)
            for holding in holdings():
                if count := holding.rows(subject).count():
                    self.stdout.write(f"{holding.model._meta.label}: {count} ({holding.title})")
            return
        try:
            if now:
                erasure.erase(user_id=user.pk)
                self.stdout.write("Erased. The worker deletes the files and sends the last mail.")
            else:
                request = erasure.request_erasure(user=user)
                self.stdout.write(f"To be erased on {request.due_at:%Y-%m-%d}. The person was told by mail.")
        except erasure.ErasureError as error:
            raise CommandError(str(error.sentence)) from error
