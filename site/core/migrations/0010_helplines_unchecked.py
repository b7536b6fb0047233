"""A helpline that nobody has checked says so. The demo's had a date although nobody had opened their websites."""

from typing import Any

from django.db import migrations, models

NOBODY = "Demo content: check again before opening"


def forget(apps: Any, _schema: Any) -> None:
    apps.get_model("core", "Helpline").objects.filter(verified_by=NOBODY).update(
        verified_on=None, verified_by="", source=""
    )


class Migration(migrations.Migration):
    dependencies = [("core", "0009_outbox_rewriters")]

    operations = [
        migrations.AlterField(
            model_name="helpline",
            name="verified_on",
            field=models.DateField(
                blank=True,
                help_text="The day somebody compared the number with the line’s own website. Empty: nobody has yet.",
                null=True,
                verbose_name="last checked",
            ),
        ),
        # Back again, the rows would need a date that is true.
        migrations.RunPython(forget, migrations.RunPython.noop),
    ]
