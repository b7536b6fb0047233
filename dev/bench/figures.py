"""Measuring cases in turns, and the table of what came out."""

import gc
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from statistics import median

from django.db import connection
from django.test.utils import CaptureQueriesContext
from tqdm import tqdm

HELLO = "hello"
WARM_UP = 3  # rounds: templates are compiled, caches filled, connections open


@dataclass
class Case:
    """One thing measured: what to do each round, and each round's figures in milliseconds."""

    name: str
    run: Callable[[], object]
    undo: Callable[[], object] = lambda: None
    beside: str = HELLO
    address: str = ""
    queries: int = 0
    cpu: list[float] = field(default_factory=list)
    wall: list[float] = field(default_factory=list)


@dataclass(frozen=True)
class Figures:
    """A case's result: medians in milliseconds, and how many times the case beside it that is."""

    name: str
    address: str
    queries: int
    cpu_ms: float
    cpu_ratio: float
    wall_ms: float
    wall_ratio: float
    beside: str


def measure(cases: list[Case], *, rounds: int) -> None:
    """Run every case once per round, in turns, and write down its CPU and wall time; count its queries first."""
    for _round in range(WARM_UP):
        for case in cases:
            case.run()
            case.undo()
    for case in cases:
        with CaptureQueriesContext(connection) as queries:
            case.run()
        case.undo()
        case.queries = len(queries)
    gc.collect()
    for number in tqdm(range(rounds), desc="Rounds", disable=None, leave=False):
        turn = number % len(cases)
        for case in [*cases[turn:], *cases[:turn]]:  # nobody always comes after the same neighbour
            cpu, wall = time.process_time_ns(), time.perf_counter_ns()
            case.run()
            case.cpu.append((time.process_time_ns() - cpu) / 1e6)
            case.wall.append((time.perf_counter_ns() - wall) / 1e6)
            case.undo()


def figures(cases: list[Case]) -> list[Figures]:
    """Medians, and the medians of each round's ratio to the case beside it."""
    by_name = {case.name: case for case in cases}
    return [
        Figures(
            name=case.name,
            address=case.address,
            queries=case.queries,
            cpu_ms=round(median(case.cpu), 2),
            cpu_ratio=ratio(case.cpu, by_name[case.beside].cpu),
            wall_ms=round(median(case.wall), 2),
            wall_ratio=ratio(case.wall, by_name[case.beside].wall),
            beside=case.beside,
        )
        for case in cases
    ]


def ratio(own: Sequence[float], other: Sequence[float], digits: int = 1) -> float:
    """How many times the other one's is one's own: the median of the rounds' ratios."""
    return round(median(mine / theirs for mine, theirs in zip(own, other, strict=True)), digits)


def table(rows: Iterable[Figures]) -> str:
    """The figures for people, a heading for each case that others are measured beside."""
    lines: list[str] = []
    beside = ""
    for row in rows:
        if row.beside != beside:
            beside = row.beside
            lines += [
                "",
                f"{'':24}{'queries':>8}{'CPU ms':>10}{'× ' + beside:>12}{'ms':>10}{'× ' + beside:>12}",
            ]
        lines.append(
            f"{row.name:24}{row.queries:>8}{row.cpu_ms:>10.2f}{row.cpu_ratio:>12.1f}"
            f"{row.wall_ms:>10.2f}{row.wall_ratio:>12.1f}"
        )
    return "\n".join(lines)
