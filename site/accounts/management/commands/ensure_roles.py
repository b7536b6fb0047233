"""`manage.py ensure_roles`: the CMS's groups with their rights."""

from typing import Any

from django.core.management.base import BaseCommand

from accounts.roles import ensure_roles


class Command(BaseCommand):
    help = (
        "Makes the CMS's groups (editors, moderators, translators of each language, administrators) and gives each "
        "exactly its rights. Migrating does the same."
    )

    def handle(self, **options: Any) -> None:
        for group in ensure_roles():
            self.stdout.write(f"{group.name}: {group.user_set.count()} members")
