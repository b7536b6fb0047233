"""The WSGI server, the same in development and production: `gunicorn --config site/config/gunicorn.py`.

Why gunicorn, and how to restart it without losing a request: docs/decisions/0003-gunicorn.md.
"""

import contextlib
import importlib
import os
import signal
import sys
from pathlib import Path

from gunicorn.arbiter import Arbiter
from gunicorn.systemd import sd_notify
from gunicorn.workers.base import Worker

BASE_DIR = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(BASE_DIR / "site"))

from config.settings import server as serving  # noqa: E402 - from there
from config.settings.environment import SettingsError  # noqa: E402

PRODUCTION = "config.settings.production"

wsgi_app = "config.wsgi:application"
chdir = str(BASE_DIR)
pythonpath = f"{BASE_DIR},{BASE_DIR / 'site'}"

bind = [f"{serving.host}:{serving.port}"]
worker_class = "gthread"
workers = serving.processes
# Not more than DATABASE_POOL_SIZE: each thread may hold a connection. Most of them may wait to log in
# (accounts.log_in_queue), or four for locks (core.locks); the others go on serving.
threads = 20
preload_app = False  # USR2 starts the new code beside the old; a preloaded one would be shared
keepalive = 5
timeout = 60
graceful_timeout = 30
if Path("/dev/shm").is_dir():  # noqa: S108 - gunicorn makes its own unlinked files there
    worker_tmp_dir = "/dev/shm"  # noqa: S108 - a heartbeat on a slow disk looks like a dead worker

forwarder_headers = ""  # no header of a request stands for a part of its address (SCRIPT_NAME)
accesslog = None  # django-structlog writes one line a request, without personal data
errorlog = "-"
loglevel = serving.log_level
control_socket_disable = True  # otherwise a door in the home folder of whoever runs it


def on_starting(server: Arbiter) -> None:
    """Say all that is wrong with production's settings, once, before each process would fail at it with a traceback."""
    module = os.environ.get("DJANGO_SETTINGS_MODULE") or PRODUCTION
    if module == PRODUCTION and server.app.app_uri == wsgi_app:
        try:
            importlib.import_module(module)
        except SettingsError as error:
            sys.exit(str(error))


def pre_exec(server: Arbiter) -> None:
    """On USR2: start by the `gunicorn` script, whose first line names the Python of the release that it is in now.

    gunicorn would go on with the Python that the old master runs, and with that one's packages.
    """
    _python, *command = server.START_CTX["args"]
    if os.access(command[0], os.X_OK):  # not so after `python -m gunicorn`
        server.START_CTX.update({0: command[0], "args": command})


def post_worker_init(worker: Worker) -> None:
    """After USR2: end the old master once the new code has loaded, and tell systemd who is the master now.

    Code that doesn't load never gets here: the new master ends, and the old one goes on.
    """
    # Python lets a thread compute for 5 ms before another has its turn: longer than a page from memory takes.
    sys.setswitchinterval(0.0005)
    old = int(os.environ.get("GUNICORN_PID", "0"))  # gunicorn's own; gone when the new master is the only one
    if old:
        sd_notify(f"MAINPID={worker.ppid}", worker.log)
        with contextlib.suppress(ProcessLookupError):  # another process of the new code was quicker
            os.kill(old, signal.SIGTERM)
