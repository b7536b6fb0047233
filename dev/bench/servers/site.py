"""This site on its production server, with production's settings, on the database in use."""

import secrets
import subprocess
import sys
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory

from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core.management.base import CommandError

from dev import databases
from dev.bench.servers.processes import Server, gunicorn, inherited

SITE_URL = "http://localhost"  # of all of them, whatever their port: their pages are the same then


@dataclass(frozen=True)
class Site:
    """What the site's servers have in common. `folder` holds what they write; it is the benchmark's own."""

    folder: Path
    secrets: dict[str, str] = field(
        default_factory=lambda: {
            name: secrets.token_urlsafe(50) for name in ("SECRET_KEY", "CLIENT_KEY_SECRET")
        }
    )

    @property
    def page_files(self) -> Path:
        return self.folder / "pages"

    def environment(self, *, page_cache: bool) -> dict[str, str]:
        return {
            **inherited(),
            **self.secrets,
            "DJANGO_SETTINGS_MODULE": "config.settings.production",
            "DATABASE_URL": databases.url(),
            "ATTUNE_VAR_DIR": str(self.folder),
            "SITE_URL": SITE_URL,
            "EMAIL_URL": "console:",
            "PAGE_CACHE": "1" if page_cache else "0",
            "PAGE_FILES": "",
        }

    def serve(
        self, name: str, *, page_cache: bool, processes: int = 1, **environment: str
    ) -> AbstractContextManager[Server]:
        """A server with the page cache or without; `environment` goes on top of what all have."""
        return gunicorn(name, self.environment(page_cache=page_cache) | environment, processes=processes)


@contextmanager
def prepared() -> Iterator[Site]:
    """The folder for servers on the database in use: its media, and the static files as production serves them."""
    with TemporaryDirectory() as folder:
        site = Site(Path(folder))
        (site.folder / "media").symlink_to(settings.MEDIA_ROOT)
        Path(settings.STATIC_ROOT).mkdir(parents=True, exist_ok=True)
        (site.folder / "static").symlink_to(settings.STATIC_ROOT)
        site.page_files.mkdir()
        if not are_collected():
            run_quietly(
                [sys.executable, "manage.py", "collectstatic", "--no-input", "--verbosity", "0"],
                Path(settings.BASE_DIR),
                site.environment(page_cache=False),
            )
        yield site


def are_collected() -> bool:
    """Whether the static files were collected after the last change to one of them: compressing all takes long."""
    manifest = Path(settings.STATIC_MANIFEST_FOLDER) / "staticfiles.json"
    if not (manifest.exists() and (Path(settings.STATIC_ROOT) / "css").is_dir()):
        return False
    sources = (Path(storage.path(name)) for finder in get_finders() for name, storage in finder.list([]))
    return all(source.stat().st_mtime < manifest.stat().st_mtime for source in sources)


def run_quietly(command: list[str], folder: Path, environment: dict[str, str]) -> None:
    """Run a command to its end. Raises CommandError with what it said if it failed."""
    done = subprocess.run(  # noqa: S603 - our own commands
        command, cwd=folder, env=environment, capture_output=True, text=True, stdin=subprocess.DEVNULL
    )
    if done.returncode:
        said = "\n".join((done.stdout + done.stderr).splitlines()[-15:])
        raise CommandError(f"{' '.join(command)} failed:\n{said}")
