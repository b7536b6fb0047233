"""The checks of `manage.py doctor`, and asking them all."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from django.db import Error, connection

from core.logs import describe

Check = Callable[[], str]


class Problem(Exception):
    """Something is wrong. Its text is a sentence for the operator: what it is, and what to do."""


@dataclass(frozen=True)
class Finding:
    """What a check found. `says` is a sentence: what is well, or what is wrong and what to do."""

    name: str
    is_ok: bool
    says: str


@dataclass(frozen=True)
class Registered:
    name: str
    ask: Check
    needs_database: bool


checks: list[Registered] = []


def check(name: str, *, needs_database: bool = True) -> Callable[[Check], Check]:
    """Register a check under `name`. It returns what is well, in a sentence, or raises Problem. It changes nothing."""

    def register(function: Check) -> Check:
        checks.append(Registered(name, function, needs_database))
        return function

    return register


def examine() -> Iterator[Finding]:
    """Ask all checks, in the order in which they registered. No failure of one stops another."""
    has_database = True
    try:
        connection.ensure_connection()
    except Error as error:
        has_database = False
        yield Finding(
            "database",
            False,
            f"The database doesn't answer ({describe(error)}). Start PostgreSQL, and compare DATABASE_URL with it.",
        )
    for one in checks:
        if one.needs_database and not has_database:
            yield Finding(one.name, False, "Not looked at, since the database doesn't answer.")
            continue
        try:
            says = one.ask()
        except Problem as problem:
            yield Finding(one.name, False, str(problem))
        except Exception as error:
            yield Finding(one.name, False, f"Could not be looked at: {describe(error)}.")
        else:
            yield Finding(one.name, True, says)
