"""Lighthouse on the pages that readers meet first: its scores, the aims, and the table in `docs/performance.md`.

Lighthouse comes from npm (`package.json` beside this file), Chromium from Debian. It loads each page as a telephone of
the middle class would on a slow mobile network, and simulates both from what it saw.
"""

import json
import os
import shutil
import statistics
import subprocess
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from django.conf import settings

FOLDER = Path(settings.VAR_DIR) / "lighthouse"
PROGRAM = FOLDER / "node_modules" / ".bin" / "lighthouse"
FLAGS = "--headless=new --no-sandbox --disable-gpu --disable-quic"
AIMS = {"performance": 99, "accessibility": 100, "best-practices": 100, "seo": 100}
# Log-in pages and free times ask search engines to stay away; all else that these want is looked at there, too.
UNLISTED_BUT_RIGHT = "is-crawlable"
MEASURES = {  # of the table: Lighthouse's name, the heading
    "first-contentful-paint": "first paint",
    "largest-contentful-paint": "largest",
    "total-blocking-time": "blocked",
    "cumulative-layout-shift": "shift",
    "total-byte-weight": "bytes",
}
SECONDS = 180  # for one page


@dataclass(frozen=True)
class Surface:
    """One page in one language."""

    name: str
    language: str
    path: str
    skipped: tuple[str, ...] = ()  # audits that don't apply to it


@dataclass
class Report:
    """What Lighthouse said of a page. With more than one run: the median of each figure."""

    surface: Surface
    runs: list[dict[str, Any]] = field(default_factory=list)

    def score(self, category: str) -> int:
        """0 to 100, as Lighthouse rounds it."""
        scores = [run["categories"][category]["score"] or 0 for run in self.runs]
        return round(100 * statistics.median_low(scores))

    def measure(self, audit: str) -> float:
        """Milliseconds; a number without a unit for shifts; bytes for the weight."""
        return statistics.median_low([run["audits"][audit]["numericValue"] for run in self.runs])

    def misses(self) -> list[str]:
        """The aims that it doesn't reach, with what it lost points for."""
        return [
            f"{self.surface.name}, {self.surface.language}: {category} {self.score(category)}, the aim is {aim}"
            f" ({', '.join(self.worst(category)) or 'nothing by itself'})"
            for category, aim in AIMS.items()
            if self.score(category) < aim
        ]

    def worst(self, category: str) -> list[str]:
        """The audits of the last run that cost points, by Lighthouse's names, with their figure."""
        run = self.runs[-1]
        return [
            f"{audit['id']} {audit.get('displayValue', '')}".strip()
            for reference in run["categories"][category]["auditRefs"]
            if reference["weight"]
            and (audit := run["audits"][reference["id"]])["score"] is not None
            and audit["score"] < 0.9
        ]


def run(surface: Surface, site: str, *, keep: Path | None = None) -> dict[str, Any]:
    """Lighthouse's result for one page, as it describes it. `keep`: a folder for it."""
    command = [
        str(PROGRAM),
        f"{site}{surface.path}",
        "--quiet",
        "--output=json",
        "--output-path=stdout",
        f"--chrome-flags={FLAGS}",
        "--disable-full-page-screenshot",
        "--no-enable-error-reporting",
        *(["--skip-audits=" + ",".join(surface.skipped)] if surface.skipped else []),
    ]
    done = subprocess.run(  # noqa: S603 - our own command
        command,
        env={**os.environ, "CHROME_PATH": shutil.which("chromium") or "", "CI": "1"},
        capture_output=True,
        text=True,
        timeout=SECONDS,
        check=False,
    )
    if done.returncode:
        raise RuntimeError(f"Lighthouse failed on {surface.path}:\n{done.stderr[-2000:]}")
    result: dict[str, Any] = json.loads(done.stdout)
    if failure := result.get("runtimeError"):
        raise RuntimeError(f"Lighthouse could not read {surface.path}: {failure['message']}")
    if keep is not None:
        keep.mkdir(parents=True, exist_ok=True)
        name = f"{surface.name.replace(' ', '-')}.{surface.language}.json"
        (keep / name).write_text(done.stdout)
    return result


def look(surface: Surface, site: str, *, keep: Path | None, note: Callable[[Report], None]) -> Report:
    """One run, and where that misses an aim the median of three: a busy machine costs points, too."""
    report = Report(surface, [run(surface, site, keep=keep)])
    if report.misses():
        report.runs += [run(surface, site, keep=keep) for _ in range(2)]
    note(report)
    return report


def table(reports: list[Report]) -> str:
    """The reports as a table of Markdown."""
    head = ["page", "performance", "accessibility", "best practices", "SEO", *MEASURES.values()]
    lines = ["| " + " | ".join(head) + " |", "|---" * len(head) + "|"]
    for report in reports:
        figures = [str(report.score(category)) for category in AIMS]
        figures += [written(audit, report.measure(audit)) for audit in MEASURES]
        lines.append(f"| {report.surface.name}, {report.surface.language} | " + " | ".join(figures) + " |")
    return "\n".join(lines)


def written(audit: str, value: float) -> str:
    """A figure with its unit."""
    if audit == "total-byte-weight":
        return f"{value / 1000:.0f} kB"
    if audit == "cumulative-layout-shift":
        return f"{value:.3f}".rstrip("0").rstrip(".")
    return f"{value:.0f} ms" if value < 1000 else f"{value / 1000:.2f} s"
