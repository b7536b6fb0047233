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
  run -- CMD …    run a command with DATABASE_URL set, keeping the embedded one up until it ends;
                  several, with -- between them, one after the other until one fails
  psql [ARG …]    talk to it
  erase           delete the embedded one's data for good

Tests have an embedded one of their own: status, stop and erase mean both."""


def _setting(name: str) -> str:
    """An environment variable, or its line in `.env`, as the settings read them."""
    if name not in os.environ and (BASE_DIR / ".env").exists():
        from dotenv import dotenv_values

        return dotenv_values(BASE_DIR / ".env").get(name) or ""
    return os.environ.get(name, "")


class _Runner:
    """Runs commands one after the other, and ends them with itself: at a signal, or when whoever started us is gone."""

    def __init__(self, environment: Mapping[str, str]) -> None:
        self.environment = environment
        self.parent = os.getppid()
        self.asked = 0  # the signal that asked us to end
        self.child: subprocess.Popen[bytes] | None = None

    def run(self, commands: list[list[str]]) -> int:
        """Run all, up to the first that fails; the exit status of the last one that ran."""
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, self.end)
        code = 0
        for command in commands:
            try:
                self.child = subprocess.Popen(command, env=self.environment)  # noqa: S603 - the caller's own command
            except OSError as error:
                raise PostgresError(f"{command[0]}: {error.strerror}.") from error
            code = self.wait(self.child)
            code = code if code >= 0 else 128 - code
            if self.asked or code:
                break
        return code or (128 + self.asked if self.asked else 0)

    def wait(self, child: "subprocess.Popen[bytes]") -> int:
        """Wait for a command, and end it when our parent is gone: make may have been killed, or a shell in between."""
        while True:
            try:
                return child.wait(1)
            except subprocess.TimeoutExpired:
                if os.getppid() != self.parent and not self.asked:
                    self.end(signal.SIGTERM)

    def end(self, number: int, _frame: object = None) -> None:
        """Pass a signal on. A terminal sends Ctrl-C to our commands itself."""
        self.asked = number
        if self.child is not None and number != signal.SIGINT:
            self.child.send_signal(number)


def _commands(words: list[str]) -> list[list[str]]:
    """`A -- B -- C` as three commands."""
    found: list[list[str]] = [[]]
    for word in words:
        if word == "--":
            found.append([])
        else:
            found[-1].append(word)
    return [command for command in found if command]


def _reachable(url: str) -> str:
    """`url`, if the database there lets us in; else PostgresError with PostgreSQL's reason."""
    import psycopg  # not for commands that begin before anything is installed

    try:
        psycopg.connect(url, connect_timeout=10).close()
    except psycopg.OperationalError as error:
        reason = " ".join(str(error).split())
        raise PostgresError(f"The database of DATABASE_URL can't be used: {reason}") from error
    except psycopg.Error:  # its words quote the URL, and so the password
        raise PostgresError("DATABASE_URL must be like postgres://user:password@host:5432/name.") from None
    return url


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
        own = _setting("DATABASE_URL")
        url = _reachable(own) if own else embedded_url(var)
        return _Runner({**os.environ, "DATABASE_URL": url}).run(_commands(rest))
    elif command == "psql":
        program = [_psql(), _setting("DATABASE_URL") or embedded_url(var), *rest]
        return _Runner(os.environ).run([program])
    else:
        print(USAGE)  # noqa: T201
        return 0 if command in {"help", "--help", "-h"} else 2
    return 0


def _main() -> NoReturn:
    try:
        sys.exit(main(sys.argv[1:]))
    except PostgresError as error:
        sys.exit(str(error))
    except KeyboardInterrupt:  # while the server starts; commands say themselves that they were stopped
        sys.exit(130)


if __name__ == "__main__":
    _main()
