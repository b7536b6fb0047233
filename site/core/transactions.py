"""Transactions of services that lock what they change: one isolation level, short waits, a second try."""

from collections.abc import Callable
from functools import wraps
from typing import ParamSpec, TypeVar

from django.db import IntegrityError, OperationalError, connection, transaction
from psycopg.errors import DeadlockDetected, LockNotAvailable

from core.errors import Refusal
from core.locks import TooManyWaiting

P = ParamSpec("P")
R = TypeVar("R")
Service = Callable[P, R]

LOCK_TIMEOUT = "2s"
TRIES = 2


def in_transaction_or(busy: type[Refusal]) -> Callable[[Service[P, R]], Service[P, R]]:
    """Run a service in one READ COMMITTED transaction, and again when it lost a fight for locks.

    It raises `busy` after two lost fights, or at once where as many wait as may (core.locks). Another isolation level,
    of an outer transaction too, is refused: what is read after the locks must be what holds then.
    """

    def decorate(service: Service[P, R]) -> Service[P, R]:
        @wraps(service)
        def run(*args: P.args, **kwargs: P.kwargs) -> R:
            for attempt in range(1, TRIES + 1):
                try:
                    with transaction.atomic():
                        _require_read_committed()
                        return service(*args, **kwargs)
                except TooManyWaiting as error:
                    raise busy from error
                except OperationalError as error:
                    if not isinstance(error.__cause__, LockNotAvailable | DeadlockDetected):
                        raise
                    if attempt == TRIES:
                        raise busy from error
            raise AssertionError("unreachable")

        return run

    return decorate


def _require_read_committed() -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT set_config('lock_timeout', %s, true), current_setting('transaction_isolation')",
            [LOCK_TIMEOUT],
        )
        _timeout, isolation = cursor.fetchone()
    if isolation != "read committed":
        raise RuntimeError(f"This needs READ COMMITTED, not {isolation}.")


def constraint_name(error: IntegrityError) -> str:
    """The name of the constraint that PostgreSQL says was violated, or an empty text."""
    diagnostics = getattr(error.__cause__, "diag", None)
    return getattr(diagnostics, "constraint_name", None) or ""
