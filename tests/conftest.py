"""Fixtures for every test."""

import fcntl
import gc
import os
from collections.abc import Generator, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import IO, Any

import pytest
from django.conf import settings as django_settings
from django.core.management import call_command
from django.db import connection
from django.test import TransactionTestCase, override_settings
from django.utils import translation
from pytest_django import DjangoDbBlocker

from core import sitemaps
from dev import databases
from tests import run_databases
from tests.factories.pages import Tree, find_tree
from tests.run_databases import MAKERS, Beginnings, copy_for_a_test, go_home, stay_in
from tests.sink import SmtpSink

RUN = pytest.StashKey[IO[str]]()  # the file whose lock a run holds until it ends
NO_SKIPS = bool(os.environ.get("ATTUNE_NO_SKIPS"))  # set where everything that a test may lack is installed


def _fail_if_skipped(report: pytest.TestReport | pytest.CollectReport) -> None:
    if NO_SKIPS and report.skipped and not hasattr(report, "wasxfail"):
        reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else report.longrepr
        report.outcome = "failed"
        report.longrepr = f"{reason}: and ATTUNE_NO_SKIPS says that nothing may be skipped here"


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport() -> Generator[None, pytest.TestReport, pytest.TestReport]:
    report = yield
    _fail_if_skipped(report)
    return report


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report() -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
    report = yield
    _fail_if_skipped(report)
    return report


def pytest_configure(config: pytest.Config) -> None:
    """One run at a time in a checkout: two would drop each other's databases."""
    if hasattr(config, "workerinput") or config.option.collectonly:
        return
    folder = Path(django_settings.VAR_DIR)
    folder.mkdir(parents=True, exist_ok=True)
    lock = config.stash[RUN] = (folder / "test-run.lock").open("w")
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        pytest.exit("Another test run is going on in this checkout. Wait for it, or use another worktree.", 4)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Tests whose transactions are real, most of them races, can be left out by a marker."""
    for item in items:
        marker = item.get_closest_marker("django_db")
        if marker and marker.kwargs.get("transaction"):
            item.add_marker(pytest.mark.commits)


def pytest_collection_finish() -> None:
    """What has been imported stays: the garbage collector needn't look through all of it again and again."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 100)


@pytest.fixture(scope="session", autouse=True)
def _catalogues(django_test_environment: None) -> None:
    """The translations as they are in the repository, also for those who call pytest themselves."""
    call_command("compile_catalogues", verbosity=0)


@pytest.fixture(scope="session", autouse=True)
def _project_mail_backend(django_test_environment: None) -> None:
    """Django's test environment puts a backend of its own in place; tests here see the project's outbox."""
    django_settings.EMAIL_BACKEND = "core.mail.outbox.OutboxBackend"


@pytest.fixture(scope="session", autouse=True)
def _files_of_its_own(django_test_environment: None, worker_id: str) -> Iterator[None]:
    """A test that clears up behind itself must not take the files of another process away."""
    with override_settings(MEDIA_ROOT=django_settings.MEDIA_ROOT / worker_id):
        yield


@pytest.fixture(autouse=True)
def _language() -> Iterator[None]:
    """A language that a test has activated, or a request in it, is not the next test's."""
    yield
    translation.deactivate()


@pytest.fixture(autouse=True)
def _one_sitemap(monkeypatch: pytest.MonkeyPatch) -> None:
    """A small site has one sitemap, though the numbers of pages grow from test to test: nothing takes them back."""
    monkeypatch.setattr(sitemaps, "WIDTH", 1_000_000_000)


@pytest.fixture
def smtp_sink(settings: Any) -> Iterator[SmtpSink]:
    """A running `SmtpSink` that the outbox delivers to; `sink.messages` has what arrived."""
    sink = SmtpSink()
    sink.start()
    settings.OUTBOX_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.OUTBOX_OPTIONS = {"host": "127.0.0.1", "port": sink.port, "timeout": 5}
    yield sink
    sink.stop()


@pytest.fixture(scope="session")
def django_db_setup(
    django_test_environment: None,
    django_db_modify_db_settings: None,
    django_db_createdb: bool,
    django_db_blocker: DjangoDbBlocker,
) -> Iterator[None]:
    """A database of this process: a copy of the one that migrations are run in once for all (--create-db: anew)."""
    name = connection.creation._get_test_db_name()  # type: ignore[attr-defined]
    with django_db_blocker.unblock():
        databases.copy(run_databases.migrated(anew=django_db_createdb), name)
        with databases.using(name):
            yield
        databases.drop(name)


@pytest.fixture(scope="session")
def migrated_database(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> str:
    """The name of a database as migrations leave it, which nobody uses: to be copied."""
    with django_db_blocker.unblock():
        return run_databases.migrated()


@pytest.fixture(scope="session")
def beginnings(
    django_db_setup: None, django_db_blocker: DjangoDbBlocker, testrun_uid: str
) -> Iterator[Beginnings]:
    with django_db_blocker.unblock():
        all_of_them = Beginnings(testrun_uid)
    yield all_of_them
    with django_db_blocker.unblock():
        all_of_them.drop()


@pytest.fixture(scope="session")
def content_database(beginnings: Beginnings, django_db_blocker: DjangoDbBlocker) -> str:
    """The name of this process's database with a small, complete site: every page type in every language."""
    with django_db_blocker.unblock():
        return beginnings.content()


@pytest.fixture(scope="session", autouse=True)
def _transactional_tests_have_a_copy(request: pytest.FixtureRequest) -> Iterator[None]:
    """Whatever a test with `django_db(transaction=True)` commits goes with its copy of the database.

    Django would empty every table behind it: two seconds, and what migrations have made is gone for the next one.
    """
    copies = ExitStack()

    def make(case: type[TransactionTestCase]) -> None:
        migrated = request.getfixturevalue("migrated_database")
        copies.enter_context(copy_for_a_test(migrated, request.getfixturevalue("django_db_blocker")))

    def drop(case: TransactionTestCase) -> None:
        copies.close()

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(TransactionTestCase, "_fixture_setup", classmethod(make))
        patch.setattr(TransactionTestCase, "_fixture_teardown", drop)
        yield


@pytest.fixture(scope="class", autouse=True)
def _where_it_begins(request: pytest.FixtureRequest, django_db_blocker: DjangoDbBlocker) -> None:
    """Go to the database that the test begins with: `content`, the one that its module asks for, or an empty one.

    Of the scope of a class, which for functions is each of them, so that it comes before pytest-django's transaction.
    """
    name = None
    with django_db_blocker.unblock():
        if "content" in request.fixturenames:
            name = request.getfixturevalue("content_database")
        elif any(hasattr(request.module, constant) for constant in MAKERS):
            name = request.getfixturevalue("beginnings").of_module(request.module)
        if name is None:
            go_home()
        else:
            stay_in(name)


@pytest.fixture
def content(db: None) -> None:
    """The small site, in a transaction that is rolled back after the test."""


@pytest.fixture
def tree(request: pytest.FixtureRequest) -> Tree:
    """The pages with which a module begins that says TREE."""
    return find_tree(*request.module.TREE)
