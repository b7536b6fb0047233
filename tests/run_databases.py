"""The databases of a test run: each is made once for all processes, kept until the code changes, and copied."""

import fcntl
import hashlib
import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from functools import cache, partial
from pathlib import Path
from types import ModuleType

from django.conf import settings
from django.core.management import call_command
from django.db import connection
from django.test import override_settings
from pytest_django import DjangoDbBlocker

from dev import databases
from tests.directory.profiles import make_directory
from tests.factories import content
from tests.factories.first_content import make_first_content
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


# What a test module can begin with, by the constant in which it says so: a small tree of pages, or such a tree with a
# directory, in these languages beside English; or what a new site has, which is in all (`FIRST_CONTENT = ()`).
MAKERS: dict[str, Callable[..., object]] = {
    "TREE": make_tree,
    "DIRECTORY": make_directory,
    "FIRST_CONTENT": make_first_content,
}


class Beginnings:
    """This process's databases that tests begin with, copied when the first test asks for one.

    Each test's transaction is rolled back in it: making what is in it takes longer than most tests.
    """

    def __init__(self, run: str) -> None:
        self.run = run
        self.home = connection.settings_dict["NAME"]
        self.copies: dict[str, str] = {}

    def content(self) -> str:
        """The name of the database with the small, complete site."""
        return self._copy("content", lambda: with_content(self.run))

    def of_module(self, module: ModuleType) -> str | None:
        """The name of the database that a module's constant asks for, if it has one: `TREE = ("uk", "de")`."""
        for constant, make in MAKERS.items():
            languages = getattr(module, constant, None)
            if languages is not None:
                kind = "-".join([constant.lower(), *languages])
                return self._copy(kind, partial(self._template, kind, partial(make, *languages)))
        return None

    def drop(self) -> None:
        go_home()
        for name in self.copies.values():
            databases.drop(name)

    def _template(self, kind: str, make: Callable[[], object]) -> str:
        return once(kind, self.run[:12], make, source=migrated())

    def _copy(self, kind: str, template: Callable[[], str]) -> str:
        if kind not in self.copies:
            go_home()
            self.copies[kind] = databases.copy(template(), f"{self.home}_{kind}")
        return self.copies[kind]


_away = ExitStack()  # what leads this process back to its own database


def stay_in(name: str) -> None:
    """Work in the database `name` until `go_home`: a connection for each of a thousand tests costs a minute."""
    if connection.settings_dict["NAME"] == name:
        databases.forget_what_was_read()
    else:
        go_home()
        _away.enter_context(databases.using(name))


def go_home() -> None:
    """Work in this process's own database again."""
    _away.close()


@contextmanager
def copy_for_a_test(source: str, blocker: DjangoDbBlocker) -> Iterator[None]:
    """Work in a fresh copy of the database `source`, which is dropped at the end."""
    with blocker.unblock():
        go_home()  # a module's copy is made before its first test says where it begins
        name = databases.copy(source, f"{connection.settings_dict['NAME']}_copy")
        try:
            with databases.using(name):
                yield
        finally:
            databases.drop(name)
