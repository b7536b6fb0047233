"""docs/rules/ and the tests agree: an id that a test carries has a row there, and what a row names is there.

Files are read, not imported, so this is quick. A new rule needs a row and a test whose name begins with its id:
`test_F18_…`, or `test_case_50_…` for translation. A rule that no longer holds loses both; its id isn't used again.
"""

import ast
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path

import pytest

from tests.our_apps import code_folders

BASE_DIR = Path(__file__).resolve().parents[2]
TESTS = BASE_DIR / "tests"
PAGES = sorted((BASE_DIR / "docs" / "rules").glob("*.md"))
CITING = ["README.md", "docs", "tests", *code_folders()]

every_page = pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)


@dataclass(frozen=True)
class Row:
    """A line of a table. `tests` are patterns: a path from tests/ on, `::`, a name, with `*` for any letters."""

    rule: str  # its id; "" where it has none
    tests: tuple[str, ...]

    def names(self, test: str) -> bool:
        return any(fnmatchcase(test, pattern) for pattern in self.tests)


def ids_of(name: str) -> list[str]:
    """The ids that a test's name begins with: `test_A4_A6_…` has two, `test_case_13_…` has 13."""
    found = re.match(r"test_(?:case_(\d+)|([A-Z]\d+(?:_[A-Z]\d+)*))_", name)
    return re.findall(r"[A-Z]?\d+", found[0].removeprefix("test_")) if found else []


def patterns_in(text: str) -> tuple[str, ...]:
    return tuple(re.findall(r"`([^`\s]+\.py::[^`\s]+)`", text))


def rows_in(text: str) -> list[Row]:
    rows = []
    for line in re.findall(r"^\| (.+) \|$", text, re.MULTILINE):
        first, *_, last = line.split(" | ")
        if last != "tests":
            rows.append(Row(first if re.fullmatch(r"[A-Z]?\d+", first) else "", patterns_in(last)))
    return rows


def files(folders: Iterable[str], *endings: str) -> Iterator[Path]:
    for folder in folders:
        path = BASE_DIR / folder
        yield from (path,) if path.is_file() else (one for one in path.rglob("*") if one.suffix in endings)


@pytest.fixture(scope="module")
def modules() -> dict[str, ast.Module]:
    """What Python reads in each test module."""
    paths = sorted(TESTS.rglob("test_*.py"))
    return {str(path.relative_to(TESTS)): ast.parse(path.read_text()) for path in paths}


@pytest.fixture(scope="module")
def tests(modules: dict[str, ast.Module]) -> list[str]:
    """All tests: `config/test_rules.py::test_every_row_…`."""
    return [
        f"{path}::{node.name}"
        for path, tree in modules.items()
        for node in tree.body
        if isinstance(node, ast.FunctionDef) and node.name.startswith("test_")
    ]


def without_a_row(tests: Iterable[str], rows: Iterable[Row]) -> list[str]:
    rows = list(rows)
    return [
        f"{rule}: {test}"
        for test in tests
        for rule in ids_of(test.partition("::")[2])
        if not any(row.rule == rule and row.names(test) for row in rows)
    ]


def not_there(patterns: Iterable[str], tests: Iterable[str]) -> list[str]:
    tests = list(tests)
    return [pattern for pattern in patterns if not any(fnmatchcase(test, pattern) for test in tests)]


def test_every_id_that_a_test_carries_has_a_row_that_names_the_test(tests: list[str]) -> None:
    carrying = [test for test in tests if ids_of(test.partition("::")[2])]
    assert len(carrying) > 400, "the tests aren't found"
    assert without_a_row(carrying, [row for page in PAGES for row in rows_in(page.read_text())]) == []


@every_page
def test_every_test_that_a_page_names_is_there(page: Path, tests: list[str]) -> None:
    assert not_there(patterns_in(page.read_text()), tests) == []


@every_page
def test_every_row_has_a_test_and_every_id_one_row(page: Path) -> None:
    rows = rows_in(page.read_text())
    assert len(rows) > 20
    assert [row.rule for row in rows if not row.tests] == []
    ids = [row.rule for row in rows if row.rule]
    assert [rule for rule in set(ids) if ids.count(rule) > 1] == []


def test_every_id_of_a_parameter_is_a_rules(modules: dict[str, ast.Module]) -> None:
    """Parameters have ids too: `A6-code`."""
    rules = {row.rule for page in PAGES for row in rows_in(page.read_text())}
    named = {
        found[1]
        for tree in modules.values()
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant)
        and isinstance(node.value, str)
        and (found := re.match(r"([A-Z]\d+)-[a-z]", node.value))
    }
    assert "A6" in named
    assert named - rules == set()


def test_every_rule_that_is_cited_is_there() -> None:
    """Code, tests and docs say *booking rule F17*, *security rules B20 and B25*, *translation rule 13*."""
    rules = {page.stem: {row.rule for row in rows_in(page.read_text())} for page in PAGES}
    cited = [
        (path.relative_to(BASE_DIR), kind.lower(), rule)
        for path in files(CITING, ".py", ".md", ".toml", ".html")
        for kind, ids in re.findall(
            r"\b(booking|translation|security)\s+rules?\s+([A-Z]?\d+(?:(?:, | and | to )[A-Z]?\d+)*)",
            path.read_text(),
            re.IGNORECASE,
        )
        for rule in re.findall(r"[A-Z]?\d+", ids)
    ]
    assert len(cited) > 10, "they are not found"
    assert [one for one in cited if one[2] not in rules[one[1]]] == []


def test_a_test_without_a_row_and_a_row_without_a_test_are_noticed() -> None:
    table = "| id | rule | tests |\n|---|---|---|\n| A1 | It holds. | `a/test_x.py::test_A1_*`, `b.py::test_y` |\n"
    rows = rows_in(table)
    assert rows == [Row("A1", ("a/test_x.py::test_A1_*", "b.py::test_y"))]
    found = [
        "a/test_x.py::test_A1_it_holds",
        "c/test_z.py::test_A1_elsewhere",
        "a/test_x.py::test_A1_B2_both",
    ]
    assert without_a_row(found, rows) == [
        "A1: c/test_z.py::test_A1_elsewhere",
        "B2: a/test_x.py::test_A1_B2_both",
    ]
    assert not_there(patterns_in(table), found) == ["b.py::test_y"]
    assert ids_of("test_case_13_x") == ["13"]
    assert ids_of("test_usr2_changes_to_the_new_code") == ids_of("test_A1") == []
