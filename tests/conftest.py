"""Fixtures for every test."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.conf import settings as django_settings

from tests.sink import SmtpSink


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
