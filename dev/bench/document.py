"""Writes the figures of a whole run into docs/performance.md, between markers, and its curves into docs/pictures/."""

import re
from collections.abc import Iterable, Sequence
from pathlib import Path

from django.conf import settings

from dev.bench import growth
from dev.bench.cms.comparing import ScreenFigures
from dev.bench.results import Results
from dev.bench.servers import aims
from dev.bench.servers.comparison import number
from dev.bench.servers.measuring import Served

DOCS = Path(settings.BASE_DIR) / "docs"
PAGE = "performance.md"
CMS_AIM = 1.1  # × Wagtail's CPU


def save(results: Sequence[Results], docs: Path = DOCS) -> list[Path]:
    """Write what was measured; what wasn't stays as it is. Returns the files that are written."""
    page = docs / PAGE
    text = page.read_text()
    files = [page]
    served = next((one.served for one in reversed(results) if one.served), None)
    if served:
        text = replaced(text, "servers", servers(served))
        text = replaced(text, "aims", verdicts(served.verdicts()))
    for part in growth.parts(results):
        picture = docs / "pictures" / f"{part.name}.svg"
        picture.write_text(part.picture)
        files.append(picture)
        shown = f"![{part.title}](pictures/{picture.name})"
        text = replaced(text, part.name, f"{shown}\n\n{markdown(*part.table)}")
    page.write_text(text)
    return files


def save_cms(rows: Sequence[ScreenFigures], docs: Path = DOCS) -> Path:
    """Write what the CMS's screens cost beside others. Returns the file that is written."""
    page = docs / PAGE
    sides = list(dict.fromkeys(row.beside for row in rows))
    by_screen: dict[str, dict[str, ScreenFigures]] = {}
    for row in rows:
        by_screen.setdefault(row.name, {})[row.beside] = row
    heading = ["screen", "queries", *(f"{kind} {side}" for side in sides for kind in ("queries,", "CPU, ×"))]
    lines = [
        [name, str(found[sides[0]].queries), *(cell for side in sides for cell in cms_cells(found[side]))]
        for name, found in by_screen.items()
    ]
    page.write_text(replaced(page.read_text(), "cms", markdown(heading, lines)))
    return page


def cms_cells(row: ScreenFigures) -> list[str]:
    """What others ask, and how many times their CPU ours is: in bold where that is more than is aimed at."""
    ratio = f"{row.cpu_ratio:.2f}"
    return [str(row.beside_queries), f"**{ratio}**" if row.cpu_ratio > CMS_AIM else ratio]


def replaced(text: str, name: str, content: str) -> str:
    """The text with other content between `<!-- bench: name -->` and `<!-- bench: end -->`."""
    block = re.compile(rf"(<!-- bench: {name} -->\n).*?(<!-- bench: end -->)", re.DOTALL)
    if len(block.findall(text)) != 1:
        raise ValueError(f"{PAGE} has no place, or several, for the figures called {name}.")
    return block.sub(lambda found: f"{found[1]}\n{content}\n\n{found[2]}", text)


def markdown(heading: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    heading = list(heading)
    lines = [heading, ["---"] * len(heading), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def servers(served: Served) -> str:
    """One line an address, and what was measured beside."""
    heading = ["", "bytes", "a second", "CPU ms", "queries", "× hello", "CPU, × hello", "× post", "× search"]
    rows = [
        [
            row.name,
            f"{row.bytes:,}",
            number(row.per_second),
            number(row.cpu_ms),
            "" if row.queries is None else str(row.queries),
            f"{row.of_hello:.3f}",
            number(row.cpu_of_hello),
            number(row.of_post),
            number(row.of_search),
        ]
        for row in served.rows
    ]
    count = "" if served.specialists is None else f" {served.specialists:,} specialists beside"
    more = [f"With{count} the demo's content." if count else "With the demo's content.", *served.sentences()]
    return "\n\n".join([markdown(heading, rows), "\n".join(f"- {sentence}" for sentence in more)])


def verdicts(found: Iterable[aims.Verdict]) -> str:
    rows = [[one.surface, one.unit, one.must, one.better, *aims.words(one)] for one in found]
    return markdown(["", "", "must", "better", "measured", ""], rows)
