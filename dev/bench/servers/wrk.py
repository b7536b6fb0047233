"""Asking servers as fast as they answer, with wrk (https://github.com/wg/wrk), in rounds that visit all in turns."""

import re
import shutil
import subprocess
from collections.abc import Iterable
from dataclasses import dataclass, field
from statistics import median

from django.core.management.base import CommandError
from tqdm import tqdm

from dev.bench.servers.processes import BROWSER, Server

PROBES = 3  # requests before anything counts: templates are compiled, caches filled, connections open
MISSING = "wrk is missing, so the servers are not measured: apt-get install wrk, or leave them out with --seconds 0."


def is_there() -> bool:
    return shutil.which("wrk") is not None


@dataclass(frozen=True)
class Run:
    """One visit: requests answered, a second, and the server's CPU time for each in milliseconds."""

    requests: int
    per_second: float
    cpu_ms: float


@dataclass
class Target:
    """One address of one server. `like` names the page, and `surface` how it is served."""

    like: str
    surface: str
    server: Server
    path: str
    size: int = 0  # of the body as it is sent, in bytes
    runs: list[Run] = field(default_factory=list)

    @property
    def name(self) -> str:
        return f"{self.like}, {self.surface}" if self.surface else self.like

    def probe(self) -> None:
        """Ask a few times and remember the size. Raises CommandError for anything but a page."""
        for _time in range(PROBES):
            answer = self.server.get(self.path)
            if answer.status != 200:
                raise CommandError(f"{self.name}: {self.path} answers {answer.status}")
        self.size = len(answer.body)

    def visit(self, seconds: int) -> None:
        """Ask by one connection for so long. One request is left without an answer then, half done on average."""
        before = self.server.cpu_seconds()
        said = understood(wrk(self.server.url(self.path), seconds))
        spent = self.server.cpu_seconds() - before
        if said.problem:
            raise CommandError(f"{self.name}: {said.problem}")
        self.runs.append(Run(said.requests, said.per_second, spent * 1000 / (said.requests + 0.5)))

    @property
    def per_second(self) -> float:
        return median(run.per_second for run in self.runs)

    @property
    def cpu_ms(self) -> float:
        return median(run.cpu_ms for run in self.runs)

    def times(self, other: "Target") -> float:
        """How many times as many requests a second as the other: the median of the rounds' ratios."""
        return median(
            own.per_second / theirs.per_second for own, theirs in zip(self.runs, other.runs, strict=True)
        )


def wrk(url: str, seconds: int, *, connections: int = 1, script: str = "") -> str:
    """What wrk prints."""
    headers = [part for name, value in BROWSER.items() for part in ("-H", f"{name}: {value}")]
    more = ["--script", script] if script else []
    command = ["wrk", "-t1", f"-c{connections}", f"-d{seconds}s", "--timeout", "30s", *headers, *more, url]
    done = subprocess.run(command, capture_output=True, text=True, check=True)  # noqa: S603 - found on the PATH
    return done.stdout


@dataclass(frozen=True)
class Said:
    """What wrk found: `problem` is its line about answers that were errors, empty if there were none."""

    requests: int
    per_second: float
    problem: str


def understood(output: str) -> Said:
    """What wrk's output says. Raises ValueError if it says nothing of requests."""
    requests = re.search(r"(\d+) requests in", output)
    per_second = re.search(r"Requests/sec:\s+([\d.]+)", output)
    if requests is None or per_second is None:
        raise ValueError(f"wrk said nothing of requests: {output}")
    problem = re.search(r"^\s*((?:Non-2xx or 3xx responses|Socket errors): .*)$", output, re.MULTILINE)
    return Said(int(requests[1]), float(per_second[1]), problem[1].strip() if problem else "")


def visit_all(targets: Iterable[Target], *, rounds: int, seconds: int) -> None:
    """Visit each target once a round, every other round in the reverse order: slow drift of the machine cancels."""
    order = list(targets)
    for target in order:
        target.probe()
    for _round in tqdm(range(rounds), desc="Servers", disable=None, leave=False):
        for target in order:
            target.visit(seconds)
        order.reverse()
