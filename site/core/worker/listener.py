"""Waiting for PostgreSQL's NOTIFY, on a connection of its own: Django's go back to the pool and hear nothing there."""

import select
import socket
import uuid
from typing import Any

import psycopg
import structlog
from django.db import Error, connection

from core.logs import describe

logger = structlog.get_logger(__name__)

PROBE_SECONDS = 5.0  # a notification takes milliseconds

CONNECTION: dict[str, Any] = {
    "application_name": "attune listener",
    "connect_timeout": 5,
    # A firewall may forget a connection on which nothing happens, and tell neither side.
    "keepalives_idle": 60,
    "keepalives_interval": 10,
    "keepalives_count": 3,
}


class Listener:
    """Waits until somebody notifies `channel`, or writes to the other end of `interrupt`.

    Call `listen` before each look at what there is to do, and `wait` after it: what is committed in between ends
    the wait at once.
    """

    def __init__(self, channel: str, *, interrupt: socket.socket) -> None:
        self.channel, self.interrupt = channel, interrupt
        self.connection: psycopg.Connection[Any] | None = None
        self.said_that_nothing_comes = False

    def listen(self) -> None:
        """Be connected, and forget what came before. Raises django.db.Error when there is no connection."""
        if self.connection is not None:
            self._read()
        if self.connection is None:
            with connection.wrap_database_errors:
                self.connection = psycopg.connect(
                    **{**CONNECTION, **connection.get_connection_params()}, autocommit=True
                )
            try:
                with connection.wrap_database_errors:
                    self.connection.execute(f'LISTEN "{self.channel}"')
                self._probe()
            except BaseException:
                self.close()
                raise

    def wait(self, seconds: float) -> None:
        """Return at a notification, at an interrupt, when the connection is lost, or after so many seconds."""
        watched: list[Any] = [self.interrupt]
        if self.connection is not None:
            watched.append(self.connection)
        ready, _, _ = select.select(watched, [], [], max(seconds, 0))
        if self.interrupt in ready:
            self.interrupt.recv(1024)
        if self.connection in ready:
            self._read()

    def close(self) -> None:
        if self.connection is not None:
            self.connection.close()
            self.connection = None

    def _read(self) -> None:
        """Take what was notified from the connection. A lost one is closed: `listen` makes another."""
        assert self.connection is not None  # noqa: S101 - for the type checker
        try:
            with connection.wrap_database_errors:
                for _notification in self.connection.notifies(timeout=0):
                    pass
        except Error as error:
            logger.warning("listener_lost", error=describe(error))
            self.close()

    def _probe(self) -> None:
        """Say so, once, if notifications don't arrive: a pooler between us that gives each transaction any connection
        takes LISTEN without a complaint and loses what comes of it.
        """
        assert self.connection is not None  # noqa: S101 - for the type checker
        token = uuid.uuid4().hex
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_notify(%s, %s)", [self.channel, token])
        with connection.wrap_database_errors:
            arrived = any(one.payload == token for one in self.connection.notifies(timeout=PROBE_SECONDS))
        if not arrived and not self.said_that_nothing_comes:
            self.said_that_nothing_comes = True
            logger.warning("no_notifications", hint="Connect to PostgreSQL directly, or lower --interval.")
