#!/usr/bin/env python
"""Attune's command line: `python manage.py help`, or `attune help` of a deployed release (bin/attune)."""

import os
import sys
from pathlib import Path

SITE = Path(__file__).resolve().parent / "site"
sys.path.insert(0, str(SITE))  # a source root, never a package: docs/decisions/0001-site-is-a-source-root.md

if __name__ == "__main__":
    os.environ["DJANGO_SETTINGS_MODULE"] = (
        os.environ.get("DJANGO_SETTINGS_MODULE") or "config.settings.development"
    )
    from django.core.management import execute_from_command_line

    from config.postgres.errors import PostgresError
    from config.settings.environment import SettingsError
    from core.frames import with_room
    from core.logs import log_from_the_start

    if sys.argv[1:2] == ["worker"] and os.environ["DJANGO_SETTINGS_MODULE"] == "config.settings.production":
        log_from_the_start()  # a service: its lines go to the journal
    try:
        with_room(execute_from_command_line)(sys.argv)
    except (PostgresError, SettingsError) as error:
        sys.exit(str(error))
    except ModuleNotFoundError as error:
        module = os.environ["DJANGO_SETTINGS_MODULE"]
        if error.name is None or not f"{module}.".startswith(f"{error.name}."):
            raise
        sys.exit(
            "DJANGO_SETTINGS_MODULE must be config.settings.production: there are no settings of its name."
        )
    except KeyboardInterrupt:
        print(f"\nStopped before {' '.join(sys.argv[1:2])} had ended: run it again.", file=sys.stderr)  # noqa: T201
        sys.exit(130)
