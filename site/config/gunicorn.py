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
from gunicorn.workers.gthread import ThreadWorker

BASE_DIR = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(BASE_DIR / "site"))

from config.settings import server as serving  # noqa: E402 - from there
from config.settings.environment import SettingsError  # noqa: E402
from core.logs import logging_settings  # noqa: E402

PRODUCTION = "config.settings.production"


class OnceLoggingWorker(ThreadWorker):
    """gunicorn's worker with threads. Code that doesn't load is an entry of the log, once, and nothing more.

    gunicorn logs it too, but then prints the error's words beside.
    """

    def init_process(self) -> None:
        """Load the code and serve until the end."""
        try:
            super().init_process()
        except Exception:
            self.log.exception("The code could not be loaded" if not self.booted else "A worker broke")
            sys.exit(Arbiter.WORKER_BOOT_ERROR if not self.booted else 1)


wsgi_app = "config.wsgi:application"
chdir = str(BASE_DIR)
pythonpath = f"{BASE_DIR},{BASE_DIR / 'site'}"

bind = [f"{serving.host}:{serving.port}"]
worker_class = OnceLoggingWorker
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
# The site's own from the first line on, also before Django is there and where it doesn't get that far.
logconfig_dict = logging_settings(
    json=os.environ.get("DJANGO_SETTINGS_MODULE", "") != "config.settings.development"
)
control_socket_disable = True  # otherwise a door in the home folder of whoever runs it


def on_starting(server: Arbiter) -> None:
    """Say all that is wrong with production's settings, once, before each process would fail at it with a traceback.

    And keep gunicorn from telling systemd that it is ready: it would as soon as it listens, before code has loaded.
    """
    os.environ.pop("NOTIFY_SOCKET", None)  # it keeps what it was started with in its `env_orig`
    module = os.environ.get("DJANGO_SETTINGS_MODULE") or PRODUCTION
    if module == PRODUCTION and server.app.app_uri == wsgi_app:
        try:
            importlib.import_module(module)
        except SettingsError as error:
            server.log.critical(str(error))
            sys.exit(1)


def pre_exec(server: Arbiter) -> None:
    """On USR2: start by the `gunicorn` script, whose first line names the Python of the release that it is in now.

    gunicorn would go on with the Python that the old master runs, and with that one's packages.
    """
    _python, *command = server.START_CTX["args"]
    if os.access(command[0], os.X_OK):  # not so after `python -m gunicorn`
        server.START_CTX.update({0: command[0], "args": command})


def post_worker_init(worker: Worker) -> None:
    """The code has loaded: tell systemd that the site is ready, and who is the master; after USR2, end the old one.

    Code that doesn't load never gets here: the new master ends, and the old one goes on.
    """
    # Python lets a thread compute for 5 ms before another has its turn: longer than a page from memory takes.
    sys.setswitchinterval(0.0005)
    if notify_socket := worker.cfg.env_orig.get("NOTIFY_SOCKET"):
        os.environ["NOTIFY_SOCKET"] = notify_socket
        sd_notify(f"READY=1\nMAINPID={worker.ppid}", worker.log, unset_environment=True)
    old = int(os.environ.get("GUNICORN_PID", "0"))  # gunicorn's own; gone when the new master is the only one
    if old:
        with contextlib.suppress(ProcessLookupError):  # another process of the new code was quicker
            os.kill(old, signal.SIGTERM)
