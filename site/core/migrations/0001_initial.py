"""The PostgreSQL extensions that later migrations of every app lean on."""

from django.db import migrations

from core.extensions import TrustedExtension


class Migration(migrations.Migration):
    initial = True
    dependencies = []
    operations = [
        TrustedExtension("btree_gist"),  # exclusion constraints over a schedule and a range
        TrustedExtension("pg_trgm"),  # search that forgives a typing mistake
        TrustedExtension("unaccent"),  # search that ignores accents
    ]
