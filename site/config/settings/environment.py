"""The variables of the environment or `.env`, and where this checkout and its site are.

What is wrong with a variable is noted, not raised, and its default taken: so whoever starts the site hears of all of it
at once (`env.refuse`). No sentence quotes a value: some are secret, and each may be a secret in the wrong line.
"""

import re
import zoneinfo
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path
from typing import TypeVar
from urllib.parse import urlsplit

from django.core.exceptions import ImproperlyConfigured
from environs import Env, EnvError

# The operating system's time-zone data differ from the pinned `tzdata` package in a dozen zones: read only the latter.
zoneinfo.reset_tzpath(to=[])

BASE_DIR = Path(__file__).resolve().parents[3]
HOST_NAME = re.compile(r"[a-z0-9]([a-z0-9.-]*[a-z0-9])?|\[[0-9a-f:.]+\]", re.IGNORECASE)
LONGEST_LEASE = 7 * 24 * 3600  # seconds

Value = TypeVar("Value")


class SettingsError(ImproperlyConfigured):
    """The site can't start with these settings. Its text is whole sentences for whoever starts it."""


class Variables:
    """Reads variables. One that is empty is as if it weren't there.

    `problems`: what is wrong, a sentence for each variable, by its name.
    """

    def __init__(self) -> None:
        self.problems: dict[str, str] = {}
        self._env = Env()

    def read_file(self, path: Path) -> None:
        """Take over the variables that stand in a file and not in the environment, if there is such a file."""
        try:
            self._env.read_env(str(path), recurse=False)
        except (OSError, ValueError):
            self.problem(
                path.name, f"{path} can’t be read: it must be text in UTF-8, and readable for this user."
            )

    def problem(self, name: str, sentence: str) -> None:
        """Note what is wrong with a variable, in place of what was noted about it before."""
        self.problems[name] = sentence

    def refuse(self) -> None:
        """Raise SettingsError with all problems, if there are any."""
        if self.problems:
            raise SettingsError(
                "Attune does not start until this is mended:\n- " + "\n- ".join(self.problems.values())
            )

    def text(self, name: str, *, default: str = "") -> str:
        """A text, without spaces around it."""
        return self._read(name, self._text, default, f"{name} must be text in UTF-8.")

    def number(self, name: str, *, default: int, least: int, most: int = 1_000_000) -> int:
        """A whole number from `least` to `most`."""

        def parse(name: str) -> int:
            number: int = self._env.int(name)
            if not least <= number <= most:
                raise ValueError
            return number

        sentence = f"{name} must be a whole number from {least} to {most}."
        return self._read(name, parse, default, sentence)

    def flag(self, name: str, *, default: bool) -> bool:
        """True or false, also as 1 or 0, yes or no, on or off."""
        return self._read(name, self._env.bool, default, f"{name} must be true or false.")

    def texts(self, name: str, *, default: list[str] | None = None) -> list[str]:
        """Texts with commas between them."""

        def parse(name: str) -> list[str]:
            return [item.strip() for item in self._text(name).split(",") if item.strip()]

        return self._read(name, parse, default or [], f"{name} must be text in UTF-8.")

    def folder(self, name: str, *, default: str = "") -> str:
        """The path of a folder, from the root on: services and commands have different folders to start from."""

        def parse(name: str) -> str:
            path: str = self._text(name)
            if not Path(path).is_absolute():
                raise ValueError
            return path

        return self._read(name, parse, default, f"{name} must be a whole path that begins with /.")

    def _text(self, name: str) -> str:
        text: str = self._env.str(name).strip()
        text.encode()  # what isn't UTF-8 stands there as halves of characters
        return text

    def _read(self, name: str, parse: Callable[[str], Value], default: Value, sentence: str) -> Value:
        if not self._env.str(name, "").strip():
            return default
        try:
            return parse(name)
        except (EnvError, ValueError):
            self.problem(name, sentence)
            return default


def for_developers_alone() -> None:
    """Raise SettingsError where the packages for development are missing, as they are in a deployed release.

    Its secrets would be random or known to everybody, and its database a new one.
    """
    if find_spec("pytest") is None:
        raise SettingsError(
            "These settings are for development, and this is a deployed release: it has no packages for development.\n"
            "Run the command as `attune …`, which takes the settings of /etc/attune/env (docs/operators.md). "
            "On a developer’s machine, `make demo` or `make test` installs what is missing."
        )


def plain_address(url: str) -> bool:
    """Whether `url` is http:// or https:// with a host, perhaps a port, and nothing else."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        return False
    host = parts.netloc.removesuffix(f":{port}" if port is not None else "")
    is_whole = url.lower() == f"{parts.scheme}://{parts.netloc}".lower()
    return is_whole and parts.scheme in {"http", "https"} and bool(HOST_NAME.fullmatch(host)) and port != 0


env = Variables()
env.read_file(BASE_DIR / ".env")

# Where everything that is made while running lives: database, media, compiled static files. Never in the repository.
VAR_DIR = Path(env.folder("ATTUNE_VAR_DIR", default=str(BASE_DIR / "var")))

LOCAL_SITE_URL = f"http://localhost:{env.number('PORT', default=8000, least=1, most=65_535)}"
SITE_URL = env.text("SITE_URL", default=LOCAL_SITE_URL).rstrip("/")
if not plain_address(SITE_URL):
    env.problem(
        "SITE_URL",
        "SITE_URL must be https:// and the site’s name, for example https://attune.example: without a user, a path or "
        "anything after it, and with xn--… for letters outside of ASCII.",
    )
    SITE_URL = LOCAL_SITE_URL
SITE_HOST = urlsplit(SITE_URL).hostname or "localhost"
