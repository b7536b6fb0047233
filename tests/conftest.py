"""Fixtures for every test."""

import os
from collections.abc import Generator, Iterator
from typing import Any

import pytest
from django.apps import apps
from django.conf import settings as django_settings
from django.core.management import call_command
from django.core.management.color import no_style
from django.db import connection
from django.db.backends.base.creation import BaseDatabaseCreation
from django.test import override_settings
from django.utils import translation
from pytest_django import DjangoDbBlocker
from wagtail.models import Page

from core import databases
from tests.factories import content as content_factory
from tests.sink import SmtpSink

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


SERIALIZED = pytest.StashKey[str]()


@pytest.fixture(autouse=True)
def _serialized_rollback_is_there(request: pytest.FixtureRequest) -> None:
    """Load what migrations have made once more where a serialized_rollback left it out.

    Long runs have seen the races of profiles, the last of all, begin with empty tables; the same tests by themselves
    and in shorter runs never have. Why isn't known.
    """
    marker = request.node.get_closest_marker("django_db")
    if marker is None or not marker.kwargs.get("serialized_rollback"):
        return
    request.getfixturevalue("_django_db_helper")
    if not Page.objects.exists():
        connection.creation.deserialize_db_from_string(request.config.stash[SERIALIZED])


@pytest.fixture(scope="session", autouse=True)
def _project_mail_backend(django_test_environment: None) -> None:
    """Django's test environment puts a backend of its own in place; tests here see the project's outbox."""
    django_settings.EMAIL_BACKEND = "core.mail.OutboxBackend"


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


@pytest.fixture
def smtp_sink(settings: Any) -> Iterator[SmtpSink]:
    """A running `SmtpSink` that the outbox delivers to; `sink.messages` has what arrived."""
    sink = SmtpSink()
    sink.start()
    settings.OUTBOX_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.OUTBOX_OPTIONS = {"host": "127.0.0.1", "port": sink.port, "timeout": 5}
    yield sink
    sink.stop()


@pytest.fixture(scope="session", autouse=True)
def _serialized_rollback_from_nothing() -> Iterator[None]:
    """A serialized_rollback begins with empty tables, whatever a test before has left in them.

    Django loads what migrations had made on top of what is there, and fails where both have made content types.
    """
    load = BaseDatabaseCreation.deserialize_db_from_string

    def from_nothing(self: BaseDatabaseCreation, data: str) -> None:
        call_command(
            "flush", verbosity=0, interactive=False, inhibit_post_migrate=True, database=self.connection.alias
        )
        load(self, data)
        # What was loaded has its numbers; what is made from now on gets the ones after them.
        with self.connection.cursor() as cursor:
            for statement in self.connection.ops.sequence_reset_sql(no_style(), apps.get_models()):
                cursor.execute(statement)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(BaseDatabaseCreation, "deserialize_db_from_string", from_nothing)
        yield


@pytest.fixture(scope="session")
def reuses_databases(django_db_keepdb: bool, django_db_createdb: bool) -> bool:
    """Whether databases of an earlier run do (--reuse-db, and no --create-db)."""
    return django_db_keepdb and not django_db_createdb


@pytest.fixture(scope="session")
def django_db_setup(
    django_db_setup: None,
    django_db_blocker: DjangoDbBlocker,
    django_db_keepdb: bool,
    reuses_databases: bool,
    pytestconfig: pytest.Config,
) -> Iterator[None]:
    """Also keeps a copy of the test database as migrations leave it: later, transactional tests empty it."""
    if contents := getattr(connection, "_test_serialized_contents", None):
        pytestconfig.stash[SERIALIZED] = contents
    with django_db_blocker.unblock():
        name = f"{connection.settings_dict['NAME']}_pristine"
        if not (reuses_databases and databases.exists(name)):
            databases.copy(connection.settings_dict["NAME"], name)
    yield
    if not django_db_keepdb:
        with django_db_blocker.unblock():
            databases.drop(name)


@pytest.fixture(scope="session")
def content_database(
    django_db_setup: None, django_db_blocker: DjangoDbBlocker, django_db_keepdb: bool, reuses_databases: bool
) -> Iterator[str]:
    """The name of a database with a small, complete site: every page type in every language. Made once."""
    with django_db_blocker.unblock():
        name = f"{connection.settings_dict['NAME']}_content"
        if not (reuses_databases and databases.exists(name)):
            databases.copy(f"{connection.settings_dict['NAME']}_pristine", name)
            try:
                with databases.using(name):
                    content_factory.make_content()
            except BaseException:
                databases.drop(name)
                raise
    yield name
    if not django_db_keepdb:
        with django_db_blocker.unblock():
            with databases.using(name):
                content_factory.delete_files()
            databases.drop(name)


@pytest.fixture
def _in_content_database(content_database: str, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    with django_db_blocker.unblock(), databases.using(content_database):
        yield


@pytest.fixture
def content(_in_content_database: None, db: None) -> None:
    """The small site, in a transaction that is rolled back after the test."""
