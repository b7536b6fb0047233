"""`manage.py bench`: what the pages that matter cost, and a booking. See `Command.help` and `dev.bench.figures`."""

import json
import logging
from argparse import RawDescriptionHelpFormatter
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import asdict, replace
from tempfile import TemporaryDirectory
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import connection
from django.test.utils import override_settings

from dev import databases
from dev.bench import document, load, worker
from dev.bench import queries as asking
from dev.bench.cases import pages, writes
from dev.bench.cms import comparing as cms
from dev.bench.contents import measured
from dev.bench.figures import HELLO, Case, figures, measure
from dev.bench.ground import Size, lay_ground
from dev.bench.results import Results
from dev.bench.servers import measuring as serving
from dev.bench.servers.measuring import Plan, Served
from dev.synthetic.contents import makers

QUICK = {"sizes": [200], "bookings": 5000, "clients": [20], "questions": 10, "rounds": 10, "server_rounds": 2}
QUICK_AT_MOST = {"seconds": 1, "readers": 100, "idle": 10}
EDITS = 20  # that are published, to see how soon all processes show them
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
time. Their wait counts. One load a line, beside the same people one
after the other (× first, of the p95s), and beside a table without locks and constraints that is looked at before it is
written to. Doubles are people who got a time that somebody else had got.

--questions 40 asks the directory's questions so many times, with other things asked for each time, beside plain
joins and Wagtail's own search. The database's part alone counts, and the same things are asked for in each round.
With --sizes, --factor 10 asks once more when the rows that are searched have been copied in SQL to ten times as many.

--idle 20 lets a worker wait for so many seconds in a database of its own with the demo, and says how much of a core
it takes, the database's part not counted; then it says how soon mails are with a mail server. It is measured where
the writes are; --idle 0 leaves it out, --worker-only leaves out the rest. A figure to compare takes --idle 600: some
periodic work comes every five minutes.

--seconds 2 serves a copy of the database as in production, and asks each page for so long in each of --server-rounds,
by one connection, beside a Django project that says hello, a static file of nginx and, where BAKERYDEMO=/path names a
checkout of wagtail/bakerydemo, that site's post and search. It needs wrk. --seconds 0 leaves it out.

  cold       without the page cache; missed: with it, but for an address that isn't kept, from kept parts;
             warm: kept; nginx: finished pages as files (docs/deploy/nginx.conf)
  a second   requests, the median over the rounds. The ratios are of these, round by round
  CPU ms     of the server's processes for each request, without the database's
  queries    cold: as above; warm and nginx: 0 if the database wasn't asked once

Then it says how soon two processes show what is published, what readers notice while 16 clients log in, and replays a
day of --readers with bookings and edits: how many pages came from the page cache, and how many of those that it
compared with the page rendered anew were wrong. At last a web process waits for --idle seconds. All but --quick
write their figures into docs/performance.md.

--cms measures nothing but the CMS, in a database of its own with --cms-pages articles in six languages: its screens
as an editor asks for them, beside Wagtail without anything of ours on the same pages, in turns.

--sizes 10,1000,100000 measures all this in databases of their own on the same server, which are dropped afterwards:
each with the demo, so many synthetic specialists beside it, and --bookings. --quick is a small one, in two minutes.
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
            "--idle",
            type=int,
            default=20,
            help="seconds to watch an idle worker and an idle web process (default 20; 0: neither)",
        )
        parser.add_argument(
            "--seconds", type=int, default=2, help="of each round with servers (default 2; 0: no servers)"
        )
        parser.add_argument(
            "--server-rounds", type=int, default=5, help="rounds of asking servers (default 5)"
        )
        parser.add_argument(
            "--readers", type=int, default=10_000, help="of the replayed day (default 10,000; 0: none)"
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
            help="a small one: 200 specialists, 5,000 bookings, 20 clients, a day of 100 readers",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        self.too_slow: list[str] = []
        self.ground_name: str | None = None
        if options["quick"]:
            options |= QUICK | {name: min(options[name], most) for name, most in QUICK_AT_MOST.items()}
        if (
            min(
                [
                    options["rounds"],
                    options["server_rounds"],
                    options["concurrency"],
                    *options["clients"],
                    *options["sizes"],
                ]
            )
            < 1
        ):
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
            if not options["quick"]:
                self.say(f"Wrote {document.save_cms(rows).relative_to(settings.BASE_DIR)}.")
            return
        with_writes = options["writes"] or settings.DEBUG or bool(options["sizes"]) or options["worker_only"]
        sizes = [Size(count, options["bookings"]) for count in options["sizes"]]
        before = logging.root.manager.disable
        logging.disable(logging.CRITICAL)
        try:
            with ExitStack() as self.stack:
                all_results = (
                    []
                    if options["worker_only"]
                    else self.measure_all(sizes, with_writes=with_writes, **options)
                )
                of_worker = self.measure_worker(**options) if with_writes and options["idle"] else None
        finally:
            logging.disable(before)
        if options["json"]:
            found = [one.as_json() for one in all_results]
            result = found if len(found) != 1 or sizes else found[0]
            if of_worker:
                result = {"measured": result, "worker": asdict(of_worker)}
            self.stdout.write(json.dumps(result, indent=2))
        elif of_worker:
            self.stdout.write(worker.table(of_worker))
        if not options["quick"] and any(one.served for one in all_results):
            for file in document.save(all_results):
                self.say(f"Wrote {file.relative_to(settings.BASE_DIR)}.")
        if options["verdict"] and self.too_slow:
            raise CommandError(f"Slower than may be: {', '.join(self.too_slow)}.")
        if not with_writes:
            self.stderr.write("The writes were left out: they touch this database. --writes measures them.")

    def measure_all(self, wanted: list[Size], **options: Any) -> list[Results]:
        """Measure the database as it is or, with sizes, databases of the benchmark's own."""
        results = []
        for size in self.databases(wanted):
            with override_settings(
                DEBUG=False,
                ALLOWED_HOSTS=[settings.SITE_HOST],
                SITE_URLCONF=settings.ROOT_URLCONF,
                ROOT_URLCONF="dev.bench.urls",
            ):
                is_last = size is None or size is wanted[-1]
                results.append(self.measure(size, is_last=is_last, **options))
        return results

    def databases(self, sizes: list[Size]) -> Iterator[Size | None]:
        """Be in the database as it is, once; or in one of the benchmark's own for each size."""
        if not sizes:
            yield None
        for size in sizes:
            with self.own_database("bench"):
                self.say(f"Writing {size} …")
                makers["specialists"](size.specialists, SEED)
                makers["bookings"](size.bookings, SEED)
                yield size

    @contextmanager
    def own_database(self, name: str) -> Iterator[None]:
        """Be in a database of the benchmark's own, which holds what a site begins with and is dropped afterwards."""
        own = f"{connection.settings_dict['NAME']}_{name}"
        with ExitStack() as stack:
            ground = self.ground()
            stack.enter_context(override_settings(MEDIA_ROOT=self.media))
            stack.callback(databases.drop, own)
            stack.enter_context(databases.using(databases.copy(ground, own)))
            yield

    def ground(self) -> str:
        """The database that all of the benchmark's own are copied from, made when it is first needed."""
        if self.ground_name is None:
            self.say("Preparing a database …")
            self.ground_name = databases.create(f"{connection.settings_dict['NAME']}_bench_ground")
            self.stack.callback(databases.drop, self.ground_name)
            self.media = self.stack.enter_context(TemporaryDirectory())
            with override_settings(MEDIA_ROOT=self.media), databases.using(self.ground_name):
                call_command("migrate", verbosity=0)
                lay_ground()
        return self.ground_name

    def measure_worker(self, *, idle: int, quick: bool, **options: Any) -> worker.WorkerFigures:
        """Measure a worker in a database of its own: it would send the mail of any other."""
        with self.own_database("bench_worker"):
            self.say(f"Watching an idle worker for {idle} seconds …")
            return worker.measure(idle, mails=10 if quick else 30)

    def measure(
        self,
        size: Size | None,
        *,
        with_writes: bool,
        is_last: bool,
        rounds: int,
        clients: list[int],
        concurrency: int,
        questions: int,
        factor: int,
        **options: Any,
    ) -> Results:
        """Measure what there is in the database at hand, and print the tables."""
        cases = pages(self.stderr.write)
        measure(cases, rounds=rounds)
        results: list[load.LoadResult] = []
        if with_writes:
            with ExitStack() as stack:
                own_writes = writes(stack)
                measure(own_writes, rounds=rounds)
            cases += own_writes
            results = [result for count in clients for result in load.measure(count, concurrency)]
            self.too_slow += [result.name for result in results if not result.is_kept]
        served = self.measure_servers(size, cases, **options) if with_writes and is_last else None
        answers = asking.measure(questions) if questions else []
        if size and questions and factor > 1:
            self.say(asking.table(answers))  # the rest takes a while
            self.say(f"Copying to {factor} times as many …")
            for copy in measured.multiply:
                copy(factor)
            answers += [replace(one, name=f"{factor} × {one.name}") for one in asking.measure(questions)]
        found = Results(size, figures(cases), answers, results, served)
        if not options["json"]:
            self.stdout.write(found.table())
        return found

    def measure_servers(
        self,
        size: Size | None,
        cases: list[Case],
        *,
        seconds: int,
        server_rounds: int,
        readers: int,
        idle: int,
        **options: Any,
    ) -> Served | None:
        """Measure the pages as servers answer them, in a database that is the benchmark's own."""
        if not seconds:
            return None
        addresses = {case.name: case.address for case in cases if case.address and case.name != HELLO}
        queries = {case.name: case.queries for case in cases}
        plan = Plan(
            seconds=seconds,
            rounds=server_rounds,
            edits=5 if options["quick"] else EDITS,
            readers=readers,
            idle=idle,
        )
        if size:
            return serving.measure(plan, addresses, queries, specialists=size.specialists, say=self.say)
        with serving.copied(self.say) as is_copied:
            if not is_copied:
                return None
            return serving.measure(plan, addresses, queries, specialists=None, say=self.say)

    def say(self, line: str) -> None:
        """What is going on, for whoever waits."""
        self.stderr.write(line)
        self.stderr.flush()


def numbers(text: str) -> list[int]:
    """`50,500` as numbers."""
    return [int(part) for part in text.split(",")]
