"""Mail: every one is a row first (the outbox), and the worker sends it where EMAIL_URL says."""

from datetime import timedelta
from typing import Any
from urllib.parse import unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured

from config.settings.environment import env

EMAIL_BACKEND = "core.mail.outbox.OutboxBackend"  # every mail is a row first; the worker sends it
DEFAULT_FROM_EMAIL = env.str("DEFAULT_FROM_EMAIL", default="Attune <hello@attune.example>")
SERVER_EMAIL = DEFAULT_FROM_EMAIL


def outgoing_mail(url: str) -> tuple[str, dict[str, Any]]:
    """The backend that takes mail out of the outbox, and its options, for an EMAIL_URL."""
    parts = urlsplit(url)
    if parts.scheme == "console":
        return "core.mail.outbox.ConsoleBackend", {}
    ports = {"smtp": 25, "smtp+tls": 587, "smtp+ssl": 465}
    if parts.scheme not in ports or not parts.hostname:
        raise ImproperlyConfigured(
            "EMAIL_URL must be smtp://, smtp+tls:// or smtp+ssl://user:password@host:port, or console:"
        )
    return "django.core.mail.backends.smtp.EmailBackend", {
        "host": parts.hostname,
        "port": parts.port or ports[parts.scheme],
        "username": unquote(parts.username or ""),
        "password": unquote(parts.password or ""),
        "use_tls": parts.scheme == "smtp+tls",
        "use_ssl": parts.scheme == "smtp+ssl",
        "timeout": 15,  # seconds for each step of the conversation; far less than the lease below
    }


OUTBOX_BACKEND, OUTBOX_OPTIONS = outgoing_mail(env.str("EMAIL_URL", default="console:"))
# A worker that dies leaves the message in its hands to the others after so many seconds.
OUTBOX_LEASE = timedelta(seconds=env.int("OUTBOX_LEASE", default=300))
OUTBOX_LAG = timedelta(minutes=5)  # due for longer: /readyz/ says so
OUTBOX_KEEP = timedelta(days=30)  # after it was sent or given up: to whom, when, and the subject
OUTBOX_FAILED_KEPT = timedelta(days=1)  # the body of what was given up; that of what was sent goes at once
OUTBOX_KEEPS_BODIES = False
