"""wagtail/bakerydemo as a peer: a Wagtail site as its makers write one, on the same server and PostgreSQL."""

import os
import shutil
import sys
from contextlib import AbstractContextManager
from pathlib import Path

from django.conf import settings
from django.core.management.base import CommandError
from django.db import connection

from dev import databases
from dev.bench.servers.processes import Server, gunicorn, inherited
from dev.bench.servers.site import run_quietly

HERE = Path(__file__).parent
SETTING = "BAKERYDEMO"
POST = "bakerydemo post"
SEARCH = "bakerydemo search"
ADDRESSES = {POST: "/blog/wild-yeast/", SEARCH: "/search/?q=bread"}


def checkout() -> Path | None:
    """Where the environment says that a checkout is. Its `.venv`, if it has one, has its packages and gunicorn."""
    named = os.environ.get(SETTING)
    if not named:
        return None
    folder = Path(named).expanduser().resolve()
    if not (folder / "bakerydemo" / "wsgi.py").is_file():
        raise CommandError(f"{SETTING}={named} is no checkout of wagtail/bakerydemo.")
    return folder


def serve(folder: Path) -> AbstractContextManager[Server]:
    """bakerydemo with its own demo content.

    Its database, beside ours, and its files in VAR_DIR/bakerydemo are kept: making them takes as long as measuring.
    """
    own = folder / ".venv" / "bin" / "python"
    python = str(own) if own.exists() else sys.executable
    name = connection.settings_dict["NAME"].partition("_bench")[0] + "_bakery"
    kept = Path(settings.VAR_DIR) / "bakerydemo"
    environment = inherited() | {
        "DATABASE_URL": databases.url(name),
        "DJANGO_SETTINGS_MODULE": "bakery_settings",
        "PYTHONPATH": f"{folder}:{HERE}",
        "PYTHONDONTWRITEBYTECODE": "1",  # nothing is left in the checkout
        "BENCH_FOLDER": str(kept),
        "SECURE_SSL_REDIRECT": "false",
    }
    environment["DJANGO_SECRET_KEY"] = environment["SECRET_KEY"]
    prepared = kept / "prepared"
    if not prepared.exists() or not databases.exists(name):
        shutil.rmtree(kept, ignore_errors=True)
        kept.mkdir(parents=True)
        databases.create(name)
        for command in ("migrate", "load_initial_data", "collectstatic --no-input"):
            run_quietly([python, "manage.py", *command.split()], folder, environment)
        prepared.touch()
    paths = ("--chdir", str(folder), "--pythonpath", f"{folder},{HERE}")
    return gunicorn("bakerydemo", environment, *paths, "bakerydemo.wsgi:application", python=python)
