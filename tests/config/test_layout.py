"""`site/` is a source root and no package (docs/decisions/0001). What may import what is `make check`'s to say."""

import re
import tomllib
from pathlib import Path

from django.apps import apps

from tests import run_databases
from tests.our_apps import is_ours, our_apps

BASE_DIR = Path(__file__).resolve().parents[2]
TOOLS = tomllib.loads((BASE_DIR / "pyproject.toml").read_text())["tool"]


def test_site_is_a_source_root_and_never_a_package():
    assert (BASE_DIR / "site" / "config" / "settings" / "base.py").exists()
    assert not (BASE_DIR / "site" / "__init__.py").exists()


def test_every_app_stands_on_a_floor_and_is_known_to_every_tool():
    """One that is forgotten there would be checked by nobody, and nobody would hear of it."""
    ours = our_apps() | {"config", "dev"}
    linter = TOOLS["importlinter"]
    floors = [app for layer in linter["contracts"][0]["layers"] for app in re.split(r" *\| *", layer)]
    assert sorted(floors) == sorted(linter["root_packages"]) == sorted(ours)
    assert set(TOOLS["deptry"]["known_first_party"]) == ours | {"tests"}
    top = {app for app in ours if (BASE_DIR / app).is_dir()} | {"site"}
    assert set(TOOLS["coverage"]["run"]["source"]) == top
    assert top <= set(run_databases.CODE)


def test_every_folder_of_code_is_a_package():
    """The import linter leaves out, without a word, what is below a folder that has no `__init__.py`."""
    bare = {
        str(module.parent.relative_to(BASE_DIR))
        for app in (our_apps() | {"config", "dev"})
        for root in (BASE_DIR / app, BASE_DIR / "site" / app)
        for module in root.rglob("*.py")
        if not (module.parent / "__init__.py").exists()
    }
    assert bare == set()


def test_every_app_with_models_has_migrations():
    """Without the folder Django makes its tables in tests alone, and says nothing."""
    bare = {
        app.name
        for app in apps.get_app_configs()
        if is_ours(app)
        and list(app.get_models())
        and not (Path(app.path) / "migrations/__init__.py").exists()
    }
    assert bare == set()
