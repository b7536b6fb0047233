"""The site as the page cache gives it, on a small, complete database of its own."""

from collections.abc import Iterator

import pytest
from django.core.wsgi import get_wsgi_application
from pytest_django import DjangoDbBlocker

from core.page_cache import process
from core.page_cache.process import Cache
from core.page_cache.wsgi import PageCache
from tests.core.page_cache.readers import Reader, wait_until
from tests.run_databases import copy_for_a_test


@pytest.fixture(scope="module")
def _own_database(content_database: str, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """Changes are committed, since nobody hears of others. They stay until the module ends."""
    with copy_for_a_test(content_database, django_db_blocker), django_db_blocker.unblock():
        yield


@pytest.fixture(scope="module")
def cache(_own_database: None) -> Iterator[Cache]:
    """This process's cache, which listens."""
    process.cache.start(50_000_000)
    wait_until(lambda: process.cache.is_live)
    yield process.cache
    process.cache.stop()


@pytest.fixture(scope="module")
def reader(cache: Cache) -> Reader:
    """Somebody without cookies."""
    return Reader(PageCache(get_wsgi_application(), cache))
