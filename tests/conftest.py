"""Fixtures for every test."""

import os
from collections.abc import Generator, Iterator
from typing import Any

import pytest
from django.conf import settings as django_settings

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


@pytest.fixture(scope="session", autouse=True)
def _project_mail_backend(django_test_environment: None) -> None:
    """Django's test environment puts a backend of its own in place; tests here see the project's outbox."""
    django_settings.EMAIL_BACKEND = "core.mail.OutboxBackend"


@pytest.fixture
def smtp_sink(settings: Any) -> Iterator[SmtpSink]:
    """A running `SmtpSink` that the outbox delivers to; `sink.messages` has what arrived."""
    sink = SmtpSink()
    sink.start()
    settings.OUTBOX_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.OUTBOX_OPTIONS = {"host": "127.0.0.1", "port": sink.port, "timeout": 5}
    yield sink
    sink.stop()
