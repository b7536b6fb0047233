"""Backups: a folder for each, with the database, the media, and a manifest that says what they are.

`making` makes them, `restoring` puts one back or tries it, `programs` runs PostgreSQL's. What lies in a folder that is
called like a backup and has a manifest is whole: it got that name last.
"""

import hashlib
import json
import re
import shutil
import signal
import sys
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

DATABASE = "database.dump"
MEDIA = "media.tar"
MANIFEST = "manifest.json"
OLD = timedelta(hours=26)  # one each night, and two hours for making it
NAME = re.compile(r"attune-\d{8}T\d{6}Z")
TEMPORARY = re.compile(r"\.attune-.*\.(?:new|gone)")  # what a backup is called while it is made, or deleted


class BackupError(Exception):
    """A backup can't be made or put back. Its text is a sentence for the operator."""


@dataclass(frozen=True)
class Backup:
    """One whole backup."""

    folder: Path
    manifest: dict[str, Any]

    @property
    def made_at(self) -> datetime:
        return datetime.fromisoformat(self.manifest["made_at"])

    @property
    def files(self) -> dict[str, dict[str, Any]]:
        """Size in bytes and SHA-256 of each file by its name."""
        files: dict[str, dict[str, Any]] = self.manifest["files"]
        return files

    def age(self) -> timedelta:
        return datetime.now(UTC) - self.made_at

    def size(self) -> int:
        """Bytes of all files together."""
        return sum(file["size"] for file in self.files.values())


@contextmanager
def ending_well() -> Iterator[None]:
    """In this block, being told to end (SIGTERM, SIGHUP) lets what is half made go first."""

    def end(number: int, _frame: object) -> None:
        sys.exit(128 + number)

    before = {number: signal.signal(number, end) for number in (signal.SIGTERM, signal.SIGHUP)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def open_backup(folder: Path) -> Backup:
    """The backup in `folder`. Raises BackupError, with a sentence, if there is none, or files are missing or cut."""
    try:
        manifest = json.loads((folder / MANIFEST).read_text())
        backup = Backup(folder, manifest)
        sizes = {name: backup.files[name]["size"] for name in (DATABASE, MEDIA)}
        backup.age()
    except FileNotFoundError as error:
        raise BackupError(f"{folder} is no backup: it has no {MANIFEST}.") from error
    except PermissionError as error:
        raise BackupError(f"{folder} can't be read: it must belong to whoever runs this.") from error
    except (ValueError, KeyError, TypeError) as error:
        raise BackupError(f"The {MANIFEST} in {folder} can't be read: choose another backup.") from error
    for name, size in sizes.items():
        path = folder / name
        if not path.is_file() or path.stat().st_size != size:
            raise BackupError(f"{path} is missing or not whole: choose another backup.")
    return backup


def all_backups(folder: Path) -> list[Backup]:
    """The whole backups in `folder`, the newest first. Raises PermissionError where we may not look."""
    if not folder.exists():
        return []
    whole = []
    for one in folder.iterdir():
        if NAME.fullmatch(one.name):
            try:
                whole.append(open_backup(one))
            except BackupError:
                continue
    return sorted(whole, key=lambda backup: backup.made_at, reverse=True)


def newest(folder: Path) -> Backup | None:
    """The newest whole backup in `folder`. Raises PermissionError where we may not look."""
    return next(iter(all_backups(folder)), None)


def thin_out(folder: Path, keep: int) -> int:
    """Delete all but the newest `keep` whole backups, never the last one. Return how many went.

    What isn't whole doesn't count, and goes too once `keep` whole ones are younger.
    """
    kept = all_backups(folder)[: max(keep, 1)]
    if len(kept) < max(keep, 1):
        return 0
    oldest = kept[-1].folder.name
    gone = [one for one in folder.iterdir() if NAME.fullmatch(one.name) and one.name < oldest]
    for one in gone:
        delete(one)
    return len(gone)


def delete(folder: Path) -> None:
    """Delete a backup, which ceases to look like one first."""
    going = folder.with_name(f".{folder.name}.{uuid.uuid4().hex[:8]}.gone")
    folder.rename(going)
    shutil.rmtree(going)


def delete_unfinished(folder: Path) -> None:
    """Delete what commands that were killed have left behind. Nobody may be making a backup in `folder`."""
    for one in folder.iterdir():
        if TEMPORARY.fullmatch(one.name):
            shutil.rmtree(one, ignore_errors=True)


def sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
