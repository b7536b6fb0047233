"""Small things that every page reads and that change rarely: kept in Django's cache for a few minutes.

What is saved in this process is forgotten at once (`core.apps`); other processes follow within `SECONDS`.
"""

from collections.abc import Callable
from typing import TypeVar

from django.conf import settings
from django.core.cache import cache

T = TypeVar("T")
SECONDS = 300


def remembered(kind: str, language_code: str, make: Callable[[], T]) -> T:
    """What `make` returned for this kind and language in the last five minutes."""
    value = cache.get_or_set(f"{kind}:{language_code}", make, SECONDS)
    return make() if value is None else value


def forget(kind: str) -> None:
    """Read it again next time, in every language."""
    cache.delete_many([f"{kind}:{code}" for code in ["all", *dict(settings.LANGUAGES)]])
