"""Contact as checked facts, and what has changed since the last check.

Until now, prescribing was what somebody said of themselves: nobody had checked it, so it is proposed anew.
"""

from django.db import migrations, models

import directory.models.specialists


class Migration(migrations.Migration):
    dependencies = [("directory", "0006_words")]

    operations = [
        migrations.AddField(
            "specialist",
            "practice_url",
            models.URLField(
                blank=True,
                validators=[directory.models.specialists.practice_address],
                verbose_name="web page of the practice",
            ),
        ),
        migrations.AddField(
            "specialist",
            "practice_phone",
            models.CharField(
                blank=True,
                max_length=24,
                validators=[directory.models.specialists.international_number],
                verbose_name="telephone of the practice",
            ),
        ),
        migrations.AddField(
            "specialist",
            "changed_at",
            models.DateTimeField(
                blank=True,
                editable=False,
                help_text="Since when something is public that no moderator has looked at.",
                null=True,
            ),
        ),
        migrations.AddField(
            "specialist",
            "flags",
            models.JSONField(
                blank=True,
                default=list,
                editable=False,
                help_text="What in the texts was flagged and not looked at yet: kind and words of each.",
            ),
        ),
        migrations.AddIndex(
            "specialist",
            models.Index(
                condition=models.Q(changed_at__isnull=False),
                fields=["changed_at"],
                name="directory_specialist_changed",
            ),
        ),
        migrations.AlterField(
            "specialistcheck",
            "decision",
            models.CharField(
                choices=[
                    ("approved", "approved"),
                    ("changes", "asked for changes"),
                    ("rechecked", "checked again"),
                    ("seen", "looked at what has changed"),
                    ("corrected", "corrected by a moderator"),
                    ("suspended", "suspended"),
                    ("reinstated", "reinstated"),
                ],
                max_length=12,
                verbose_name="decision",
            ),
        ),
    ]
