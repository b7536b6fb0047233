"""What a web process costs while nobody comes: its page cache asks the database each second whether it hears all."""

import time
from dataclasses import dataclass

from dev.bench.servers.site import Site


@dataclass(frozen=True)
class Idling:
    """How much of a core a web process takes with its gunicorn, in percent. The database's part comes on top."""

    seconds: int
    percent: float

    def sentence(self) -> str:
        return f"A web process that nobody asks anything for {self.seconds} seconds: {self.percent:.2f} % of a core."


def measure(site: Site, address: str, *, seconds: int) -> Idling:
    """Let a process with a page at `address` in its memory wait."""
    with site.serve("idle", page_cache=True) as server:
        server.get(address)
        time.sleep(2)  # what the start brings along
        before = server.cpu_seconds()
        time.sleep(seconds)
        return Idling(seconds, round((server.cpu_seconds() - before) / seconds * 100, 3))
