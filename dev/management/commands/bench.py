"""`manage.py bench`: what the pages that matter cost, and a booking. See `Command.help` and `dev.bench.figures`."""

import json
import logging
from argparse import RawDescriptionHelpFormatter
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import asdict, replace
from tempfile import TemporaryDirectory
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import connection
from django.test import Client
from django.test.utils import override_settings

from dev import databases
from dev.bench import load, worker
from dev.bench import queries as asking
from dev.bench.cms import comparing as cms
from dev.bench.contents import measured
from dev.bench.figures import HELLO, Case, figures, measure, table
from dev.bench.ground import Size, lay_ground
from dev.synthetic.contents import makers

ONE_ROW = "one row"
SEED = 1  # of synthetic data


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

--clients 50,500 lets so many people book at the same moment, each in a thread, --concurrency of them served at a
time: as many as the site's processes have threads. Their wait counts. One load a line, beside the same people one
after the other (× first, of the p95s), and beside a table without locks and constraints that is looked at before it is
written to. Doubles are people who got a time that somebody else had got.

--questions 40 asks the directory's questions so many times, with other things asked for each time, beside plain
joins and Wagtail's own search. The database's part alone counts, and the same things are asked for in each round.
With --sizes, --factor 10 asks once more when the rows that are searched have been copied in SQL to ten times as many.

--idle 20 lets a worker wait for so many seconds in a database of its own with the demo, and says how much of a core
it takes, the database's part not counted; then it says how soon mails are with a mail server. It is measured where
the writes are; --idle 0 leaves it out, --worker-only leaves out the rest. A figure to compare takes --idle 600: some
periodic work comes every five minutes.

--cms measures nothing but the CMS, in a database of its own with --cms-pages articles in six languages: its screens
as an editor asks for them, beside Wagtail without anything of ours on the same pages, in turns.

--sizes 10,1000,100000 measures all this in databases of their own on the same server, which are dropped afterwards:
each with the demo, so many synthetic specialists beside it, and --bookings. --quick is a small one, in about a minute.
"""

    def create_parser(self, prog_name: str, subcommand: str, **kwargs: Any) -> CommandParser:
        return super().create_parser(
            prog_name, subcommand, formatter_class=RawDescriptionHelpFormatter, **kwargs
        )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--rounds", type=int, default=30, help="rounds that count (default 30)")
        parser.add_argument("--json", action="store_true", help="print JSON instead of tables")
        parser.add_argument("--writes", action="store_true", help="measure the writes without DEBUG as well")
        parser.add_argument("--clients", type=numbers, default=[], help="how many at once, as in 50,500")
        parser.add_argument(
            "--idle", type=int, default=20, help="seconds to watch an idle worker (default 20; 0: no worker)"
        )
        parser.add_argument(
            "--verdict", action="store_true", help="end with an error where somebody waits longer than may be"
        )
        parser.add_argument("--worker-only", action="store_true", help="measure the worker and nothing else")
        parser.add_argument("--cms", action="store_true", help="measure the CMS and nothing else")
        parser.add_argument(
            "--cms-pages",
            type=int,
            default=10_000,
            help="articles in each language with --cms (default 10,000)",
        )
        parser.add_argument("--concurrency", type=int, default=8, help="served at a time (default 8)")
        parser.add_argument(
            "--questions", type=int, default=0, help="rounds of the directory's questions (default 0: none)"
        )
        parser.add_argument(
            "--factor",
            type=int,
            default=1,
            help="ask again with so many copies of what is searched, with --sizes",
        )
        parser.add_argument("--sizes", type=numbers, default=[], help="specialists, as in 10,1000,100000")
        parser.add_argument(
            "--bookings", type=int, default=1_000_000, help="bookings with --sizes (default 1,000,000)"
        )
        parser.add_argument(
            "--quick",
            action="store_true",
            help="--sizes 10,200 --bookings 5000 --clients 20 --questions 10 --rounds 10",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        self.too_slow: list[str] = []
        if options["quick"]:
            options |= {"sizes": [10, 200], "bookings": 5000, "clients": [20], "questions": 10, "rounds": 10}
        if min([options["rounds"], options["concurrency"], *options["clients"], *options["sizes"]]) < 1:
            raise CommandError(
                "At least one round, one client, one served at a time and one specialist are needed."
            )
        if options["worker_only"] and options["idle"] < 1:
            raise CommandError("--worker-only without --idle measures nothing.")
        if options["cms"]:
            rows = cms.in_a_database_of_its_own(options["cms_pages"], options["rounds"], self.say)
            self.stdout.write(
                json.dumps([asdict(row) for row in rows], indent=2) if options["json"] else cms.table(rows)
            )
            return
        with_writes = options["writes"] or settings.DEBUG or bool(options["sizes"]) or options["worker_only"]
        sizes = [Size(count, options["bookings"]) for count in options["sizes"]]
        before = logging.root.manager.disable
        logging.disable(logging.CRITICAL)
        try:
            measured_sizes = []
            for size in [] if options["worker_only"] else self.databases(sizes):
                with override_settings(
                    DEBUG=False,
                    ALLOWED_HOSTS=[settings.SITE_HOST],
                    SITE_URLCONF=settings.ROOT_URLCONF,
                    ROOT_URLCONF="dev.bench.urls",
                ):
                    measured_sizes.append(self.measure(size, with_writes=with_writes, **options))
            of_worker = self.measure_worker(options["idle"]) if with_writes and options["idle"] else None
        finally:
            logging.disable(before)
        if options["json"]:
            result = measured_sizes if len(measured_sizes) != 1 or sizes else measured_sizes[0]
            if of_worker:
                result = {"measured": result, "worker": asdict(of_worker)}
            self.stdout.write(json.dumps(result, indent=2))
        elif of_worker:
            self.stdout.write(worker.table(of_worker))
        if options["verdict"] and self.too_slow:
            raise CommandError(f"Slower than may be: {', '.join(self.too_slow)}.")
        if not with_writes:
            self.stderr.write("The writes were left out: they touch this database. --writes measures them.")

    def databases(self, sizes: list[Size]) -> Iterator[Size | None]:
        """Be in the database as it is, once; or in one of the benchmark's own for each size."""
        if not sizes:
            yield None
            return
        name = f"{connection.settings_dict['NAME']}_bench"
        ground = databases.create(f"{name}_ground")
        with ExitStack() as stack:
            stack.callback(databases.drop, ground)
            stack.callback(databases.drop, name)
            media = stack.enter_context(TemporaryDirectory())
            stack.enter_context(override_settings(MEDIA_ROOT=media))
            with databases.using(ground):
                self.prepare()
            for size in sizes:
                databases.copy(ground, name)
                with databases.using(name):
                    self.say(f"Writing {size} …")
                    makers["specialists"](size.specialists, SEED)
                    makers["bookings"](size.bookings, SEED)
                    yield size

    def prepare(self) -> None:
        """Make a new database what a site begins with."""
        self.say("Preparing a database …")
        call_command("migrate", verbosity=0)
        lay_ground()

    def measure_worker(self, seconds: int) -> worker.WorkerFigures:
        """Measure a worker in a database of its own: it would send the mail of any other."""
        with ExitStack() as stack:
            name = databases.create(f"{connection.settings_dict['NAME']}_bench_worker")
            stack.callback(databases.drop, name)
            media = stack.enter_context(TemporaryDirectory())
            stack.enter_context(override_settings(MEDIA_ROOT=media))
            stack.enter_context(databases.using(name))
            self.prepare()
            self.say(f"Watching an idle worker for {seconds} seconds …")
            return worker.measure(seconds)

    def measure(
        self,
        size: Size | None,
        *,
        with_writes: bool,
        rounds: int,
        clients: list[int],
        concurrency: int,
        questions: int,
        factor: int,
        **options: Any,
    ) -> Any:
        """Measure what there is in the database at hand, and print the tables. Returns what JSON shall say."""
        cases = self.pages()
        measure(cases, rounds=rounds)
        results: list[load.LoadResult] = []
        if with_writes:
            with ExitStack() as stack:
                writes = self.writes(stack)
                measure(writes, rounds=rounds)
            cases += writes
            results = [result for count in clients for result in load.measure(count, concurrency)]
            self.too_slow += [result.name for result in results if not result.is_kept]
        answers = asking.measure(questions) if questions else []
        if size and questions and factor > 1:
            self.say(asking.table(answers))  # the rest takes a while
            self.say(f"Copying to {factor} times as many …")
            for copy in measured.multiply:
                copy(factor)
            answers += [replace(one, name=f"{factor} × {one.name}") for one in asking.measure(questions)]
        rows = figures(cases)
        if not options["json"]:
            heading = [f"\n{size}"] if size else []
            self.stdout.write(
                "\n".join(
                    [
                        *heading,
                        table(rows),
                        *([asking.table(answers)] if answers else []),
                        *([load.table(results)] if results else []),
                    ]
                )
            )
        if size is None and not clients and not questions:
            return [asdict(row) for row in rows]
        return {
            "size": asdict(size) if size else None,
            "cases": [asdict(row) for row in rows],
            "questions": [asdict(answer) for answer in answers],
            "loads": [asdict(result) for result in results],
        }

    def say(self, line: str) -> None:
        """What is going on, for whoever waits."""
        self.stderr.write(line)
        self.stderr.flush()

    def pages(self) -> list[Case]:
        """The pages that the database has, hello first. Each answers 200, or the command says which one doesn't."""
        client = Client(SERVER_NAME=settings.SITE_HOST, raise_request_exception=True)

        def ask(address: str) -> Callable[[], object]:
            return lambda: client.get(address, secure=True)

        addresses = {HELLO: "/bench/hello/"}
        for name, find in measured.pages.items():
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
        for name, prepare in measured.writes.items():
            write = stack.enter_context(prepare())
            found.append(Case(name=name, run=write.run, undo=write.undo, beside=ONE_ROW))
        return found


def numbers(text: str) -> list[int]:
    """`50,500` as numbers."""
    return [int(part) for part in text.split(",")]
