"""Finished pages as files, which nginx gives to visitors who bring nothing of their own (docs/deploy/nginx.conf).

All web processes of a machine share the folder. Each deletes what a change concerns when it hears of it, whoever wrote
it, and everything when it begins, ends, or doesn't hear any more: a file is never older than what a process would give.

    pages/en/articles/rest/index.html       and index.html.br
    tags/<tag>/<name of the page>           which pages depend on a tag: their addresses
    ends/<seconds since the epoch>-<name>   when pages end by themselves
"""

import hashlib
import os
import re
import tempfile
import threading
import time
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path
from urllib.parse import quote

from core.page_cache.reading import FOREVER, Reading
from core.page_cache.tags import kind_of

ADDRESS = re.compile(r"/(?:[\w-]+/)*", re.ASCII)
LONGEST_NAME = 200  # of what a file system takes as the name of a folder
SHORTEST = 60  # seconds that a page must hold to be worth a file
AHEAD = 2.0  # seconds before its end that a file is deleted: processes look each second


class PageFiles:
    """The files of this machine's pages below a folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.pages, self.tags, self.ends = folder / "pages", folder / "tags", folder / "ends"
        self.own: dict[str, frozenset[str]] = {}  # what this process has written, with its tags
        self.lock = threading.Lock()  # of `own`

    def write(self, address: str, body: bytes, packed: bytes, reading: Reading) -> bool:
        """Write a page that is the same for everybody; False for one that can't be a file.

        The caller looks afterwards whether it is still true, and deletes it if not: from then on this process hears
        of what changes.
        """
        ends_at = reading.until.timestamp()
        if reading.variations or reading.visits or not ADDRESS.fullmatch(address):
            return False
        if ends_at < time.time() + SHORTEST:
            return False
        name, note = _name(address), None
        with suppress(FileNotFoundError):  # another process has just begun, and deleted everything
            for tag in reading.tags:
                _put(self._of_tag(tag) / name, address.encode())
            if reading.until < FOREVER:
                note = self.ends / f"{int(ends_at - AHEAD)}-{name}"
                _put(note, address.encode())
            file, stamp = self._file(address), _stamp(body)
            _put(file.with_name("index.html.br"), packed, stamp)
            _put(file, body, stamp)
        with self.lock:
            self.own[address] = frozenset(reading.tags)
        # Another process has just deleted everything: nobody would end this one.
        if note and not note.exists():
            self.delete([address])
        return True

    def delete(self, addresses: Iterable[str]) -> None:
        """Delete pages."""
        for address in addresses:
            file = self._file(address)
            file.unlink(missing_ok=True)
            file.with_name("index.html.br").unlink(missing_ok=True)
            with self.lock:
                self.own.pop(address, None)

    def change(self, tags: Iterable[str]) -> None:
        """Delete what depends on these tags, or on anything of a kind that came alone."""
        with self.lock:
            own = dict(self.own)
        for tag in tags:
            kind, _colon, key = tag.partition(":")
            if key:
                folders = [self._of_tag(tag), self.tags / kind]
                self.delete([one for one, read in own.items() if tag in read or kind in read])
            else:
                folders = [self.tags / kind, *self.tags.glob(f"{quote(f'{kind}:', safe='')}*")]
                self.delete([one for one, read in own.items() if any(str(kind_of(t)) == kind for t in read)])
            for folder in folders:
                for note in _files(folder):
                    self._delete_noted(note)

    def tick(self) -> None:
        """Delete what ends by itself in the next moment."""
        now = time.time()
        for note in _files(self.ends):
            if int(note.name.partition("-")[0]) <= now:
                self._delete_noted(note)

    def clear(self) -> None:
        """Delete everything, whoever wrote it."""
        with self.lock:
            self.own.clear()
        self.folder.mkdir(parents=True, exist_ok=True)
        for folder in (self.pages, self.tags, self.ends):
            with (
                tempfile.TemporaryDirectory(dir=self.folder, prefix="gone-") as gone,
                suppress(FileNotFoundError),
            ):
                folder.rename(Path(gone) / folder.name)  # at once for nginx; the rest takes a moment

    def _delete_noted(self, note: Path) -> None:
        with suppress(FileNotFoundError):
            self.delete([note.read_text()])
            note.unlink()

    def _of_tag(self, tag: str) -> Path:
        """The folder of the pages that depend on a tag."""
        kind, colon, key = tag.partition(":")
        named = quote(key, safe="")
        return self.tags / f"{kind}{quote(colon)}{named if len(named) < LONGEST_NAME else _name(key)}"

    def _file(self, address: str) -> Path:
        return self.pages / address.strip("/") / "index.html"


def _name(address: str) -> str:
    return hashlib.blake2b(address.encode(), digest_size=12).hexdigest()


def _files(folder: Path) -> list[Path]:
    try:
        return [file for file in folder.iterdir() if not file.name.startswith(".")]  # finished ones
    except FileNotFoundError:
        return []


def _stamp(body: bytes) -> int:
    """A time of change, in seconds, that two contents hardly share: nginx tells them apart by it and their length."""
    return int.from_bytes(hashlib.blake2b(body, digest_size=4).digest(), "big") % 1_700_000_000


def _put(path: Path, content: bytes, stamp: int | None = None) -> None:
    """Write a file that is there as a whole or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, unfinished = tempfile.mkstemp(dir=path.parent, prefix=".")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
        Path(unfinished).chmod(0o644)  # nginx is another user
        if stamp is not None:
            os.utime(unfinished, (stamp, stamp))
        Path(unfinished).replace(path)
    except BaseException:
        Path(unfinished).unlink(missing_ok=True)
        raise
