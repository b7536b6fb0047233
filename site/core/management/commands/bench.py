"""`manage.py bench`: what the pages that matter cost, and a booking. See `Command.help` and `measure`."""

import gc
import json
import logging
import time
from argparse import RawDescriptionHelpFormatter
from collections.abc import Callable, Iterable
from contextlib import ExitStack
from dataclasses import asdict, dataclass, field
from statistics import median
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext, override_settings
from django.utils.module_loading import autodiscover_modules
from tqdm import tqdm

from core import bench

HELLO = "hello"
ONE_ROW = "one row"
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


class Command(BaseCommand):
    help = """Measures the pages that matter on the database as it is, and a booking.

Each page is asked for in this process, through all middleware, by Django's test client: no socket, no server.
A round asks for each page once, so that whatever else the machine does meets all of them alike; the figures
are medians over the rounds.

  queries    of one request when caches are warm
  CPU ms     of this process: Python, templates, database driver. Not the database's own
  ms         from beginning to end, the database's work included
  × hello    the same beside a view behind the same middleware that says hello, round by round.
             Times belong to a machine, ratios can be compared between machines

As in production, DEBUG is off; logging is off too. The writes commit for real, beside a one-row INSERT, with a
specialist and clients who exist for that alone, and are taken back. They run where DEBUG is on, or with --writes.
Nothing here is a test: no figure makes it fail. Fill the database first: manage.py seed_demo --specialists 100000
"""

    def create_parser(self, prog_name: str, subcommand: str, **kwargs: Any) -> CommandParser:
        return super().create_parser(
            prog_name, subcommand, formatter_class=RawDescriptionHelpFormatter, **kwargs
        )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--rounds", type=int, default=30, help="rounds that count (default 30)")
        parser.add_argument("--json", action="store_true", help="print JSON instead of a table")
        parser.add_argument("--writes", action="store_true", help="measure the writes without DEBUG as well")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["rounds"] < 1:
            raise CommandError("At least one round is needed.")
        autodiscover_modules("bench")
        with_writes = options["writes"] or settings.DEBUG
        before = logging.root.manager.disable
        logging.disable(logging.CRITICAL)
        try:
            with override_settings(
                DEBUG=False,
                ALLOWED_HOSTS=[settings.SITE_HOST],
                SITE_URLCONF=settings.ROOT_URLCONF,
                ROOT_URLCONF="core.bench_urls",
            ):
                cases = self.pages()
                measure(cases, rounds=options["rounds"])
                if with_writes:
                    with ExitStack() as stack:
                        writes = self.writes(stack)
                        measure(writes, rounds=options["rounds"])
                    cases += writes
        finally:
            logging.disable(before)
        found = figures(cases)
        self.stdout.write(
            json.dumps([asdict(row) for row in found], indent=2) if options["json"] else table(found)
        )
        if not with_writes:
            self.stderr.write("The writes were left out: they touch this database. --writes measures them.")

    def pages(self) -> list[Case]:
        """The pages that the database has, hello first. Each answers 200, or the command says which one doesn't."""
        client = Client(SERVER_NAME=settings.SITE_HOST, raise_request_exception=True)

        def ask(address: str) -> Callable[[], object]:
            return lambda: client.get(address, secure=True)

        addresses = {HELLO: "/bench/hello/"}
        for name, find in bench.pages.items():
            if address := find():
                addresses[name] = address
            else:
                self.stderr.write(
                    f"{name}: left out, since the database has none. manage.py seed_demo adds some."
                )
        for name, address in addresses.items():
            status = client.get(address, secure=True).status_code
            if status != 200:
                raise CommandError(f"{name}: {address} answers {status}")
        return [Case(name=name, address=address, run=ask(address)) for name, address in addresses.items()]

    def writes(self, stack: ExitStack) -> list[Case]:
        """What commits; `stack` cleans up after it."""
        found = []
        for name, prepare in bench.writes.items():
            write = stack.enter_context(prepare())
            found.append(Case(name=name, run=write.run, undo=write.undo, beside=ONE_ROW))
        return found


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


def ratio(own: list[float], other: list[float]) -> float:
    return round(median(mine / theirs for mine, theirs in zip(own, other, strict=True)), 1)


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
