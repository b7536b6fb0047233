"""All that is measured through servers, in one run, and its tables."""

import shutil
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from django.conf import settings
from django.db import OperationalError, connection
from django.test.utils import override_settings

from dev import databases
from dev.bench.servers import aims, comparison, idling, log_ins, publishing, replay, site, wrk
from dev.bench.servers.comparison import Row
from dev.bench.servers.idling import Idling
from dev.bench.servers.log_ins import LogIns
from dev.bench.servers.publishing import Publishing
from dev.bench.servers.replay import Day

IN_USE = (
    "The servers are not measured: a database can be copied only while nobody uses it. End `make demo` first, or "
    "measure with --sizes."
)

READ = {"article", "directory"}  # while others log in


@dataclass(frozen=True)
class Plan:
    """How much to measure. Without `readers` no day is replayed; `idle` are seconds, 0 for not at all."""

    seconds: int
    rounds: int
    edits: int
    readers: int
    idle: int


@dataclass(frozen=True)
class Served:
    """The figures of everything that servers do. There is no day without a page cache."""

    rows: list[Row]
    specialists: int | None
    publishing: Publishing
    log_ins: LogIns
    day: Day | None
    idling: Idling | None = None

    def verdicts(self) -> list[aims.Verdict]:
        return aims.verdicts(
            aims.Measured(
                rows={(row.like, row.surface): row for row in self.rows},
                specialists=self.specialists,
                publish_ms=self.publishing.slowest_ms,
                log_ins_ratio=self.log_ins.ratio,
                wrong_pages=len(self.day.wrong) if self.day else None,
            )
        )

    def sentences(self) -> list[str]:
        """What stands beside the tables."""
        return [
            self.publishing.sentence(),
            *self.log_ins.sentences(),
            *(self.day.sentences() if self.day else []),
            *([self.idling.sentence()] if self.idling else []),
        ]

    def table(self) -> str:
        """For people."""
        parts = [comparison.table(self.rows), "", *self.sentences(), aims.table(self.verdicts())]
        return "\n".join(parts)

    def as_json(self) -> dict[str, Any]:
        return asdict(self) | {"aims": [asdict(verdict) for verdict in self.verdicts()]}


def measure(
    plan: Plan,
    pages: Mapping[str, str],
    queries: Mapping[str, int],
    *,
    specialists: int | None,
    say: Callable[[str], None],
) -> Served | None:
    """Measure servers on the database in use, which is the benchmark's own. None, with a sentence, without wrk."""
    if not wrk.is_there():
        say(wrk.MISSING)
        return None
    missing = READ - pages.keys()
    if missing:
        say(f"The servers are not measured: the database has no {', no '.join(sorted(missing))}.")
        return None
    with site.prepared() as ground:
        rows = comparison.compare(ground, pages, queries, rounds=plan.rounds, seconds=plan.seconds, say=say)
        say(f"Publishing {plan.edits} times …")
        published = publishing.measure(ground, pages["article"], edits=plan.edits)
        say("Reading while many log in …")
        read = {name: pages[name] for name in sorted(READ)}
        logged_in = log_ins.measure(ground, read, seconds=2 * plan.seconds)
        has_cache = any(row.surface == comparison.WARM for row in rows)
        if plan.readers and not has_cache:
            say("No day is replayed: without a page cache all its pages would be rendered.")
        replayed = (
            replay.measure(ground, readers=plan.readers, say=say) if plan.readers and has_cache else None
        )
        idled = idling.measure(ground, pages["article"], seconds=plan.idle) if plan.idle else None
    return Served(rows, specialists, published, logged_in, replayed, idled)


@contextmanager
def copied(say: Callable[[str], None]) -> Iterator[bool]:
    """Be in a copy of the database in use, with a copy of its media. False, with a sentence, if it can't be copied."""
    name = f"{connection.settings_dict['NAME']}_bench_servers"
    try:
        databases.copy(connection.settings_dict["NAME"], name)
    except OperationalError:
        say(IN_USE)
        yield False
        return
    try:
        with TemporaryDirectory() as folder:
            media = Path(folder) / "media"
            if Path(settings.MEDIA_ROOT).exists():
                shutil.copytree(settings.MEDIA_ROOT, media)
            with override_settings(MEDIA_ROOT=media), databases.using(name):
                yield True
    finally:
        databases.drop(name)
