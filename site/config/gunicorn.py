"""The WSGI server, the same in development and production: `gunicorn --config site/config/gunicorn.py`.

Why gunicorn, and how to restart it without losing a request: docs/decisions/0003-gunicorn.md.
"""

import os
from pathlib import Path

BASE_DIR = Path(__file__).resolve().parents[2]

wsgi_app = "config.wsgi:application"
chdir = str(BASE_DIR)
pythonpath = f"{BASE_DIR},{BASE_DIR / 'site'}"

bind = [f"{os.environ.get('HOST', '127.0.0.1')}:{os.environ.get('PORT', '8000')}"]
worker_class = "gthread"
workers = int(os.environ.get("WEB_CONCURRENCY", "2"))
threads = 4  # not more than DATABASE_POOL_SIZE: each thread may hold a connection
preload_app = False  # USR2 starts the new code beside the old; a preloaded one would be shared
keepalive = 5
timeout = 60
graceful_timeout = 30
if Path("/dev/shm").is_dir():  # noqa: S108 - gunicorn makes its own unlinked files there
    worker_tmp_dir = "/dev/shm"  # noqa: S108 - a heartbeat on a slow disk looks like a dead worker

accesslog = None  # django-structlog writes one line a request, without personal data
errorlog = "-"
loglevel = os.environ.get("GUNICORN_LOGLEVEL", "warning")
control_socket_disable = True  # otherwise a door in the home folder of whoever runs it
