"""Races: the same work in many threads at once, each with its own connection."""

import threading
from collections.abc import Callable, Sequence
from typing import Any

from django.db import connection


def race(works: Sequence[Callable[[], Any]]) -> list[Any]:
    """Start all `works` at one moment. Returns for each what it returned or the exception it raised."""
    outcomes: list[Any] = [None] * len(works)
    barrier = threading.Barrier(len(works))

    def run(number: int) -> None:
        try:
            connection.ensure_connection()  # so that they differ by nothing but the race
            barrier.wait(timeout=60)
            outcomes[number] = works[number]()
        except Exception as error:
            outcomes[number] = error
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=[number]) for number in range(len(works))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return outcomes


def kinds(outcomes: Sequence[Any]) -> dict[str, int]:
    """How often each kind of outcome came up, by the name of its class."""
    names = [type(outcome).__name__ for outcome in outcomes]
    return {name: names.count(name) for name in sorted(set(names))}
