"""The databases of a test run: each is made once for all processes, kept until the code changes, and copied."""

import fcntl
import hashlib
import shutil
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import cache
from pathlib import Path

from django.conf import settings
from django.core.management import call_command
from django.db import connection
from django.test import override_settings
from pytest_django import DjangoDbBlocker

from core import databases
from tests.factories import content
from tests.factories.pages import make_tree

ROOT = Path(__file__).resolve().parents[1]
# What a database may be made of. Tests themselves may change: the databases stay.
CODE = (
    "site",
    "home",
    "articles",
    "directory",
    "booking",
    "dev",
    "templates",
    "requirements",
    "tests/factories",
)
PREFIX = f"template_{hashlib.sha256(str(ROOT).encode()).hexdigest()[:8]}"


@cache
def fingerprint() -> str:
    """Tells the code that the databases were made with from any other."""
    read = hashlib.sha256()
    for folder in CODE:
        for path in sorted((ROOT / folder).rglob("*")):
            if path.is_file() and path.suffix in {".py", ".toml", ".tsv", ".html", ".txt"}:
                read.update(f"{path.relative_to(ROOT)}\n".encode())
                read.update(path.read_bytes())
    return read.hexdigest()[:12]


@contextmanager
def alone() -> Iterator[None]:
    """One process at a time."""
    folder = Path(settings.VAR_DIR)
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "test-databases.lock").open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def once(kind: str, version: str, make: Callable[[], object], source: str = "") -> str:
    """The name of the database of this `kind` and `version`: a copy of `source` that `make` fills if none is there.

    Those of other versions are dropped.
    """
    name = f"{PREFIX}_{kind}_{version}"
    with alone():
        if not databases.exists(name):
            for other in databases.names(f"{PREFIX}_{kind}_"):
                databases.drop(other)
            unfinished = f"{name}_unfinished"
            if source:
                databases.copy(source, unfinished)
            else:
                databases.create(unfinished)
            with databases.using(unfinished):
                make()
            databases.rename(unfinished, name)
    return name


def migrated(*, anew: bool = False) -> str:
    """The database as migrations leave it. With `anew` it is made even if there is one."""

    def migrate() -> None:
        call_command("migrate", verbosity=0, interactive=False, run_syncdb=True)
        call_command("createcachetable", verbosity=0)

    if anew:
        with alone():
            databases.drop(f"{PREFIX}_migrated_{fingerprint()}")
    return once("migrated", fingerprint(), migrate)


def with_content(run: str) -> str:
    """The database with a small, complete site, made for this `run` since its free times are of today.

    The pictures' files are put where this process has its own.
    """
    files = Path(settings.VAR_DIR) / "test-content"

    def make() -> None:
        shutil.rmtree(files, ignore_errors=True)
        with override_settings(MEDIA_ROOT=files):
            content.make_content()

    name = once("content", run[:12], make, source=migrated())
    shutil.copytree(files, settings.MEDIA_ROOT, dirs_exist_ok=True)
    return name


def with_tree(languages: Sequence[str], run: str) -> str:
    """The database with a small tree of pages, translated into these languages, made for this `run`."""
    kind = f"tree-{'-'.join(languages)}"
    return once(kind, run[:12], lambda: make_tree(*languages), source=migrated())


@contextmanager
def copy_for_a_test(source: str, blocker: DjangoDbBlocker) -> Iterator[None]:
    """Work in a fresh copy of the database `source`, which is dropped at the end."""
    with blocker.unblock():
        name = databases.copy(source, f"{connection.settings_dict['NAME']}_copy")
        try:
            with databases.using(name):
                yield
        finally:
            databases.drop(name)
