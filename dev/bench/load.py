"""Many people at once: how long each of them waits, what they hear, and what went wrong. For `manage.py bench`."""

import threading
import time
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from django.db import connection

from dev.bench import measured


@dataclass(frozen=True)
class Outcome:
    """What became of a crowd; times in milliseconds, `ratio` is that of the p95s to the crowd that came one by one.

    `most`: what the ratio may be.
    """

    name: str
    clients: int
    done: int
    refused: dict[str, int]
    doubles: int
    p50_ms: float
    p95_ms: float
    ratio: float
    most: float | None = None

    @property
    def is_kept(self) -> bool:
        """Whether nobody waited longer than may be; true where nothing is said about it."""
        return self.most is None or self.ratio <= self.most


@dataclass
class Visit:
    """One person's: how long it took, and the kind of error if there was one."""

    seconds: float = 0.0
    error: str = ""

    def make(self, work: Callable[[], object], begun: float) -> None:
        try:
            work()
        except Exception as error:
            self.error = type(error).__name__
        self.seconds = time.perf_counter() - begun


def one_by_one(works: Iterable[Callable[[], object]]) -> list[Visit]:
    """Each when the one before has gone."""
    visits = []
    for work in works:
        visits.append(Visit())
        visits[-1].make(work, time.perf_counter())
    return visits


def at_once(works: Iterable[Callable[[], object]], places: int) -> list[Visit]:
    """All come at one moment, each in a thread; `places` of them are served at a time, with a connection each.

    The wait for a place counts, as it does for people.
    """
    connection.close()  # ours is one of those that there are
    works = list(works)
    visits = [Visit() for _ in works]
    served = threading.BoundedSemaphore(places)
    opened = threading.Barrier(len(works))

    def come(visit: Visit, work: Callable[[], object]) -> None:
        opened.wait()
        begun = time.perf_counter()
        with served:
            try:
                visit.make(work, begun)
            finally:
                connection.close()

    threads = [threading.Thread(target=come, args=pair) for pair in zip(visits, works, strict=True)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return visits


def measure(clients: int, places: int) -> list[Outcome]:
    """Let every crowd come, of `clients` each."""
    outcomes: list[Outcome] = []
    for name, gather in measured.crowds.items():
        with gather(clients) as crowd:
            visits = at_once(crowd.works, places) if outcomes else one_by_one(crowd.works)
            doubles = crowd.doubles()
        waits = sorted(visit.seconds * 1000 for visit in visits)
        p50, p95 = waits[len(waits) // 2], waits[len(waits) * 95 // 100]
        refused = Counter(visit.error for visit in visits if visit.error)
        outcomes.append(
            Outcome(
                name=name,
                clients=clients,
                done=len(visits) - refused.total(),
                refused=dict(sorted(refused.items())),
                doubles=doubles,
                p50_ms=round(p50, 1),
                p95_ms=round(p95, 1),
                ratio=round(p95 / (outcomes[0].p95_ms if outcomes else p95), 1),
                most=measured.most_times.get(name),
            )
        )
    return outcomes


def table(outcomes: Iterable[Outcome]) -> str:
    """The outcomes for people."""
    lines = []
    clients = 0
    for one in outcomes:
        if one.clients != clients:
            clients = one.clients
            title = f"{clients} clients"
            lines += [
                "",
                f"{title:36}{'done':>6}{'doubles':>9}{'p50 ms':>10}{'p95 ms':>10}{'× first':>9}  refused",
            ]
        refused = ", ".join(f"{count} {kind}" for kind, count in one.refused.items())
        if not one.is_kept:
            refused += f"  TOO SLOW: at most {one.most:g} times the first"
        lines.append(
            f"{one.name:36}{one.done:>6}{one.doubles:>9}{one.p50_ms:>10.1f}{one.p95_ms:>10.1f}{one.ratio:>9.1f}"
            f"  {refused}".rstrip()
        )
    return "\n".join(lines)
