"""Addresses are written in one way (core.mail.addresses), and the database sees to what it can see of it."""

from typing import Any

from django.db import migrations, models
from django.db.models.functions import Lower

from core.mail.addresses import canonical_address


def write_in_one_way(apps: Any, schema_editor: Any) -> None:
    """Raises ValueError, naming the accounts by number, where two are one address: somebody must decide."""
    User, EmailAddress = apps.get_model("accounts", "User"), apps.get_model("account", "EmailAddress")
    for pk, email in User.objects.values_list("pk", "email"):
        address = canonical_address(email)
        if address == email:
            continue
        if twin := User.objects.filter(email=address).exclude(pk=pk).first():
            raise ValueError(f"The accounts {pk} and {twin.pk} have one address in two spellings.")
        User.objects.filter(pk=pk).update(email=address)
    for pk, email in EmailAddress.objects.values_list("pk", "email"):
        EmailAddress.objects.filter(pk=pk).exclude(email=canonical_address(email)).update(
            email=canonical_address(email)
        )


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0003_personal_data"),
        ("account", "0009_emailaddress_unique_primary_email"),
    ]

    operations = [
        migrations.RemoveConstraint(model_name="user", name="accounts_user_email_normalised"),
        migrations.RunPython(write_in_one_way, migrations.RunPython.noop),
        migrations.AddConstraint(
            model_name="user",
            constraint=models.CheckConstraint(
                condition=models.Q(("email", Lower("email")), ("email__regex", "^[!-~]+@[a-z0-9.-]+$")),
                name="accounts_user_email_canonical",
            ),
        ),
    ]
