from django.db import migrations, models


class Migration(migrations.Migration):
    """A block counts the mailbox. The key of an address that is its own mailbox's, as most are, stays the same."""

    dependencies = [
        ("booking", "0007_who_did_not_answer"),
    ]

    operations = [
        migrations.RenameField("blockedclient", "client_key", "mailbox_key"),
        migrations.AlterField(
            model_name="blockedclient",
            name="mailbox_key",
            field=models.BinaryField(
                editable=False,
                help_text="HMAC-SHA256 of the mailbox, without +tags: only equality can be told.",
                max_length=32,
                unique=True,
            ),
        ),
    ]
