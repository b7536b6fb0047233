"""The mail server: a real conversation with it, that sends nothing."""

import smtplib
import socket
import ssl
from contextlib import suppress
from email.utils import parseaddr
from typing import Any

from django.conf import settings
from django.core.mail import get_connection
from django.core.mail.backends.smtp import EmailBackend
from django.utils.module_loading import import_string

from core import health
from core.doctor.registry import Problem, check
from core.logs import describe, smtp_answer
from core.models import Outbox

SECONDS = 10  # for each step of the conversation


@check("mail server", needs_database=False)
def mail_server() -> str:
    """Ask the mail server as far as it would take a mail of ours, then take it back."""
    if not issubclass(import_string(settings.OUTBOX_BACKEND), EmailBackend):
        if settings.DEBUG:
            return "EMAIL_URL names none: mail is shown in the console."
        raise Problem("EMAIL_URL names no mail server, so no mail leaves this machine: set it.")
    sender = parseaddr(settings.DEFAULT_FROM_EMAIL)[1]
    converse({**settings.OUTBOX_OPTIONS, "timeout": SECONDS}, sender)
    return f"{place(settings.OUTBOX_OPTIONS)} would take mail from DEFAULT_FROM_EMAIL."


def place(options: dict[str, Any]) -> str:
    return f"{options['host']}:{options['port']}"


def converse(options: dict[str, Any], sender: str) -> None:
    """EHLO, STARTTLS and AUTH as the worker does them, then MAIL, RCPT and RSET: nothing is sent.

    Raises Problem, in a sentence without what the server says: it may quote addresses.
    """
    server: Any = get_connection("django.core.mail.backends.smtp.EmailBackend", **options)
    try:
        greet(server, options)
        offer(server, place(options), sender)
    finally:
        with suppress(OSError):  # smtplib's errors are OSErrors
            server.close()


def greet(server: Any, options: dict[str, Any]) -> None:
    """Connect, begin TLS and log in, as far as the options say so. Raises Problem."""
    where = place(options)
    try:
        server.open()
    except smtplib.SMTPAuthenticationError as error:
        raise Problem(
            f"{where} refuses the user name or password ({answer(error)}): mend EMAIL_URL. "
            "Signs such as @ : / in a password are written as %40 %3A %2F there."
        ) from error
    except smtplib.SMTPNotSupportedError as error:
        raise Problem(
            f"{where} doesn't offer what EMAIL_URL asks for, STARTTLS or a log-in: "
            "compare smtp://, smtp+tls:// and smtp+ssl:// with what your provider says."
        ) from error
    except ssl.SSLError as error:
        why = error.reason or type(error).__name__
        raise Problem(
            f"{where} doesn't speak TLS as EMAIL_URL has it ({why}): the name there must be the one in its "
            "certificate, smtp+ssl:// is for port 465 and smtp+tls:// for 587."
        ) from error
    except socket.gaierror as error:
        raise Problem(f"There is no machine called {options['host']}: mend the name in EMAIL_URL.") from error
    except OSError as error:
        raise Problem(
            f"{where} can't be reached ({describe(error)}): look whether the port in EMAIL_URL is right "
            "and whether a firewall lets this machine out to it."
        ) from error


def offer(server: Any, where: str, sender: str) -> None:
    """Name a sender and a recipient, and take them back. Raises Problem."""
    try:
        server.connection.ehlo_or_helo_if_needed()
        for step, said in (
            ("the sender DEFAULT_FROM_EMAIL", server.connection.mail(sender)),
            ("mail to the address in DEFAULT_FROM_EMAIL", server.connection.rcpt(sender)),
        ):
            if not 200 <= said[0] < 300:
                refused = smtplib.SMTPResponseException(*said)
                raise Problem(
                    f"{where} refuses {step} ({answer(refused)}): set an address that this server sends for."
                )
        server.connection.rset()
    except OSError as error:
        raise Problem(f"{where} ended the conversation ({describe(error)}): ask whoever runs it.") from error


def answer(error: BaseException) -> str:
    return " ".join(str(part) for part in smtp_answer(error) if part)


@check("outbox")
def outbox() -> str:
    """Mail goes out in time, and the last that didn't has a reason."""
    lag, failure = health.outbox_lag(), health.mail_failure()
    why = ""
    if failure:
        parts = [failure["kind"], failure["code"], failure["status"]]
        why = f" Last refused or not reached on {failure['at']}: {' '.join(str(part) for part in parts if part)}."
    if lag > settings.OUTBOX_LAG:
        raise Problem(
            f"Mail has been waiting for {lag.total_seconds() / 60:.0f} minutes.{why} See whether the worker runs and "
            "what the line “mail server” says."
        )
    if given_up := Outbox.objects.filter(state=Outbox.State.FAILED).count():
        return f"Nothing is late. {given_up} messages of the last 30 days were given up.{why}"
    return f"Nothing is late.{why}"
