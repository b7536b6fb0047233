"""Fixtures for the tests of the core."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.db import connection

from tests.core.workers import Nursery
from tests.sink import SmtpSink


@pytest.fixture(scope="module")
def _nursery(django_db_setup: None, django_db_blocker: Any) -> Iterator[Nursery]:
    with django_db_blocker.unblock():
        nursery = Nursery()
        connection.close()
    yield nursery
    nursery.close()


@pytest.fixture
def nursery(_nursery: Nursery, smtp_sink: SmtpSink, tmp_path: Path) -> Iterator[Nursery]:
    _nursery.port, _nursery.log = smtp_sink.port, tmp_path / "worker.log"
    _nursery.log.touch()
    yield _nursery
    _nursery.empty()
