"""A small process in the background that stops the server after users that were killed."""

import os
import signal
import subprocess
import sys
from pathlib import Path

from config.postgres.locks import open_lock, try_lock
from config.postgres.server import stop_server

if sys.platform != "win32":
    import fcntl

SITE = Path(__file__).resolve().parents[2]  # the folder that this package is imported from
PROGRAM = """
import sys
from pathlib import Path
sys.path.append(sys.argv[3])
from config.postgres.guard import guard
guard(Path(sys.argv[2]))
"""


def ensure_guard(home: Path) -> None:
    """Start the guard unless there is one: it stops the server after users that were killed."""
    lock = open_lock(home / "guard.lock")
    try:
        if not try_lock(lock):
            return
    finally:
        os.close(lock)
    # -I -S: the guard needs the standard library and this package, and nothing else that may be on an import path.
    command = [sys.executable, "-I", "-S", "-c", PROGRAM, "guard", str(home), str(SITE)]
    subprocess.run(command, check=True, cwd="/", stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL)  # noqa: S603


def guard(home: Path) -> None:
    """Wait, in the background, until nobody uses the server of `home`; then stop it."""
    lock = open_lock(home / "guard.lock")
    if not try_lock(lock):
        return
    if os.fork():
        os._exit(0)  # the starter goes on; the child keeps the lock
    os.setsid()  # no Ctrl-C of the starter's terminal
    signal.signal(signal.SIGHUP, signal.SIG_IGN)
    null = os.open(os.devnull, os.O_RDWR)
    for descriptor in (0, 1, 2):
        os.dup2(null, descriptor)  # whoever reads the starter's output must not wait for us
    users = open_lock(home / "users.lock")
    fcntl.flock(users, fcntl.LOCK_EX)
    stop_server(home)
    # In this order: who starts the server next, as soon as `users` is free, must start a new guard.
    os.close(lock)
    os.close(users)
