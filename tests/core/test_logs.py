"""What is written about the running site names nobody and opens nothing."""

import io
import json
import logging
import logging.config
from collections.abc import Iterator
from typing import Any

import pytest
import structlog
from django.db import IntegrityError, connection, transaction
from django.test import Client

from core.logs import describe, logging_settings, masked
from core.models import Outbox

TOKEN = "q7Yk3vZ0bJt9wXr2Lm5Nc8Pd1Fg4Hs6Aa-_EiOuTyRe"


@pytest.fixture
def log() -> Iterator[io.StringIO]:
    """What production would write, with its own handler and level."""
    configured = logging_settings(json=True)
    formatter = logging.config.DictConfigurator(configured).configure_formatter(
        configured["formatters"]["line"]
    )
    handler = logging.StreamHandler(stream := io.StringIO())
    handler.setFormatter(formatter)
    root = logging.getLogger()
    root.addHandler(handler)
    yield stream
    root.removeHandler(handler)


def entries(log: io.StringIO) -> list[dict[str, Any]]:
    return [json.loads(line) for line in log.getvalue().splitlines()]


@pytest.mark.parametrize(
    ("said", "written"),
    [
        (f"GET /en/bookings/{TOKEN}/", "GET /en/bookings/***/"),
        (f"GET /en/bookings/{TOKEN}/cancel/", "GET /en/bookings/***/cancel/"),
        ("GET /en/bookings/short/confirm/", "GET /en/bookings/***/confirm/"),
        (f"Not Found: /calendar/{TOKEN}.ics", "Not Found: /calendar/***"),
        ("/de/account/confirm-email/MQ:1rVxYz:abc/", "/de/account/confirm-email/***/"),
        ("/en/account/password/reset/key/3-set-password/", "/en/account/password/reset/key/***/"),
        (f"/en/some/new/{TOKEN}/", "/en/some/new/***/"),
        ("/en/specialists/?q=panic&topic=grief", "/en/specialists/?***"),
        (
            '"GET /uk/specialists/anna/book/?from=2031 HTTP/1.1" 200',
            '"GET /uk/specialists/anna/book/?*** HTTP/1.1" 200',
        ),
        ("Mail to olena.k+x@mail.example.org failed", "Mail to [e-mail] failed"),
        ("null value\nDETAIL:  Failing row contains (Olena, 1).\nmore", "null value\nDETAIL: ***\nmore"),
    ],
)
def test_what_opens_or_names_is_masked(said: str, written: str) -> None:
    assert masked(said) == written


@pytest.mark.parametrize(
    "said",
    [
        "GET /en/articles/how-to-choose-a-specialist-when-everything-feels-heavy/",
        "/static/css/site.0123456789abcdef0123456789abcdef.css",
        "Is anybody there? Yes.",
        "/en/specialists/anna-bondar/book/",
    ],
)
def test_what_is_public_stays_readable(said: str) -> None:
    assert masked(said) == said


@pytest.mark.django_db
@pytest.mark.parametrize(
    "path", [f"/en/bookings/{TOKEN}/", f"/calendar/{TOKEN}.ics", f"/healthz/?token={TOKEN}"]
)
def test_a_request_is_written_without_its_token_address_and_browser(
    log: io.StringIO, client: Client, path: str
) -> None:
    client.raise_request_exception = False
    client.get(path, headers={"user-agent": "Olena's browser"}, REMOTE_ADDR="203.0.113.9")
    written = entries(log)
    (finished,) = [entry for entry in written if entry["event"] == "request_finished"]
    assert finished["request"].startswith("GET /")
    assert finished["request_id"]
    for secret in (TOKEN, "Olena", "203.0.113.9"):
        assert secret not in log.getvalue()


def test_entries_of_any_shape_are_masked(log: io.StringIO) -> None:
    structlog.get_logger("test").info(
        "sent", to=["a@example.org"], more={"who": ("b@example.org", 3)}, user_agent="x"
    )
    logging.getLogger("test").warning("Refused %s", "c@example.org", extra={"address": "d@example.org"})
    first, second = entries(log)
    assert (first["to"], first["more"]) == (["[e-mail]"], {"who": ["[e-mail]", 3]})
    assert second["event"] == "Refused [e-mail]"
    assert "example.org" not in log.getvalue()
    assert "user_agent" not in first


@pytest.mark.django_db
def test_an_exception_is_written_without_the_row_that_caused_it(log: io.StringIO) -> None:
    row = Outbox(
        sender="a@example.org", recipients=["b@example.org"], subject="Olena's secret", state="nonsense"
    )
    with pytest.raises(IntegrityError) as caught, transaction.atomic():
        row.save()
    assert "Olena" in str(caught.value)  # PostgreSQL does say it
    logging.getLogger("test").error("Failed", exc_info=caught.value)
    (entry,) = entries(log)
    assert "IntegrityError" in entry["exception"]
    assert "Olena" not in log.getvalue()
    assert describe(caught.value).startswith("IntegrityError at test_logs.py:")


@pytest.mark.django_db
def test_a_request_that_nobody_logged_in_costs_the_log_no_query(client: Client) -> None:
    with connection.execute_wrapper(lambda *args: pytest.fail("The log asked the database.")):
        assert client.get("/healthz/").status_code == 200
