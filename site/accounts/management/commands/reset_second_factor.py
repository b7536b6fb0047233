"""`manage.py reset_second_factor`: let somebody in again who has lost their second factor."""

from typing import Any

from allauth.mfa.models import Authenticator
from django.core.management.base import BaseCommand, CommandError, CommandParser

from accounts import second_factors
from accounts.management.lookup import account_of


class Command(BaseCommand):
    help = (
        "Removes the app for codes, the passkeys and the recovery codes of one account, logs it out everywhere and "
        "tells its owner by mail. From then on the password alone lets in, so be sure first who asks."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("email", help="the address of their account")
        parser.add_argument("--dry-run", action="store_true", help="only say what there is")

    def handle(self, *, email: str, dry_run: bool, **options: Any) -> None:
        user = account_of(email)
        if dry_run:
            factors = list(Authenticator.objects.filter(user=user).order_by("type", "pk"))
            for factor in factors:
                self.stdout.write(f"To be removed: {factor.get_type_display()}.")
            number = len(factors)
        else:
            number = second_factors.reset(user)
        if not number:
            raise CommandError("This account has no second factor: there is nothing to remove.")
        if not dry_run:
            self.stdout.write(
                f"{number} removed. The account is logged out everywhere, and its owner is told by mail."
            )
