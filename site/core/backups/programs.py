"""PostgreSQL's own programs for backups, found and run without a password on their command line."""

import os
import re
import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path

from django.conf import settings
from django.db import connection
from django.db.backends.postgresql.client import DatabaseClient

from core.backups import BackupError
from core.logs import masked

DEBIAN = Path("/usr/lib/postgresql")


def folders() -> list[Path]:
    """Where they may be: where the settings say, where Debian puts those of each version, on the search path."""
    places = [Path(settings.POSTGRES_PROGRAMS)] if settings.POSTGRES_PROGRAMS else []
    if DEBIAN.is_dir():
        versions = [one for one in DEBIAN.iterdir() if one.name.isdigit()]
        places += [one / "bin" for one in sorted(versions, key=lambda one: int(one.name))]
    if found := shutil.which("pg_dump"):
        places.append(Path(found).parent)
    return places


def program(name: str) -> Path:
    """The program `name` of the server's version, else of the next newer one.

    Raises BackupError if there is none: an older pg_dump refuses, and what a newer one writes needs a newer pg_restore.
    """
    connection.ensure_connection()
    server = connection.pg_version // 10_000  # type: ignore[attr-defined]
    versions = {
        version: folder / name for folder in reversed(folders()) if (version := major_version(folder / name))
    }
    fitting = sorted(version for version in versions if version >= server)
    if not fitting:
        raise BackupError(
            f"There is no {name} of PostgreSQL {server} or newer on this machine: "
            f"apt-get install postgresql-client, or postgresql-client-{server} from where the server comes from."
        )
    return versions[fitting[0]]


def major_version(path: Path) -> int | None:
    """15 for a program of PostgreSQL 15; None if it isn't there or doesn't run."""
    try:
        said = subprocess.run([path, "--version"], capture_output=True, text=True, check=False)  # noqa: S603
    except OSError:
        return None
    found = re.search(r"\(PostgreSQL\) (\d+)", said.stdout)
    return int(found[1]) if found else None


def connecting(database: str = "") -> dict[str, str]:
    """The environment in which PostgreSQL's programs reach the site's database, or another one beside it."""
    parameters = {**connection.settings_dict, "NAME": database or connection.settings_dict["NAME"]}
    _command, environment = DatabaseClient.settings_to_cmd_args_env(parameters, [])
    for variable, name in (
        ("PGHOST", "HOST"),
        ("PGPORT", "PORT"),
        ("PGUSER", "USER"),
        ("PGDATABASE", "NAME"),
    ):
        if value := parameters[name]:
            environment = {**(environment or {}), variable: str(value)}
    return {**os.environ, **(environment or {}), "LC_ALL": "C"}


def run(name: str, *arguments: str | Path, database: str = "") -> None:
    """Run PostgreSQL's program `name` on the site's database, or another one. Raises BackupError when it fails."""
    command: Sequence[str | Path] = [program(name), "--no-password", *arguments]
    done = subprocess.run(  # noqa: S603 - with our own arguments
        command, env=connecting(database), stdin=subprocess.DEVNULL, stderr=subprocess.PIPE, check=False
    )
    if done.returncode:
        # The first line says what; those after it may quote rows.
        said = done.stderr.decode(errors="replace").strip().partition("\n")[0]
        raise BackupError(f"{name} failed: {masked(said)}")
