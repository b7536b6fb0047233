"""How soon after its commit every process of the web server shows what was published."""

import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass
from statistics import median

from django.core.management.base import CommandError
from django.db import transaction

from articles.models import ArticlePage
from dev.bench.servers.processes import Server
from dev.bench.servers.site import Site

PROCESSES = 2
REST = 0.2  # seconds between two edits
LONGEST = 10.0  # seconds to wait for a title


@dataclass(frozen=True)
class Publishing:
    """Milliseconds from just before the commit until the last process has answered with the new title.

    That answer's making is part of it: a page that has to be rendered anew takes longer.
    """

    edits: int
    median_ms: float
    slowest_ms: float

    def sentence(self) -> str:
        return (
            f"A publish, from its commit until {PROCESSES} processes have answered with it: {self.median_ms:.0f} ms, "
            f"the slowest of {self.edits} {self.slowest_ms:.0f} ms."
        )


def measure(site: Site, address: str, *, edits: int) -> Publishing:
    """Publish the article at `address` with new titles, and ask each process until it shows them.

    Each process is a server of its own, so that it is known which one answers.
    """
    page = article_at(address)
    times = []
    with ExitStack() as stack:
        servers = [
            stack.enter_context(site.serve(f"publishing {number}", page_cache=True))
            for number in range(PROCESSES)
        ]
        for number in range(edits):
            for server in servers:  # so that there is something old to forget
                server.get(address)
            times.append(publish_and_wait(page, f"Published for the {number}th time", address, servers))
            time.sleep(REST)
    return Publishing(len(times), round(median(times), 1), round(max(times), 1))


def article_at(address: str) -> ArticlePage:
    found = next((page for page in ArticlePage.objects.live() if page.path_here == address), None)
    if found is None:
        raise CommandError(f"No article is at {address}.")
    return found


def publish_and_wait(page: ArticlePage, title: str, address: str, servers: list[Server]) -> float:
    """Milliseconds until the last process shows the title."""

    def wait(server: Server) -> float:
        while title.encode() not in server.get(address, **{"Accept-Encoding": "identity"}).body:
            if time.perf_counter() > committed + LONGEST:
                raise CommandError(f"{server.name} did not show a new title within {LONGEST:.0f} seconds.")
        return time.perf_counter()

    with transaction.atomic():
        page.title = title
        page.save_revision().publish()
        committed = time.perf_counter()
    with ThreadPoolExecutor(len(servers)) as pool:
        return (max(pool.map(wait, servers)) - committed) * 1000
