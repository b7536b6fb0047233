"""What `manage.py lighthouse` makes of what Lighthouse says."""

import json
from pathlib import Path
from typing import Any

import pytest
from django.core.management.base import CommandError

from dev.lighthouse import AIMS, MEASURES, Report, Surface, table
from dev.management.commands.lighthouse import DOCUMENT, with_table

LOCK = Path(__file__).resolve().parents[2] / "dev" / "lighthouse" / "package-lock.json"
HOME = Surface("home", "en", "/en/")


def result(performance: float, **scores: float) -> dict[str, Any]:
    """As Lighthouse describes a page, with one audit that costs points."""
    references = [{"id": "first-contentful-paint", "weight": 10}, {"id": "uses-http2", "weight": 0}]
    values = dict.fromkeys(AIMS, 1.0) | {"performance": performance} | scores
    audits: dict[str, Any] = {name: {"id": name, "score": 1, "numericValue": 1234.5} for name in MEASURES}
    audits["first-contentful-paint"] |= {"score": 0.5, "displayValue": "2.2 s"}
    audits["uses-http2"] = {"id": "uses-http2", "score": 0}
    return {
        "categories": {name: {"score": score, "auditRefs": references} for name, score in values.items()},
        "audits": audits,
    }


def test_a_page_that_reaches_its_aims_has_nothing_to_say() -> None:
    assert Report(HOME, [result(0.99)]).misses() == []


def test_a_miss_says_what_it_lost_points_for() -> None:
    (miss,) = Report(HOME, [result(0.98)]).misses()
    assert miss == "home, en: performance 98, the aim is 99 (first-contentful-paint 2.2 s)"
    assert len(Report(HOME, [result(1, seo=0.99, accessibility=0.9)]).misses()) == 2


def test_of_three_runs_the_middle_one_counts() -> None:
    assert Report(HOME, [result(0.5), result(1), result(0.97)]).score("performance") == 97


def test_the_table_has_a_line_for_each_page() -> None:
    head, rule, line = table([Report(HOME, [result(1)])]).splitlines()
    assert head.count("|") == rule.count("|") == line.count("|")
    assert line == "| home, en | 100 | 100 | 100 | 100 | 1.23 s | 1.23 s | 1.23 s | 1234.5 | 1 kB |"


def test_the_table_takes_the_place_of_the_last_one() -> None:
    text = "before\n<!-- lighthouse -->\nold\n<!-- /lighthouse -->\nafter\n"
    assert with_table(text, "new") == text.replace("old", "new")
    assert with_table(DOCUMENT.read_text(), "new") != DOCUMENT.read_text()
    with pytest.raises(CommandError, match="no place for the table"):
        with_table("nothing", "new")


def test_the_lock_names_versions_and_no_registry() -> None:
    packages = json.loads(LOCK.read_text())["packages"]
    assert len(packages) > 100
    assert all("integrity" in one for name, one in packages.items() if name)
    assert not any("resolved" in one for one in packages.values())
