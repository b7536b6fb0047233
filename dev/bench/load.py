"""Concurrent load: how long each client waits, what they hear, and what went wrong. For `manage.py bench`."""

import threading
import time
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from django.db import connection

from dev.bench import measured


@dataclass(frozen=True)
class LoadResult:
    """What came of a load; times in milliseconds, `ratio` is that of its p95 to the p95 of the load run serially.

    `max_ratio`: what the ratio may be.
    """

    name: str
    clients: int
    done: int
    refused: dict[str, int]
    doubles: int
    p50_ms: float
    p95_ms: float
    ratio: float
    max_ratio: float | None = None

    @property
    def is_kept(self) -> bool:
        """Whether nobody waited longer than may be; true where nothing is said about it."""
        return self.max_ratio is None or self.ratio <= self.max_ratio


@dataclass
class Attempt:
    """One client's: how long it took, and the kind of error if there was one."""

    seconds: float = 0.0
    error: str = ""

    def run_action(self, action: Callable[[], object], begun: float) -> None:
        try:
            action()
        except Exception as error:
            self.error = type(error).__name__
        self.seconds = time.perf_counter() - begun


def run_serially(actions: Iterable[Callable[[], object]]) -> list[Attempt]:
    """Each when the one before is done."""
    attempts = []
    for action in actions:
        attempts.append(Attempt())
        attempts[-1].run_action(action, time.perf_counter())
    return attempts


def run_concurrently(actions: Iterable[Callable[[], object]], concurrency: int) -> list[Attempt]:
    """All arrive at one moment, each in a thread; `concurrency` of them are served at a time, with a connection each.

    The wait to be served counts, as it does for people.
    """
    connection.close()  # ours is one of those that there are
    actions = list(actions)
    attempts = [Attempt() for _ in actions]
    semaphore = threading.BoundedSemaphore(concurrency)
    barrier = threading.Barrier(len(actions))

    def run(attempt: Attempt, action: Callable[[], object]) -> None:
        barrier.wait()
        begun = time.perf_counter()
        with semaphore:
            try:
                attempt.run_action(action, begun)
            finally:
                connection.close()

    threads = [threading.Thread(target=run, args=pair) for pair in zip(attempts, actions, strict=True)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return attempts


def measure(clients: int, concurrency: int) -> list[LoadResult]:
    """Run every load, of `clients` each."""
    results: list[LoadResult] = []
    for name, prepare in measured.loads.items():
        with prepare(clients) as load:
            attempts = run_concurrently(load.actions, concurrency) if results else run_serially(load.actions)
            doubles = load.doubles()
        waits = sorted(attempt.seconds * 1000 for attempt in attempts)
        p50, p95 = waits[len(waits) // 2], waits[len(waits) * 95 // 100]
        refused = Counter(attempt.error for attempt in attempts if attempt.error)
        results.append(
            LoadResult(
                name=name,
                clients=clients,
                done=len(attempts) - refused.total(),
                refused=dict(sorted(refused.items())),
                doubles=doubles,
                p50_ms=round(p50, 1),
                p95_ms=round(p95, 1),
                ratio=round(p95 / (results[0].p95_ms if results else p95), 1),
                max_ratio=measured.max_ratios.get(name),
            )
        )
    return results


def table(results: Iterable[LoadResult]) -> str:
    """The results for people."""
    lines = []
    clients = 0
    for result in results:
        if result.clients != clients:
            clients = result.clients
            title = f"{clients} clients"
            lines += [
                "",
                f"{title:36}{'done':>6}{'doubles':>9}{'p50 ms':>10}{'p95 ms':>10}{'× first':>9}  refused",
            ]
        refused = ", ".join(f"{count} {kind}" for kind, count in result.refused.items())
        if not result.is_kept:
            refused += f"  TOO SLOW: at most {result.max_ratio:g} times the first"
        lines.append(
            f"{result.name:36}{result.done:>6}{result.doubles:>9}{result.p50_ms:>10.1f}{result.p95_ms:>10.1f}{result.ratio:>9.1f}"
            f"  {refused}".rstrip()
        )
    return "\n".join(lines)
