"""Asking the WSGI application, as the web server does."""

import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import pytest
from django.core.cache import caches
from django.core.wsgi import get_wsgi_application
from django.db import connection
from django.test import RequestFactory

from core.page_cache.process import Cache
from core.page_cache.triggers import CHANNEL


@dataclass
class Answer:
    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def how(self) -> str:
        """`hit`, `miss`, or nothing for an answer that isn't kept."""
        return self.headers.get("Server-Timing", "").removeprefix("cache;desc=")

    @property
    def text(self) -> str:
        return self.body.decode()


@dataclass
class Reader:
    application: Any
    environ: dict[str, Any] = field(default_factory=dict)

    def get(self, path: str, method: str = "GET", **environ: Any) -> Answer:
        """The answer to one request; `environ` is of WSGI."""
        request = RequestFactory().generic(method, path, **self.environ, **environ).environ
        begun: list[Any] = []

        def start(status: str, headers: list[tuple[str, str]], exc_info: Any = None) -> Any:
            begun[:] = [int(status[:3]), dict(headers)]
            return None

        response = self.application(request, start)
        try:
            body = b"".join(response)
        finally:
            if hasattr(response, "close"):
                response.close()
        status, headers = begun
        return Answer(status, headers, body)


def wait_until(check: Callable[[], bool], seconds: float = 20) -> None:
    end = time.monotonic() + seconds
    while not check():
        assert time.monotonic() < end, "it never came to that"
        time.sleep(0.005)


def heard(cache: Cache) -> None:
    """Wait until the cache has heard of everything that was committed up to now: notifications come in order."""
    tag = f"menu:{uuid.uuid4().hex}"  # of a language that there isn't
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_notify(%s, %s)", [CHANNEL, tag])
    wait_until(lambda: tag in cache.store.changed)


def fresh(path: str, **environ: Any) -> bytes:
    """The page as it is when nothing is remembered."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Cache, "is_live", False)
        caches["default"].clear()
        return Reader(get_wsgi_application()).get(path, **environ).body
