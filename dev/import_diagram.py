"""`make diagram`: draws which app leans on which into docs/architecture.md, from the imports in the code."""

import re
import sys
import tomllib
from pathlib import Path

from grimp import build_graph

ROOT = Path(__file__).resolve().parents[1]
PAGE = ROOT / "docs" / "architecture.md"
BLOCK = re.compile(r"(?<=```mermaid\n).*?(?=```)", re.DOTALL)


def mermaid() -> str:
    """An arrow from each app to those that it imports, but for `dev`, which may know all."""
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]
    apps = [app for app in settings["root_packages"] if app != "config"]
    graph = build_graph(*apps, include_external_packages=False, cache_dir=None)
    arrows = {
        (module.split(".")[0], imported.split(".")[0])
        for module in graph.modules
        for imported in graph.find_modules_directly_imported_by(module)
    }
    order = {app: place for place, app in enumerate(apps)}
    lines = [
        f"    {above} --> {below}"
        for above, below in sorted(arrows, key=lambda arrow: (order[arrow[0]], order[arrow[1]]))
        if above not in {below, "dev"}
    ]
    return "\n".join(["graph TD", *lines, ""])


def drawn(page: str) -> str:
    """The page with the diagram as the code is now."""
    return BLOCK.sub(mermaid(), page, count=1)


if __name__ == "__main__":
    sys.path[:0] = [str(ROOT), str(ROOT / "site")]
    PAGE.write_text(drawn(PAGE.read_text()))
