"""What is written about the running site names nobody and opens nothing."""

import io
import json
import logging
import logging.config
import smtplib
import sys
import threading
import warnings
from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
import structlog
from django.core.exceptions import ImproperlyConfigured, ValidationError
from django.db import IntegrityError, connection, transaction
from django.template import Context, Template
from django.test import Client
from django.utils.log import AdminEmailHandler

from core.logs import LONGEST, RULES, describe, log_uncaught, logging_settings, masked
from core.models import Outbox
from tests.growth import assert_linear

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
        ("GET /en/olena%40example.org/ Олена", "GET /en/[e-mail]/ Олена"),
        ("/en/specialists/%D0%9E%D0%BB%D0%B5%D0%BD%D0%B0/book/", "/en/specialists/***/book/"),
        ("/en/Олена/", "/en/***/"),
        ("to olena@localhost and olena@[192.0.2.1]", "to [e-mail] and [e-mail]]"),
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


# --- What was typed is in no line, whatever fails --------------------------------------------------------------

CANARY = "Canary Olena, 12 Hidden Street"


def raise_in(kind: str) -> None:
    match kind:
        case "value":
            int(CANARY)
        case "key":
            {}[CANARY]  # type: ignore[index]
        case "validation":
            raise ValidationError({"name": [CANARY]})
        case "cause":
            try:
                int(CANARY)
            except ValueError as error:
                raise RuntimeError(f"Couldn't read {CANARY}") from error
        case "context":
            try:
                int(CANARY)
            except ValueError:
                raise LookupError(CANARY)  # noqa: B904 - it is to have a context
        case "group":
            raise ExceptionGroup(CANARY, [ValueError(CANARY), TypeError(CANARY)])
        case "note":
            error = ValueError("x")
            error.add_note(CANARY)
            raise error
        case "connection":
            raise ConnectionError(CANARY)
        case "smtp":
            raise smtplib.SMTPRecipientsRefused({"olena@example.org": (550, CANARY.encode())})
        case "smtp answer":
            raise smtplib.SMTPDataError(550, CANARY.encode())
        case "file":
            raise FileNotFoundError(2, "No such file", f"/media/{CANARY}.jpg")
        case "unicode":
            CANARY.encode().decode("utf-16-be").encode("ascii")
        case "json":
            json.loads(f'{{"name": "{CANARY}')
        case "template":
            Template("{{ a|date:'' }}{% url '" + CANARY + "' %}").render(Context())
        case "recursion":
            raise_in(kind)


KINDS = [
    *["value", "key", "validation", "cause", "context", "group", "note", "connection", "smtp", "smtp answer"],
    *["file", "unicode", "json", "template", "recursion"],
]


def hides(log: io.StringIO) -> bool:
    return not any(word in log.getvalue() for word in ("Canary", "Hidden", "Olena", "olena"))


@pytest.mark.parametrize("kind", KINDS)
def test_what_was_typed_is_in_no_line_about_an_error(log: io.StringIO, kind: str) -> None:
    ours, others = structlog.get_logger("test"), logging.getLogger("test")
    try:
        raise_in(kind)
    except Exception as error:
        name = type(error).__name__
        others.exception("Failed")
        others.error("Failed: %s", error)
        others.error("Failed: %(error)s", {"error": error})
        others.error(error)
        ours.exception("failed")
        ours.error("failed", error=error, errors=[error])
        ours.error("failed", error=describe(error))
        if kind != "smtp":
            others.error(f"Failed: {error}")
            ours.error("failed", error=str(error))
    assert hides(log), log.getvalue()
    written = entries(log)
    assert len(written) >= 7
    assert name in written[0]["exception"]
    assert 'test_logs.py", line' in written[0]["exception"]
    assert len(written[0]["exception"]) < 21_000


@pytest.mark.django_db
@pytest.mark.parametrize(
    "sql",
    [
        "SELECT %s::integer",
        "SELECT %s::date",
        "SELECT jsonb(%s)",
        "SELECT 1 / 0 WHERE %s <> ''",
        "INSERT INTO core_outbox (id, recipients) VALUES (gen_random_uuid(), ARRAY[%s])",
        "SELECT * FROM core_outbox WHERE id = %s",
        "DO $$ BEGIN RAISE EXCEPTION 'no' USING DETAIL = E'Key (email)=(x)\n' || %s; END $$",
    ],
)
def test_what_a_query_was_asked_with_is_in_no_line(log: io.StringIO, sql: str) -> None:
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            if sql.startswith("DO"):
                cursor.execute(sql.replace("%s", f"'{CANARY}'"))
            else:
                cursor.execute(sql, [CANARY])
    except Exception as error:
        logging.getLogger("test").error("Internal Server Error: %s", "/en/", exc_info=error)
        structlog.get_logger("test").error("failed", error=str(error))
    assert hides(log), log.getvalue()
    assert len(entries(log)) == 2


@pytest.mark.django_db
def test_a_request_that_fails_is_written_without_what_was_sent(
    log: io.StringIO, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(request: Any) -> None:
        raise ValueError(f"{request.POST['name']} {request.COOKIES} {request.META['HTTP_X_WORDS']}")

    monkeypatch.setattr("core.views.robots.__code__", fail.__code__)
    client.raise_request_exception = False
    client.cookies["words"] = "Canary"
    response = client.post(
        "/robots.txt?q=Canary",
        {"name": CANARY},
        HTTP_X_WORDS=CANARY,
        HTTP_X_REQUEST_ID=CANARY,
        HTTP_X_CORRELATION_ID=CANARY,
    )
    assert response.status_code == 500
    assert [one["event"] for one in entries(log)] == ["request_failed"]  # once
    assert hides(log), log.getvalue()


@pytest.mark.django_db
@pytest.mark.parametrize(
    "sent",
    [
        {"HTTP_HOST": "canary-olena.example"},
        {"HTTP_ORIGIN": "https://canary-olena.example"},
        {"HTTP_REFERER": "https://canary-olena.example/", "HTTP_HOST": "testserver", "secure": True},
    ],
)
def test_a_request_that_is_refused_is_one_line_without_what_was_sent(
    log: io.StringIO, caplog: pytest.LogCaptureFixture, sent: dict[str, Any]
) -> None:
    response = Client(enforce_csrf_checks=True).post("/en/account/login/", {"login": CANARY}, **sent)
    assert response.status_code in {400, 403}
    assert [one["event"] for one in entries(log)] == ["request_finished"]
    assert "canary" not in log.getvalue().lower()
    assert not [record for record in caplog.records if record.levelno >= logging.ERROR]


def test_a_warning_is_an_entry_too(log: io.StringIO) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("always")
        logging.captureWarnings(False)
        logging_settings(json=True)
        warnings.warn("old, says olena@example.org", DeprecationWarning, stacklevel=1)
    (entry,) = entries(log)
    assert (entry["logger"], entry["level"]) == ("py.warnings", "warning")
    assert "DeprecationWarning: old, says [e-mail]" in entry["event"]


def test_the_words_about_settings_and_code_are_kept(log: io.StringIO) -> None:
    """They name nobody, and whoever starts the site needs them."""
    for error in (
        ImproperlyConfigured("SECRET_KEY is not set:\nmake one."),
        ModuleNotFoundError("No module 'x'"),
    ):
        try:
            raise error
        except Exception:
            logging.getLogger("test").exception("failed")
    settings, code = entries(log)
    assert "ImproperlyConfigured at test_logs.py" in settings["exception"]
    assert settings["exception"].endswith("SECRET_KEY is not set:\nmake one.")
    assert code["exception"].endswith(": No module 'x'")


def test_what_gunicorn_could_not_read_is_not_quoted(log: io.StringIO) -> None:
    logging.getLogger("gunicorn.error").propagate = True
    logging.getLogger("gunicorn.error").warning(f"Invalid request from ip=203.0.113.9: '{CANARY}'\nOlena")
    (entry,) = entries(log)
    assert entry["event"] == "Invalid request"


def test_objects_are_written_as_their_kind(log: io.StringIO) -> None:
    class Person:
        def __str__(self) -> str:
            return CANARY

        __repr__ = __str__

    endless: list[Any] = []
    endless.append(endless)
    structlog.get_logger("test").info(
        "kept", who=Person(), many=[Person()], body=CANARY.encode(), endless=endless, day=date(2031, 1, 2)
    )
    (entry,) = entries(log)
    assert (entry["who"], entry["many"], entry["body"]) == ("<Person>", ["<Person>"], "<bytes>")
    assert entry["day"] == "2031-01-02"
    assert hides(log)


def test_an_uncaught_error_is_an_entry_too(log: io.StringIO, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "excepthook", sys.excepthook)
    monkeypatch.setattr(threading, "excepthook", threading.excepthook)
    log_uncaught()
    thread = threading.Thread(target=lambda: raise_in("value"))
    thread.start()
    thread.join()
    try:
        raise_in("cause")
    except RuntimeError as error:
        sys.excepthook(type(error), error, error.__traceback__)
    assert [one["event"] for one in entries(log)] == ["uncaught", "uncaught"]
    assert hides(log)


def test_nothing_is_mailed_or_shown_to_administrators() -> None:
    handlers = [
        handler
        for logger in [logging.getLogger(), *map(logging.getLogger, logging.Logger.manager.loggerDict)]
        for handler in logger.handlers
    ]
    assert not [one for one in handlers if isinstance(one, AdminEmailHandler)]


def test_a_long_value_is_cut_before_it_is_read(log: io.StringIO) -> None:
    assert masked("GET /" + "a" * 100_000) == "GET ***"
    assert masked("a" * 100_000) == "***"
    assert len(masked("word " * 100_000)) <= LONGEST + 10
    structlog.get_logger("test").info("x" * 100_000, many=["y" * 3000] * 1000, name={"z" * 3000: 1})
    assert len(log.getvalue()) < 1000


@pytest.mark.parametrize(
    "part",
    [
        "/",
        "a",
        "A",
        "?",
        "@",
        "a@",
        "a.",
        "%",
        "/A",
        "/a?",
        "-",
        "é",
        "DETAIL:",
        "\n",
        "ip=",
        " ",
        "a@b.",
        "/%",
    ],
)
def test_the_rules_read_a_text_once(part: str) -> None:
    """Each by itself, without the cut before it."""
    for pattern, replacement in RULES:
        assert_linear(lambda text, pattern=pattern, by=replacement: pattern.sub(by, text), part)
