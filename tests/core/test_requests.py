"""What Django never hears of."""

from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.test import RequestFactory

from core.requests import REFUSAL, only_readable


def asked(**headers: str) -> tuple[str, bytes, bool]:
    """The status and body of an answer, and whether the application was asked for it."""
    heard, statuses = [], []

    def application(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        heard.append(environ)
        start_response("200 OK", [])
        return [b"page"]

    environ = {**RequestFactory().get("/en/").environ, **headers}
    body = b"".join(only_readable(application)(environ, lambda status, _headers: statuses.append(status)))  # type: ignore[arg-type]
    return statuses[0], body, bool(heard)


@pytest.mark.parametrize("host", ["testserver", "TestServer", "testserver.", "localhost:8000", "127.0.0.1"])
def test_our_hosts_are_heard(host: str) -> None:
    assert asked(HTTP_HOST=host) == ("200 OK", b"page", True)


@pytest.mark.parametrize(
    "host",
    [
        *[
            "evil.example",
            "",
            " ",
            "testserver.evil.example",
            "eviltestserver",
            "testserver@evil.example",
            "evil, testserver",
        ],
        *[
            "testserver/",
            "testserver:x",
            "a" * 100_000,
            "a." * 50_000,
            "[::1",
            "testserver\x00",
            "тестсервер",
            ":80",
        ],
    ],
)
def test_other_hosts_are_refused_before_django(host: str) -> None:
    assert asked(HTTP_HOST=host) == ("400 Bad Request", REFUSAL, False)


@pytest.mark.parametrize(
    "kind",
    [
        *[
            "charset=utf-7",
            "charset=UTF-16",
            "charset=hex",
            "charset=idna",
            "charset=unicode_escape",
            "charset=latin-1",
        ],
        *[
            "charset=rubbish",
            "charset=",
            "charset*=rubbish''x",
            "charset=undefined",
            "boundary=" + "x" * 5000,
        ],
    ],
)
def test_charsets_that_no_form_comes_in_are_refused(kind: str) -> None:
    assert asked(CONTENT_TYPE=f"text/plain; {kind}") == ("400 Bad Request", REFUSAL, False)


@pytest.mark.parametrize(
    "kind",
    [
        "",
        "text/plain",
        "text/html; charset=UTF-8",
        'a/b; charset="utf8"',
        "multipart/form-data; boundary=x",
        "a/b; charset=us-ascii",
    ],
)
def test_what_browsers_send_is_heard(kind: str) -> None:
    assert asked(CONTENT_TYPE=kind)[0] == "200 OK"


def test_the_applications_server_is_told_to_refuse_them_too() -> None:
    assert "only_readable(PageCache(" in (Path(settings.BASE_DIR) / "site/config/wsgi.py").read_text()
    nginx = (Path(settings.BASE_DIR) / "docs/deploy/nginx.conf").read_text()
    assert "default_server" in nginx
    assert "return 444;" in nginx
    assert "return 421;" in nginx
