"""Nobody checked who can prescribe until now: it is said again once a moderator has.

The rows are thrown away with it and made anew after the migrations (directory.signals).
"""

from typing import Any

from django.db import migrations


def forget(apps: Any, schema_editor: Any) -> None:
    specialists = apps.get_model("directory", "Specialist").objects.filter(can_prescribe=True)
    if specialists.update(can_prescribe=False):
        apps.get_model("directory", "SearchText").objects.all().delete()
        apps.get_model("directory", "SearchRow").objects.all().delete()


class Migration(migrations.Migration):
    dependencies = [("directory", "0007_contact")]

    operations = [migrations.RunPython(forget, migrations.RunPython.noop)]
