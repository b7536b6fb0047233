"""What questions cost the database, each beside another way of asking the same. For `manage.py bench`."""

import time
from collections.abc import Iterable
from dataclasses import dataclass
from random import Random
from statistics import median, quantiles
from typing import Any

from django.db import connection
from tqdm import tqdm

from dev.bench import measured

WARM_UP = 3


@dataclass(frozen=True)
class Answer:
    """What a question cost, in milliseconds of the database; `ratio` is how many times quicker than beside it."""

    name: str
    beside: str
    p50_ms: float
    p95_ms: float
    ratio: float


@dataclass
class DatabaseTimer:
    """Adds up how long the database takes."""

    seconds: float = 0.0

    def __call__(self, execute: Any, *args: Any) -> Any:
        begun = time.perf_counter()
        try:
            return execute(*args)
        finally:
            self.seconds += time.perf_counter() - begun


def measure(rounds: int) -> list[Answer]:
    """Ask every question once a round, in turns, each round with the same things asked for."""
    for prepare in measured.before_reads:
        prepare()
    spent: dict[str, list[float]] = {name: [] for name in measured.reads}
    for number in tqdm(range(rounds + WARM_UP), desc="Questions", disable=None, leave=False):
        for name, read in measured.reads.items():
            timer = DatabaseTimer()
            with connection.execute_wrapper(timer):
                read.ask(Random(number))  # noqa: S311 - what to ask for, no secret
            if number >= WARM_UP:
                spent[name].append(timer.seconds * 1000)
    return [
        Answer(
            name=name,
            beside=read.beside,
            p50_ms=round(median(spent[name]), 2),
            p95_ms=round(quantiles(spent[name], n=20)[-1], 2),
            ratio=round(
                median(slow / own for slow, own in zip(spent[read.beside], spent[name], strict=True)), 1
            ),
        )
        for name, read in measured.reads.items()
    ]


def table(answers: Iterable[Answer]) -> str:
    """The answers for people."""
    lines = ["", f"{'questions, database part':44}{'p50 ms':>10}{'p95 ms':>10}   quicker"]
    for one in answers:
        beside = "" if one.beside == one.name else f"   {one.ratio:.1f} × than {one.beside}"
        lines.append(f"{one.name:44}{one.p50_ms:>10.2f}{one.p95_ms:>10.2f}{beside}")
    return "\n".join(lines)
