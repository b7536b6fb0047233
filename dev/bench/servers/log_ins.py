"""What readers notice while many people log in at the same moment: hashing a password is meant to be slow."""

import time
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from statistics import quantiles
from tempfile import TemporaryDirectory

from django.conf import settings
from django.core.management.base import CommandError

from dev.bench.servers import wrk
from dev.bench.servers.processes import Server
from dev.bench.servers.site import Site

CLIENTS = 16
PROCESSES = 2  # as a machine with two cores has them
ROUNDS = 2
FORM = f"/{settings.LANGUAGE_CODE}/account/login/"
LUA = Path(__file__).with_name("log_in.lua")
WARM_UP = 10  # reads of each page, so that every process has rendered it
QUIET = 0.3  # seconds without work, after which a server counts as idle
QUIET_WITHIN = 30
BEGINNING = 0.5  # seconds until all of them are at it


@dataclass(frozen=True)
class Waits:
    """95th percentiles of a page in milliseconds."""

    page: str
    idle_ms: float
    busy_ms: float

    @property
    def ratio(self) -> float:
        return self.busy_ms / self.idle_ms


@dataclass(frozen=True)
class LogIns:
    """Each page's waits, and how many log-ins a second were answered meanwhile; not all, if there was a problem."""

    waits: list[Waits]
    per_second: float
    problem: str

    @property
    def ratio(self) -> float:
        """Of the page that is hit hardest."""
        return round(max(one.ratio for one in self.waits), 2)

    def sentences(self) -> list[str]:
        problem = f" ({self.problem})" if self.problem else ""
        meanwhile = f"{CLIENTS} clients log in without pause, {self.per_second:.0f} a second{problem}"
        return [
            f"{one.page}, p95: {one.idle_ms:.1f} ms, and {one.busy_ms:.1f} ms ({one.ratio:.1f} ×) while {meanwhile}."
            for one in self.waits
        ]


def measure(site: Site, pages: Mapping[str, str], *, seconds: int) -> LogIns:
    """Read pages in turns by one connection, idle and busy in turns, so long each."""
    idle: dict[str, list[float]] = {name: [] for name in pages}
    busy: dict[str, list[float]] = {name: [] for name in pages}
    rates, problems = [], []
    # Log-ins from one address are soon refused, which costs nothing: each comes from another one.
    behind = {"BEHIND_PROXY": "true", "TRUSTED_PROXY_COUNT": "1"}
    with (
        site.serve("log-ins", page_cache=True, processes=PROCESSES, **behind) as server,
        ThreadPoolExecutor(1) as pool,
        TemporaryDirectory() as folder,
    ):
        script = Path(folder) / LUA.name
        script.write_text(LUA.read_text().replace("TOKEN", csrf_token(server)))
        for address in pages.values():
            for _time in range(WARM_UP):
                server.get(address)
        for _round in range(ROUNDS):
            wait_until_idle(server)
            read_in_turns(server, pages, idle, seconds)
            arguments = {"connections": CLIENTS, "script": str(script)}
            output = pool.submit(wrk.wrk, server.url(FORM), seconds + 1, **arguments)  # type: ignore[arg-type]
            time.sleep(BEGINNING)
            read_in_turns(server, pages, busy, seconds)
            said = wrk.understood(output.result())
            rates.append(said.per_second)
            problems.append(said.problem)
    waits = [Waits(name, p95(idle[name]), p95(busy[name])) for name in pages]
    return LogIns(waits, round(sum(rates) / len(rates), 1), next(filter(None, problems), ""))


def wait_until_idle(server: Server) -> None:
    """Those whom wrk has left are still served for a while."""
    end = time.perf_counter() + QUIET_WITHIN
    before = server.cpu_seconds()
    while time.perf_counter() < end:
        time.sleep(QUIET)
        spent, before = server.cpu_seconds() - before, server.cpu_seconds()
        if spent < QUIET * 0.1:
            return


def csrf_token(server: Server) -> str:
    """Of a visitor who has opened the form."""
    cookie = server.get(FORM).headers.get("Set-Cookie", "")
    name, _equals, token = cookie.partition(";")[0].partition("=")
    if name != "csrftoken":
        raise CommandError(f"{FORM} gives no token against forged posts.")
    return token


def read_in_turns(
    server: Server, pages: Mapping[str, str], times: dict[str, list[float]], seconds: float
) -> None:
    """Ask for each page in turn, for so long, and at least once; writes down milliseconds."""
    end = time.perf_counter() + seconds
    while True:
        for name, address in pages.items():
            begun = time.perf_counter()
            server.get(address)
            times[name].append((time.perf_counter() - begun) * 1000)
        if time.perf_counter() > end:
            return


def p95(times: list[float]) -> float:
    return round(quantiles(times, n=20, method="inclusive")[-1], 2) if len(times) > 1 else times[0]
