#!/usr/bin/env python
"""Attune's command line: `python manage.py help`."""

import os
import sys
from pathlib import Path

SITE = Path(__file__).resolve().parent / "site"
sys.path.insert(0, str(SITE))  # a source root, never a package: docs/decisions/0001-site-is-a-source-root.md

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.development")
    from django.core.management import execute_from_command_line

    from config.postgres.errors import PostgresError
    from core.frames import with_room

    try:
        with_room(execute_from_command_line)(sys.argv)
    except PostgresError as error:
        sys.exit(str(error))
