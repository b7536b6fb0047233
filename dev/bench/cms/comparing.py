"""Ours and Wagtail's own CMS on one database, asked in turns."""

import json
import logging
import os
import subprocess
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from random import Random
from statistics import median
from tempfile import TemporaryDirectory
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import connection
from django.test.utils import override_settings
from tqdm import tqdm

from articles.models import ArticlePage
from dev import databases
from dev.bench.cms.ground import lay
from dev.bench.cms.screens import SCREENS
from dev.bench.figures import ratio
from dev.synthetic.bulk import PREFIX

WARM_UP = 2  # rounds
# Six of them, as on the sides (config.settings.bench).
LANGUAGES = [*settings.LANGUAGES, ("fr", "French"), ("pl", "Polish")]
START = "import django; django.setup(); from dev.bench.cms.side import main; main()"
OURS, STOCK, LOCALIZE = "ours", "Wagtail", "Wagtail with wagtail-localize"
SIDES = {
    OURS: ("config.settings.bench", {}),
    STOCK: ("config.settings.bench_stock", {}),
    LOCALIZE: ("config.settings.bench_stock", {"STOCK_LOCALIZE": "1"}),
}


@dataclass(frozen=True)
class ScreenFigures:
    """One screen of ours beside another side's: medians in milliseconds, and of each round's ratio."""

    name: str
    beside: str
    queries: int
    beside_queries: int
    cpu_ms: float
    beside_cpu_ms: float
    cpu_ratio: float
    wall_ratio: float


class Side:
    """A process of one side. Its first request waits until it has started."""

    def __init__(self, name: str) -> None:
        module, more = SIDES[name]
        self.name = name
        self.process = subprocess.Popen(  # noqa: S603 - our own module
            [sys.executable, "-c", START],
            cwd=settings.BASE_DIR,
            env={
                **os.environ,
                **more,
                "DATABASE_URL": databases.url(),
                "DJANGO_SETTINGS_MODULE": module,
                "PYTHONPATH": os.pathsep.join(map(str, [settings.BASE_DIR, settings.BASE_DIR / "site"])),
            },
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def ask(self, **wanted: Any) -> dict[str, float]:
        assert self.process.stdin is not None  # noqa: S101 - they are pipes
        assert self.process.stdout is not None  # noqa: S101
        self.process.stdin.write(json.dumps(wanted) + "\n")
        self.process.stdin.flush()
        line = self.process.stdout.readline()
        if not line:
            raise CommandError(f"{self.name} ended at {wanted}.")
        answer: dict[str, float] = json.loads(line)
        return answer

    def end(self) -> None:
        self.process.communicate()


def in_a_database_of_its_own(
    pages: int, rounds: int, say: Callable[[str], None], sides: Sequence[str] = (OURS, STOCK, LOCALIZE)
) -> list[ScreenFigures]:
    """Make a database with so many articles in each of six languages, measure, and drop it."""
    before = logging.root.manager.disable
    logging.disable(logging.CRITICAL)
    name = databases.create(f"{connection.settings_dict['NAME']}_bench_cms")
    with ExitStack() as stack:
        stack.callback(logging.disable, before)
        stack.callback(databases.drop, name)
        stack.enter_context(databases.using(name))
        stack.enter_context(
            override_settings(
                MEDIA_ROOT=stack.enter_context(TemporaryDirectory()),
                LANGUAGES=LANGUAGES,
                WAGTAIL_CONTENT_LANGUAGES=LANGUAGES,
            )
        )
        say("Preparing a database …")
        call_command("migrate", verbosity=0)
        say(f"Writing {pages:,} articles in {len(LANGUAGES)} languages …")
        lay(pages)
        databases.leave()
        return measure(rounds, sides)


@contextmanager
def started(names: Iterable[str]) -> Iterator[list[Side]]:
    with ExitStack() as stack:
        processes = []
        for name in names:
            processes.append(Side(name))
            stack.callback(processes[-1].end)
        yield processes


def measure(rounds: int, sides: Sequence[str]) -> list[ScreenFigures]:
    """Ask every side for every screen, the same article in a round, and nobody always first."""
    articles = list(
        ArticlePage.objects.filter(slug__startswith=PREFIX, locale__language_code=settings.LANGUAGE_CODE)
        .order_by("pk")
        .values_list("pk", flat=True)
    )
    order = Random(1)  # noqa: S311 - what is measured first, no secret
    cpu: dict[tuple[str, str], list[float]] = {}
    wall: dict[tuple[str, str], list[float]] = {}
    queries: dict[tuple[str, str], int] = {}
    with started(sides) as all_sides:
        for number in tqdm(range(WARM_UP + 1 + rounds), desc="CMS", disable=None, leave=False):
            counting = number == WARM_UP
            article = articles[number % len(articles)]
            if number == WARM_UP + 1:
                for side in all_sides:
                    side.ask(freeze=True)
            for screen in SCREENS:
                for side in order.sample(all_sides, len(all_sides)):
                    answer = side.ask(screen=screen.name, article=article, number=number, count=counting)
                    at = (side.name, screen.name)
                    if counting:
                        queries[at] = int(answer["queries"])
                    elif number > WARM_UP:
                        cpu.setdefault(at, []).append(answer["cpu"])
                        wall.setdefault(at, []).append(answer["wall"])
    return [
        ScreenFigures(
            name=screen.name,
            beside=side,
            queries=queries[OURS, screen.name],
            beside_queries=queries[side, screen.name],
            cpu_ms=round(median(cpu[OURS, screen.name]), 1),
            beside_cpu_ms=round(median(cpu[side, screen.name]), 1),
            cpu_ratio=ratio(cpu[OURS, screen.name], cpu[side, screen.name], 2),
            wall_ratio=ratio(wall[OURS, screen.name], wall[side, screen.name], 2),
        )
        for side in sides
        if side != OURS
        for screen in SCREENS
    ]


def table(rows: Iterable[ScreenFigures]) -> str:
    """The figures for people, a heading for each side."""
    lines: list[str] = []
    beside = ""
    for row in rows:
        if row.beside != beside:
            beside = row.beside
            lines += [
                "",
                f"beside {beside}",
                f"{'':32}{'queries':>8}{'theirs':>8}{'CPU ms':>9}{'theirs':>9}{'× CPU':>8}{'× time':>8}",
            ]
        lines.append(
            f"{row.name:32}{row.queries:>8}{row.beside_queries:>8}{row.cpu_ms:>9.1f}{row.beside_cpu_ms:>9.1f}"
            f"{row.cpu_ratio:>8.2f}{row.wall_ratio:>8.2f}"
        )
    return "\n".join(lines)
