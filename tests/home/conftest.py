"""Fixtures for the tests of the front page and plain pages."""

import pytest
from django.core.cache import cache
from django.core.management import call_command


@pytest.fixture(scope="session", autouse=True)
def _catalogues() -> None:
    """The translations as they are in the repository."""
    call_command("compile_catalogues", verbosity=0)


@pytest.fixture(autouse=True)
def _nothing_is_remembered() -> None:
    """Pages keep parts of themselves for a minute, longer than a test and its transaction take."""
    cache.clear()
