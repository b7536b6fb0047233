"""Which apps are this project's own: told by where they are, so that nobody has to remember a new one."""

import tomllib
from pathlib import Path

from django.apps import AppConfig, apps

BASE_DIR = Path(__file__).resolve().parents[1]


def is_ours(app: AppConfig) -> bool:
    path = Path(app.path).resolve()
    return path.is_relative_to(BASE_DIR) and ".venv" not in path.relative_to(BASE_DIR).parts


def our_apps() -> set[str]:
    """The names of the packages, which are the apps' labels too."""
    return {app.name for app in apps.get_app_configs() if is_ours(app)}


def code_folders() -> list[str]:
    """The folders at the top that hold code; tests/config/test_layout.py sees to it that none is forgotten."""
    settings = tomllib.loads((BASE_DIR / "pyproject.toml").read_text())
    return list(settings["tool"]["coverage"]["run"]["source"])
