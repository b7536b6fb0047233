"""Mail: every one is a row first (the outbox), and the worker sends it where EMAIL_URL says."""

from datetime import timedelta
from typing import Any
from urllib.parse import unquote, urlsplit

from config.settings.environment import HOST_NAME, LONGEST_LEASE, SettingsError, env

EMAIL_BACKEND = "core.mail.outbox.OutboxBackend"  # every mail is a row first; the worker sends it
DEFAULT_FROM_EMAIL = env.text("DEFAULT_FROM_EMAIL", default="Attune <hello@attune.example>")
SERVER_EMAIL = DEFAULT_FROM_EMAIL


def outgoing_mail(url: str) -> tuple[str, dict[str, Any]]:
    """The backend that takes mail out of the outbox, and its options, for an EMAIL_URL.

    Raises SettingsError if it means nothing.
    """
    ports = {"smtp": 25, "smtp+tls": 587, "smtp+ssl": 465}
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        parts, port = urlsplit(""), None
    if parts.scheme == "console":
        return "core.mail.outbox.ConsoleBackend", {}
    host = parts.hostname or ""
    is_a_name = HOST_NAME.fullmatch(f"[{host}]" if ":" in host else host)
    is_more = parts.path.strip("/") or parts.query or parts.fragment  # of a password with / ? # in it
    if parts.scheme not in ports or not is_a_name or is_more or port == 0:
        raise SettingsError(
            "EMAIL_URL must be smtp://, smtp+tls:// or smtp+ssl://user:password@host:port, or console: to print mail "
            "where the site is tried out. Whatever isn’t a letter or figure in the user and the password is written "
            "as % with two figures: @ is %40, / is %2F."
        )
    return "django.core.mail.backends.smtp.EmailBackend", {
        "host": parts.hostname,
        "port": port or ports[parts.scheme],
        "username": unquote(parts.username or ""),
        "password": unquote(parts.password or ""),
        "use_tls": parts.scheme == "smtp+tls",
        "use_ssl": parts.scheme == "smtp+ssl",
        "timeout": 15,  # seconds for each step of the conversation; far less than the lease below
    }


try:
    OUTBOX_BACKEND, OUTBOX_OPTIONS = outgoing_mail(env.text("EMAIL_URL", default="console:"))
except SettingsError as error:
    env.problem("EMAIL_URL", str(error))
# A worker that dies leaves the message in its hands to the others after so many seconds.
OUTBOX_LEASE = timedelta(seconds=env.number("OUTBOX_LEASE", default=300, least=1, most=LONGEST_LEASE))
OUTBOX_LAG = timedelta(minutes=5)  # due for longer: /readyz/ says so
OUTBOX_KEEP = timedelta(days=30)  # after it was sent or given up: to whom, when, and the subject
OUTBOX_FAILED_KEPT = timedelta(days=1)  # the body of what was given up; that of what was sent goes at once
OUTBOX_KEEPS_BODIES = False
