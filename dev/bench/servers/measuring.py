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
from dev.bench.servers import aims, comparison, wrk
from dev.bench.servers.comparison import Row

IN_USE = (
    "The servers are not measured: a database can be copied only while nobody uses it. End `make demo` first, or "
    "measure with --sizes."
)


@dataclass(frozen=True)
class Served:
    """The figures of everything that servers do."""

    rows: list[Row]
    specialists: int | None

    def verdicts(self) -> list[aims.Verdict]:
        return aims.verdicts(
            aims.Measured(
                rows={(row.like, row.surface): row for row in self.rows}, specialists=self.specialists
            )
        )

    def table(self) -> str:
        return "\n".join([comparison.table(self.rows), aims.table(self.verdicts())])

    def as_json(self) -> dict[str, Any]:
        return {
            "rows": [asdict(row) for row in self.rows],
            "aims": [asdict(verdict) for verdict in self.verdicts()],
        }


@dataclass(frozen=True)
class Plan:
    """How long to measure."""

    seconds: int
    rounds: int


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
    rows = comparison.compare(pages, queries, rounds=plan.rounds, seconds=plan.seconds, say=say)
    return Served(rows=rows, specialists=specialists)


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
