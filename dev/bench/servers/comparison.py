"""This site's pages as visitors get them, beside other servers, all in one run: cold, missed, warm, and by nginx."""

import time
from collections.abc import Callable, Iterable, Mapping
from contextlib import ExitStack
from dataclasses import dataclass

from django.db import connection

from dev.bench.servers import bakery, nginx, processes, site, wrk
from dev.bench.servers.processes import Server
from dev.bench.servers.wrk import Target

HELLO = "hello"
FILE = "static file"
COLD, MISSED, WARM, BEHIND = "cold", "missed", "warm", "nginx"
# Pages don't know this parameter: their answer is put together anew each time, and not kept.
MISS = "not-kept"
NO_CACHE = "The server answers nothing from a page cache: what is warm is left out."
NO_FILES = "Nothing finished lies where PAGE_FILES says: what nginx serves is left out."
NO_BAKERY = "BAKERYDEMO names no checkout of wagtail/bakerydemo: the comparison with it is left out."
ARTICLE = "article"
LISTENING_WITHIN = 10  # seconds after the start

Say = Callable[[str], None]


@dataclass(frozen=True)
class Row:
    """What one address of one server came to; ratios are of requests a second. `queries` is None if unknown."""

    like: str
    surface: str
    bytes: int
    per_second: float
    cpu_ms: float
    queries: int | None
    of_hello: float
    cpu_of_hello: float
    of_file: float | None
    of_post: float | None
    of_search: float | None

    @property
    def name(self) -> str:
        return f"{self.like}, {self.surface}" if self.surface else self.like


def compare(
    ground: site.Site,
    pages: Mapping[str, str],
    queries: Mapping[str, int],
    *,
    rounds: int,
    seconds: int,
    say: Say,
) -> list[Row]:
    """Serve the database in use in every way there is, and visit all pages in turns. `pages`: addresses by name."""
    with ExitStack() as stack:
        hello = Target(HELLO, "", stack.enter_context(processes.hello_world()), "/hello/")
        others = list(bakery_targets(stack, say))
        ways = list(ways_to_serve(stack, ground, pages, say))
        targets = [
            Target(like, way, server, missed(path) if way == MISSED else path)
            for way, server in ways
            for like, path in pages.items()
        ]
        if nginx.program():
            like = next((one for one in reversed(targets) if one.like == ARTICLE), hello)
            like.probe()
            file = nginx.serve_file(b"x" * like.size, ground.folder)
            others.insert(0, Target(FILE, "", stack.enter_context(file), nginx.STATIC_FILE))
        say(f"Asking {len(targets) + len(others) + 1} addresses, {rounds} rounds of {seconds} s …")
        wrk.visit_all([hello, *others, *targets], rounds=rounds, seconds=seconds)
        asked = {(one.like, COLD): queries.get(one.like) for one in targets}
        asked |= {
            (one.like, one.surface): asks_nothing(one) for one in targets if one.surface not in {COLD, MISSED}
        }
    return rows([hello, *others, *targets], asked)


def bakery_targets(stack: ExitStack, say: Say) -> Iterable[Target]:
    folder = bakery.checkout()
    if folder is None:
        say(NO_BAKERY)
        return
    say("Preparing bakerydemo …")
    server = stack.enter_context(bakery.serve(folder))
    yield from (Target(name, "", server, path) for name, path in bakery.ADDRESSES.items())


def ways_to_serve(
    stack: ExitStack, ground: site.Site, pages: Mapping[str, str], say: Say
) -> Iterable[tuple[str, Server]]:
    """This site without its page cache and with it, and by nginx with finished pages: those ways that there are."""
    yield COLD, stack.enter_context(ground.serve("cold", page_cache=False))
    warm = stack.enter_context(ground.serve("warm", page_cache=True))
    path = next(iter(pages.values()))
    if not soon(lambda: warm.get(path).is_hit):
        say(NO_CACHE)
        return
    yield MISSED, warm
    yield WARM, warm
    if not nginx.program():
        say(nginx.MISSING)
        return
    if not nginx.has_page_files():
        say(NO_FILES)
        return
    behind = ground.serve("site", page_cache=True, PAGE_FILES=str(ground.page_files))
    server = stack.enter_context(nginx.serve_site(stack.enter_context(behind), ground.folder))

    def is_file() -> bool:
        server.get(path)
        return any(file.is_file() for file in ground.page_files.rglob("*"))

    if soon(is_file):
        yield BEHIND, server
    else:
        say(NO_FILES)


def missed(path: str) -> str:
    """The address of the same page that is put together each time, from parts that are kept."""
    return f"{path}{'&' if '?' in path else '?'}{MISS}"


def soon(is_so: Callable[[], bool]) -> bool:
    """Whether something is so once a process has begun to listen for changes: it keeps nothing before."""
    end = time.monotonic() + LISTENING_WITHIN
    while not (found := is_so()) and time.monotonic() < end:
        time.sleep(0.1)
    return found


def asks_nothing(target: Target) -> int | None:
    """0 if no connection to the database has been used while the page was asked for 50 times; else None: unknown.

    PostgreSQL notes when a connection was last busy. Those that only listen have a name, those for requests none.
    """
    statement = """
        SELECT pid, state_change FROM pg_stat_activity
        WHERE datname = current_database() AND pid <> pg_backend_pid() AND application_name = ''
        ORDER BY pid"""

    def used() -> list[tuple[object, ...]]:
        with connection.cursor() as cursor:
            cursor.execute(statement)
            return list(cursor.fetchall())

    target.server.get(target.path)
    before = used()
    for _time in range(50):
        target.server.get(target.path)
    return 0 if used() == before else None


def rows(targets: list[Target], queries: Mapping[tuple[str, str], int | None]) -> list[Row]:
    """The results; the first target is hello."""
    hello = targets[0]
    by_like = {target.like: target for target in targets if not target.surface}

    def beside(target: Target, name: str) -> float | None:
        return round(target.times(by_like[name]), 3) if name in by_like else None

    return [
        Row(
            like=target.like,
            surface=target.surface,
            bytes=target.size,
            per_second=round(target.per_second, 1),
            cpu_ms=round(target.cpu_ms, 3),
            queries=queries.get((target.like, target.surface)),
            of_hello=round(target.times(hello), 4),
            cpu_of_hello=round(target.cpu_ms / hello.cpu_ms, 2) if hello.cpu_ms else 0,
            of_file=beside(target, FILE),
            of_post=beside(target, bakery.POST),
            of_search=beside(target, bakery.SEARCH),
        )
        for target in targets
    ]


def table(found: Iterable[Row]) -> str:
    """The rows for people."""
    columns = f"{'bytes':>8}{'a second':>10}{'CPU ms':>9}{'queries':>9}"
    ratios = f"{'× hello':>9}{'CPU ×':>8}{'× post':>8}{'× search':>10}"
    lines = ["", f"{'by servers, one connection':30}{columns}{ratios}"]
    for row in found:
        queries = "" if row.queries is None else str(row.queries)
        lines.append(
            f"{row.name:30}{row.bytes:>8}{row.per_second:>10.1f}{row.cpu_ms:>9.2f}{queries:>9}"
            f"{row.of_hello:>9.3f}{row.cpu_of_hello:>8.2f}{number(row.of_post):>8}{number(row.of_search):>10}".rstrip()
        )
    return "\n".join(lines)


def number(value: float | None) -> str:
    """A ratio with as many digits as say something, or nothing."""
    if value is None:
        return ""
    return f"{value:.0f}" if value >= 100 else f"{value:.1f}" if value >= 10 else f"{value:.2f}"
