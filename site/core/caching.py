"""Small things that every page reads and that change rarely.

A process with a page cache remembers them as long as nothing that they were made from has changed. One without (in
development, tests, commands, the worker) keeps them in Django's cache for half a minute, and forgets at once what it
saves itself (`core.apps`).
"""

from collections.abc import Callable
from typing import TypeVar

from django.conf import settings
from django.core.cache import cache

from core.page_cache.process import cache as page_cache

T = TypeVar("T")
SECONDS = 30


def remembered(kind: str, language_code: str, make: Callable[[], T]) -> T:
    """What `make` returned for this kind and language, and would return now. It says what it reads (`reading`)."""
    if page_cache.is_started:
        return page_cache.remembered((kind, language_code), make)
    value = cache.get_or_set(f"{kind}:{language_code}", make, SECONDS)
    return make() if value is None else value


def forget(kind: str) -> None:
    """Read it again next time, in every language."""
    cache.delete_many([f"{kind}:{code}" for code in ["all", *dict(settings.LANGUAGES)]])
