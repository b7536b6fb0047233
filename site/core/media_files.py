"""How files are stored that people send, and what is made of them."""

import errno
import os
import secrets
import time
from datetime import timedelta
from pathlib import Path
from typing import Any

import structlog
from django.conf import settings
from django.core.files.storage import FileSystemStorage
from django.db.models.fields.files import FieldFile

from core.logs import describe

logger = structlog.get_logger(__name__)

PART = ".part"  # what a file that is being written ends with
LEFT_AFTER = timedelta(days=1)  # nobody writes a file for so long
NO_ROOM = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EROFS})


class MediaStorage(FileSystemStorage):
    """Django's, where each file is there whole or not at all: also when the disk is full, or the process is killed."""

    def _save(self, name: str, content: Any) -> str:
        part = f"{name}.{secrets.token_hex(8)}{PART}"
        try:
            super()._save(part, content)  # type: ignore[misc]  # the stubs leave it out
            return self._named(part, name)
        finally:
            Path(self.path(part)).unlink(missing_ok=True)

    def _named(self, part: str, name: str) -> str:
        """Give a whole file its name, or another one if somebody has taken that meanwhile."""
        while True:
            try:
                os.link(self.path(part), self.path(name))
            except FileExistsError:
                name = self.get_available_name(name)
            else:
                return name


def content_of(file: FieldFile) -> bytes | None:
    """What a file holds; None, with a line in the log, if it is lost: what else there is, is shown all the same."""
    try:
        with file.open("rb") as opened:
            content: bytes = opened.read()
            return content
    except OSError as error:
        logger.error(
            "file_lost", model=file.instance._meta.label, number=file.instance.pk, error=describe(error)
        )
        return None


def has_no_room(error: BaseException | None) -> bool:
    """Whether something failed because a disk is full or can't be written to."""
    return isinstance(error, OSError) and error.errno in NO_ROOM


def delete_left_parts() -> int:
    """Delete what was being written when a process was killed. Returns how many files that were."""
    before = time.time() - LEFT_AFTER.total_seconds()
    left = [path for path in Path(settings.MEDIA_ROOT).rglob(f"*{PART}") if path.stat().st_mtime < before]
    for path in left:
        path.unlink(missing_ok=True)
    return len(left)
