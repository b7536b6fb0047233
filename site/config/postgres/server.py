"""Starting a server, stopping it, and finding the one that runs."""

import os
import shutil
import signal
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from config.postgres.errors import PostgresError
from config.postgres.folders import own_folder, server_user, socket_folder
from config.postgres.programs import User, call, major_version, programs_folder

DATABASE = ROLE = "attune"
START_SECONDS = 180  # recovery after a power cut is part of starting
STOP_SECONDS = 60
SERVER_SETTINGS = {
    "listen_addresses": "",
    "max_connections": "200",  # parallel tests: one pool for each worker
    "shared_buffers": "256MB",
    "jit": "off",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "log_line_prefix": "%m_[%p]_",  # pg_ctl splits its options at blanks
    "password_encryption": "scram-sha-256",
    # Its log would quote statements and rows, with the addresses in them (docs/operators.md has the same).
    "log_min_messages": "log",  # no errors: whoever caused one is told, and writes of it what names nobody
    "log_min_error_statement": "panic",
    "log_error_verbosity": "terse",
}
# For data that may be lost with a power cut: nothing waits for the disk. Making and dropping a database, which
# tests do a thousand times, ends with a checkpoint; that takes seconds on a slow disk, and no time so.
VOLATILE_SETTINGS = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "wal_level": "minimal",
    "max_wal_senders": "0",
}


@dataclass(frozen=True)
class Postmaster:
    """What a running server wrote about itself into postmaster.pid."""

    pid: int
    port: int
    socket_folder: str
    status: str

    @property
    def url(self) -> str:
        # The folder goes into the query: URL parsers lower-case a host name, and folders have capitals.
        return f"postgres://{ROLE}@/{DATABASE}?host={quote(self.socket_folder)}&port={self.port}"


def start_server(home: Path, *, durable: bool = True) -> Postmaster:
    """Start the server of `home`, which is not running, with a new database if there is none.

    Unless `durable`, it never waits for the disk. The caller holds `start.lock`.
    """
    data, log = home / "data", home / "run" / "server.log"
    user = server_user(home)
    programs = programs_folder(home, user)
    own_folder(home / "run", user)
    if not (data / "PG_VERSION").exists():
        _make_database(home, programs, user)
    made_by, installed = (data / "PG_VERSION").read_text().strip(), major_version(programs)
    if made_by != installed:
        raise PostgresError(
            f"The data in {data} were made by PostgreSQL {made_by}, and {installed} is installed. "
            "Move them with pg_dump of the old version, or delete them with `make reset`."
        )
    sockets = socket_folder(home, user)
    # No server is alive: what a power cut left here may name a process id that is somebody else's now.
    for stale in (data / "postmaster.pid", sockets / ".s.PGSQL.5432", sockets / ".s.PGSQL.5432.lock"):
        stale.unlink(missing_ok=True)
    if log.exists():
        log.replace(log.with_suffix(".log.1"))
    settings = {**SERVER_SETTINGS, "unix_socket_directories": str(sockets)}
    if not durable:
        settings |= VOLATILE_SETTINGS
    options = " ".join(f"-c {name}={value}" for name, value in settings.items())
    arguments: list[Path | str] = [
        "-D",
        data,
        "-w",
        "-t",
        str(START_SECONDS),
        "-l",
        log,
        "-o",
        options,
        "start",
    ]
    for attempt in range(10):
        done = call(programs / "pg_ctl", *arguments, user=user)
        if done.returncode == 0:
            break
        # The children of a killed server hold its memory for a moment.
        if "is still in use" not in _tail(log) or attempt == 9:
            raise PostgresError(
                f"The embedded PostgreSQL did not start. Its last words:\n{_tail(log) or done.stdout}"
            )
        time.sleep(0.5)
    server = postmaster(home, wait=True)
    if server is None:
        raise PostgresError(
            f"The embedded PostgreSQL ended right after its start. Its last words:\n{_tail(log)}"
        )
    return server


def stop_server(home: Path) -> bool:
    """Stop the server of `home` (the caller holds `users.lock` exclusively); True if one was running.

    SIGINT is what `pg_ctl stop -m fast` sends; sent from here it works without the wheel too.
    """
    server = postmaster(home)
    if server is None:
        return False
    os.kill(server.pid, signal.SIGINT)
    deadline = time.monotonic() + STOP_SECONDS
    while _is_postmaster(server.pid, home / "data"):
        if time.monotonic() > deadline:
            raise PostgresError(
                f"The embedded PostgreSQL (process {server.pid}) did not stop in {STOP_SECONDS} s."
            )
        time.sleep(0.02)
    return True


def _make_database(home: Path, programs: Path, user: User | None) -> None:
    """initdb and our database, under another name first: a kill half-way leaves nothing half-made."""
    new = home / "data.new"
    if new.exists():
        shutil.rmtree(new)
    own_folder(new, user)
    common: list[Path | str] = ["-D", new, "-U", ROLE, "--auth=trust", "--encoding=UTF8"]
    common += ["--no-sync", "--no-instructions"]
    # Sorting is the builtin provider's, the same everywhere. What a letter is, pg_trgm asks the C library: in
    # its plain "C" locale, which knows ASCII only, Cyrillic and Arabic words have no trigrams at all.
    for letters in ("C.UTF-8", "UTF-8", "en_US.UTF-8"):
        done = call(
            programs / "initdb",
            *common,
            *("--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8", f"--lc-ctype={letters}"),
            user=user,
        )
        if "invalid locale name" not in done.stdout:
            break
    if done.returncode == 0:
        sql = f"CREATE DATABASE {DATABASE}\n"
        done = call(programs / "postgres", "--single", "-D", new, "postgres", user=user, given=sql)
    if done.returncode or "ERROR:" in done.stdout:
        lines = "\n".join(done.stdout.strip().splitlines()[-8:])
        shutil.rmtree(new, ignore_errors=True)
        raise PostgresError(
            f"The embedded PostgreSQL could not make its database in {home}. Its last words:\n{lines}"
        )
    new.rename(home / "data")


def postmaster(home: Path, *, wait: bool = False) -> Postmaster | None:
    """The running server of `home`, or None; with `wait`, not before it is ready, or gone."""
    deadline = time.monotonic() + START_SECONDS
    while True:
        try:
            lines = (home / "data" / "postmaster.pid").read_text().splitlines()
        except FileNotFoundError:
            return None
        if not lines or not _is_postmaster(int(lines[0]), home / "data"):
            return None
        if len(lines) >= 8:
            server = Postmaster(int(lines[0]), int(lines[3]), lines[4], lines[7].strip())
            if server.status == "ready" or not wait:
                return server
        if time.monotonic() > deadline:
            raise PostgresError(
                f"The embedded PostgreSQL in {home} has not been ready for {START_SECONDS} s."
            )
        time.sleep(0.05)


def _is_postmaster(pid: int, data: Path) -> bool:
    """Whether process `pid` is the server of `data`: after a power cut the number may be anybody's."""
    try:
        if Path("/proc/self/cmdline").exists():
            words = [os.fsdecode(word) for word in Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")]
            return Path(words[0]).name == "postgres" and str(data) in words
        command = ["ps", "-ww", "-o", "args=", "-p", str(pid)]
        words_line = subprocess.run(command, capture_output=True, text=True, check=False).stdout  # noqa: S603
    except (FileNotFoundError, ProcessLookupError):
        return False
    return "postgres" in words_line and str(data) in words_line


def _tail(log: Path) -> str:
    try:
        return "\n".join(log.read_text(errors="replace").splitlines()[-8:])
    except OSError:
        return ""
