"""What must hold, what would be better still, and whether it does: the aims of the site's speed."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from dev.bench.servers.comparison import BEHIND, MISSED, WARM, Row

Rows = Mapping[tuple[str, str], Row]


@dataclass(frozen=True)
class Aim:
    """A figure that must be at least `must`, or with `at_most` at most; `better` is what we would like."""

    surface: str
    unit: str
    must: float
    better: float | None
    measured: Callable[["Measured"], float | None]
    at_most: bool = False


@dataclass(frozen=True)
class Measured:
    """All that aims are about. What was not measured is None."""

    rows: Rows
    specialists: int | None = None
    publish_ms: float | None = None  # the slowest
    log_ins_ratio: float | None = None
    wrong_pages: int | None = None


@dataclass(frozen=True)
class Verdict:
    surface: str
    unit: str
    must: str
    better: str
    value: float | None
    is_met: bool | None  # None: not measured


def of(like: str, surface: str, field: str) -> Callable[[Measured], float | None]:
    """A row's figure."""

    def find(measured: Measured) -> float | None:
        row = measured.rows.get((like, surface))
        return None if row is None else getattr(row, field)

    return find


def large(find: Callable[[Measured], float | None]) -> Callable[[Measured], float | None]:
    """The figure, where there are 100,000 specialists."""
    return lambda measured: find(measured) if (measured.specialists or 0) >= 100_000 else None


AIMS = [
    Aim("article, cache hit", "× hello", 0.6, 0.8, of("article", WARM, "of_hello")),
    Aim("article, cache hit", "queries", 0, None, of("article", WARM, "queries"), at_most=True),
    Aim("article behind nginx", "× static file", 0.9, 0.97, of("article", BEHIND, "of_file")),
    Aim("article, missed", "× bakerydemo's post", 7, None, of("article", MISSED, "of_post")),
    Aim("article, missed", "× hello", 0.10, 0.15, of("article", MISSED, "of_hello")),
    Aim(
        "directory, missed, 100,000 specialists",
        "× hello",
        0.06,
        0.10,
        large(of("directory", MISSED, "of_hello")),
    ),
    Aim(
        "directory, missed, 100,000 specialists",
        "× bakerydemo's search",
        5,
        None,
        large(of("directory", MISSED, "of_search")),
    ),
    Aim("slots page", "× hello", 0.12, 0.20, of("slots", WARM, "of_hello")),
    Aim("a publish seen by all processes", "ms", 100, 20, lambda measured: measured.publish_ms, at_most=True),
    Aim("16 clients log in", "× idle's p95", 3, 1.5, lambda measured: measured.log_ins_ratio, at_most=True),
    Aim("a replayed day", "wrong pages", 0, None, lambda measured: measured.wrong_pages, at_most=True),
]


def verdicts(measured: Measured) -> list[Verdict]:
    """Each aim with what was measured."""
    found = []
    for aim in AIMS:
        value = aim.measured(measured)
        sign = "" if aim.must == 0 else "≤ " if aim.at_most else "≥ "
        found.append(
            Verdict(
                surface=aim.surface,
                unit=aim.unit,
                must=f"{sign}{aim.must:g}",
                better="" if aim.better is None else f"{sign}{aim.better:g}",
                value=value,
                is_met=None if value is None else value <= aim.must if aim.at_most else value >= aim.must,
            )
        )
    return found


def words(verdict: Verdict) -> tuple[str, str]:
    """The measured value and whether it is enough, in words."""
    if verdict.value is None:
        return "", "not measured"
    return f"{verdict.value:.3g}", "met" if verdict.is_met else "not met"


def table(found: Iterable[Verdict]) -> str:
    """The verdicts for people."""
    lines = ["", f"{'aims':42}{'':24}{'must':>8}{'better':>9}{'measured':>10}"]
    for one in found:
        value, word = words(one)
        lines.append(f"{one.surface:42}{one.unit:24}{one.must:>8}{one.better:>9}{value:>10}  {word}")
    return "\n".join(lines)
