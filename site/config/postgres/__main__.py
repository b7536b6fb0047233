"""The command line: this checkout's database for the Makefile and for people."""

import contextlib
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import NoReturn

from config.postgres import embedded_url, erase, folders_of_servers, status, stop
from config.postgres.errors import PostgresError
from config.postgres.programs import require_wheel

BASE_DIR = Path(__file__).resolve().parents[3]
USAGE = """python -m config.postgres COMMAND: this checkout's database (DATABASE_URL, else the embedded one)

  url             print its URL, starting the embedded one for as long as this takes
  status          say whether the embedded one is running
  stop [--now]    stop the embedded one; --now even while other commands use it
  run -- CMD …    run a command with DATABASE_URL set, keeping the embedded one up until it ends
  psql [ARG …]    talk to it
  erase           delete the embedded one's data for good

Tests have an embedded one of their own: status, stop and erase mean both."""


def _setting(name: str) -> str:
    """An environment variable, or its line in `.env`, as the settings read them."""
    if name not in os.environ and (BASE_DIR / ".env").exists():
        from dotenv import dotenv_values

        return dotenv_values(BASE_DIR / ".env").get(name) or ""
    return os.environ.get(name, "")


def _run(command: list[str], environment: Mapping[str, str]) -> int:
    """Run a command, passing on what would end us, and return its exit status."""
    try:
        child = subprocess.Popen(command, env=environment)  # noqa: S603 - the caller's own command
    except OSError as error:
        raise PostgresError(f"{command[0]}: {error.strerror}.") from error
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the terminal sends it to the child as well
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, lambda received, _frame: child.send_signal(received))
    code = child.wait()
    return code if code >= 0 else 128 - code


def _psql() -> str:
    with contextlib.suppress(PostgresError):
        program = require_wheel() / "bin" / "psql"
        if program.exists():
            return str(program)
    path = shutil.which("psql")
    if path is None:
        raise PostgresError("There is no psql here: install PostgreSQL's client.")
    return path


def main(arguments: list[str]) -> int:
    """Run the command line and return its exit status."""
    command, rest = (arguments[0], arguments[1:]) if arguments else ("help", [])
    var = Path(_setting("ATTUNE_VAR_DIR") or BASE_DIR / "var")
    if command == "url" and not rest:
        print(_setting("DATABASE_URL") or embedded_url(var))  # noqa: T201
    elif command == "status" and not rest:
        print(*map(status, folders_of_servers(var)), sep="\n")  # noqa: T201
    elif command == "stop" and rest in ([], ["--now"]):
        stopped = [stop(folder, now=bool(rest)) for folder in reversed(folders_of_servers(var))]
        print("stopped" if any(stopped) else "not running")  # noqa: T201
    elif command == "erase" and not rest:
        for folder in reversed(
            folders_of_servers(var)
        ):  # the demo's data last: what is in use is kept, with all else
            erase(folder)
    elif command == "run" and rest[:1] == ["--"] and len(rest) > 1:
        url = _setting("DATABASE_URL") or embedded_url(var)
        return _run(rest[1:], {**os.environ, "DATABASE_URL": url})
    elif command == "psql":
        return _run([_psql(), _setting("DATABASE_URL") or embedded_url(var), *rest], os.environ)
    else:
        print(USAGE)  # noqa: T201
        return 0 if command in {"help", "--help", "-h"} else 2
    return 0


def _main() -> NoReturn:
    try:
        sys.exit(main(sys.argv[1:]))
    except PostgresError as error:
        sys.exit(str(error))


if __name__ == "__main__":
    _main()
