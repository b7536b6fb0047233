"""The two rules of the layout: `site/` is a source root and no package; imports point into it, never in a circle."""

import ast
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

BASE_DIR = Path(__file__).resolve().parents[2]
HOUSE = ["core", "translation", "accounts"]
FEATURES = [
    name
    for name in ("home", "articles", "directory", "booking", "questions", "messaging")
    if (BASE_DIR / name).is_dir()
]


def imports(source: str) -> set[str]:
    """The top-level names of the packages that Python code imports, inside functions too.

    Imports for the type checker alone (`if TYPE_CHECKING:`) happen at no run and are left out.
    """
    found: set[str] = set()

    def walk(node: ast.AST) -> None:
        if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test):
            return
        if isinstance(node, ast.Import):
            found.update(alias.name.split(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            found.add(node.module.split(".")[0])
        for child in ast.iter_child_nodes(node):
            walk(child)

    walk(ast.parse(source))
    return found


def imported_by(folder: Path) -> dict[str, set[str]]:
    """File by file, what the modules under `folder` import. Migrations name models of other apps, as they must."""
    return {
        str(path.relative_to(BASE_DIR)): imports(path.read_text())
        for path in folder.rglob("*.py")
        if "migrations" not in path.parts
    }


def test_site_is_a_source_root_and_never_a_package():
    assert (BASE_DIR / "site" / "config" / "settings" / "base.py").exists()
    assert not (BASE_DIR / "site" / "__init__.py").exists()


@pytest.mark.parametrize("app", HOUSE)
def test_the_house_imports_no_feature(app):
    outside = {"config", "home", "articles", "directory", "booking", "questions", "messaging"}
    files = imported_by(BASE_DIR / "site" / app)
    assert files
    assert {path: names & outside for path, names in files.items() if names & outside} == {}


@pytest.mark.parametrize("app", FEATURES)
def test_a_feature_does_not_import_the_configuration(app):
    assert [path for path, names in imported_by(BASE_DIR / app).items() if "config" in names] == []


def test_features_import_each_other_in_no_circle():
    graph = {
        app: {
            name
            for names in imported_by(BASE_DIR / app).values()
            for name in names
            if name in FEATURES and name != app
        }
        for app in FEATURES
    }
    assert (
        "directory" in graph["booking"]
    )  # booking leans on the directory, so the directory may not lean on it
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        pytest.fail(f"these import each other in a circle: {' → '.join(error.args[1])}")


def test_imports_are_found_wherever_they_stand():
    source = """
import home.models
from articles import feeds
from . import sibling
from typing import TYPE_CHECKING
if TYPE_CHECKING:
    from booking.models import Booking
def late():
    from directory import ports
"""
    assert imports(source) == {"home", "articles", "typing", "directory"}
