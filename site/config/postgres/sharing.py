"""Many processes use one server: the first one starts it, and the last one stops it."""

import atexit
import contextlib
import os
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

if sys.platform != "win32":
    import fcntl

from config.postgres.errors import PostgresError
from config.postgres.guard import ensure_guard
from config.postgres.locks import locked, open_lock, try_lock
from config.postgres.server import postmaster, start_server, stop_server

_held: dict[Path, tuple[int, str]] = {}  # home → this process's lock on users.lock, the server's URL
_forking = threading.local()


def hold(home: Path, *, durable: bool = True) -> str:
    """Use the server of `home`, started (`durable` or not) if need be, until this process ends. Returns its URL."""
    if home not in _held:
        _held[home] = _join(home, durable)
        if len(_held) == 1:
            atexit.register(_leave_all)
            os.register_at_fork(
                before=_before_fork,
                after_in_parent=_after_fork_in_parent,
                after_in_child=_after_fork_in_child,
            )
    return _held[home][1]


def _join(home: Path, durable: bool) -> tuple[int, str]:
    """Hold the server of `home`, starting it if need be: our lock's file descriptor and the server's URL."""
    with locked(home / "start.lock"):
        users = open_lock(home / "users.lock")
        try:
            # Waits while a last user is stopping the server; nobody else ever holds it exclusively.
            fcntl.flock(users, fcntl.LOCK_SH)
            server = postmaster(home, wait=True) or start_server(home, durable=durable)
            ensure_guard(home)
        except BaseException:
            os.close(users)
            raise
    return users, server.url


@contextlib.contextmanager
def alone(home: Path, *, anyway: bool = False) -> Iterator[None]:
    """Keep others from starting the server of `home`; PostgresError if some are using it, unless `anyway`."""
    with locked(home / "start.lock"):
        users = open_lock(home / "users.lock")
        try:
            for _ in range(3):  # the guard may be quicker than we: it is then alone, and soon done
                fcntl.flock(users, fcntl.LOCK_SH)
                if try_lock(users) or anyway:
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
            if try_lock(users):
                stop_server(home)
        os.close(users)


def _before_fork() -> None:
    """Take the locks of the child that is about to be, so that it holds the server from its first moment."""
    _forking.locks = {home: open_lock(home / "users.lock") for home in _held}
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
