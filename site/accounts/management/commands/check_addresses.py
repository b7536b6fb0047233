"""`manage.py check_addresses`: whether every e-mail address is written in the one way that is compared by."""

from collections import defaultdict
from typing import Any

from django.apps import apps
from django.core.management.base import BaseCommand, CommandError
from django.db import models

from core.mail.addresses import canonical_address


class Command(BaseCommand):
    help = (
        "Looks through every column for e-mail addresses for spellings that the site no longer accepts, and for "
        "twins: rows of one table whose addresses are the same one. Names rows by number, never by address."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        wrong = 0
        for model in apps.get_models():
            for field in model._meta.get_fields():
                if isinstance(field, models.EmailField):
                    wrong += self.look_through(model, field)
        if wrong:
            raise CommandError(f"{wrong} addresses to look at.")
        self.stdout.write("Every address is written in one way.")

    def look_through(self, model: type[models.Model], field: models.EmailField) -> int:
        """Tell what is wrong in one column; returns how much."""
        rows = model._default_manager.exclude(**{field.name: ""}).values_list("pk", field.name)
        others = [
            (pk, address) for pk, address in rows.iterator() if address != canonical_address(address or "")
        ]
        spelt = defaultdict(list)
        for pk, address in others:
            spelt[canonical_address(address)].append(pk)
        for address, pks in spelt.items():
            pks += rows.filter(**{field.name: address}).values_list("pk", flat=True)
            name = f"{model._meta.label}.{field.name}"
            numbers = ", ".join(map(str, pks))
            self.stdout.write(
                f"{name}: rows {numbers} have one address in several spellings."
                if len(pks) > 1
                else f"{name}: row {numbers} has an address in another spelling."
            )
        return len(others)
