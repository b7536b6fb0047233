"""Making a backup."""

import fcntl
import json
import os
import shutil
import tarfile
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import psycopg
from django.conf import settings
from django.db import Error, connection
from psycopg.sql import SQL, Identifier

from core.backups import (
    DATABASE,
    MANIFEST,
    MEDIA,
    Backup,
    BackupError,
    delete_unfinished,
    open_backup,
    sha256,
)
from core.backups.programs import run
from core.logs import describe
from core.media_files import PART
from core.release import RELEASE


def make_backup(folder: Path) -> Backup:
    """Put a new backup into `folder`, which is made if need be. Readable by this user alone, whatever the umask.

    It has its name once it is whole; before that, it is hidden. Raises BackupError with a sentence.
    """
    umask = os.umask(0o077)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with alone_in(folder):
            delete_unfinished(folder)
            return _make(folder)
    except PermissionError as error:
        raise BackupError(
            f"{error.filename} can't be written: let this user own {folder}, mode 0700."
        ) from error
    except OSError as error:
        raise BackupError(
            f"The backup can't be written into {folder}: {os.strerror(error.errno or 0)}."
        ) from error
    finally:
        os.umask(umask)


@contextmanager
def alone_in(folder: Path) -> Iterator[None]:
    """Let nobody else make a backup in `folder` meanwhile. Raises BackupError if somebody is at it."""
    with (folder / ".lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise BackupError(f"Another backup is being made in {folder}: wait for it.") from error
        yield


def _make(folder: Path) -> Backup:
    while True:
        moment = datetime.now(UTC).replace(microsecond=0)
        whole = folder / f"attune-{moment:%Y%m%dT%H%M%SZ}"
        if not whole.exists():
            break
        time.sleep(0.1)  # until the next second
    new = folder / f".{whole.name}.{uuid.uuid4().hex[:8]}.new"
    new.mkdir()
    try:
        # The database first: a picture that came after it is one file too many, the other way round a page lacks it.
        with snapshot() as (snapshot_name, counts):
            if not counts:  # fourteen nights of it would push out all that have something
                raise BackupError("The database has no tables: nothing was backed up.")
            run(
                "pg_dump",
                "--format=custom",
                "--no-owner",
                f"--snapshot={snapshot_name}",
                f"--file={new / DATABASE}",
            )
        files = pack_media(new / MEDIA)
        manifest = {
            "made_at": moment.isoformat(),
            "release": RELEASE,
            "postgresql": connection.pg_version // 10_000,  # type: ignore[attr-defined]
            "files": {
                name: {"size": (new / name).stat().st_size, "sha256": sha256(new / name)}
                for name in (DATABASE, MEDIA)
            },
            "media_files": files,
            "rows": counts,
        }
        (new / MANIFEST).write_text(json.dumps(manifest, indent=2) + "\n")
        for path in (*new.iterdir(), new):
            to_disk(path)
        new.rename(whole)
        to_disk(folder)
    except BaseException:
        shutil.rmtree(new, ignore_errors=True)
        raise
    return open_backup(whole)


@contextmanager
def snapshot() -> Iterator[tuple[str, dict[str, int]]]:
    """A moment of the database: its name, under which pg_dump sees the same, and how many rows each table had."""
    with own_connection() as own, own.transaction():
        own.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
        yield one_row(own, "SELECT pg_export_snapshot()")[0], count_rows(own)


@contextmanager
def own_connection(database: str = "") -> Iterator[psycopg.Connection[Any]]:
    """A connection to the site's database, or another one beside it, on which nothing has to be quick.

    Raises BackupError if there is none to be had.
    """
    parameters = {**connection.get_connection_params(), "options": "-c statement_timeout=0"}
    for name in ("cursor_factory", "context", "pool"):
        parameters.pop(name, None)
    parameters["dbname"] = database or parameters["dbname"]
    try:
        with connection.wrap_database_errors:
            own = psycopg.connect(**parameters, autocommit=True)
    except Error as error:
        raise BackupError(
            f"The database {parameters['dbname']} doesn't answer ({describe(error)})."
        ) from error
    with own:
        yield own


def one_row(own: psycopg.Connection[Any], query: Any) -> tuple[Any, ...]:
    """What a query answers that has exactly one row."""
    (row,) = own.execute(query).fetchall()
    return tuple(row)


def count_rows(own: psycopg.Connection[Any]) -> dict[str, int]:
    """How many rows each table of the site has."""
    tables = own.execute(
        "SELECT c.relname FROM pg_class c WHERE c.relkind = 'r' AND c.relnamespace = 'public'::regnamespace ORDER BY 1"
    ).fetchall()
    counts = {}
    for (table,) in tables:
        counts[table] = one_row(own, SQL("SELECT count(*) FROM {}").format(Identifier(table)))[0]
    return counts


def pack_media(archive: Path) -> int:
    """Put all media into a tar file; return how many files. None at all is no error."""
    root = Path(settings.MEDIA_ROOT)
    packed = 0
    with tarfile.open(archive, "w") as tar:
        for path in sorted(root.rglob("*")) if root.is_dir() else []:
            if not path.is_file() or path.suffix == PART:
                continue
            try:
                file = path.open("rb")
            except FileNotFoundError:  # a size of a picture that was deleted meanwhile
                continue
            except PermissionError as error:
                raise BackupError(f"{path} can't be read: let this user own the media.") from error
            with file:
                try:
                    tar.addfile(tar.gettarinfo(arcname=str(path.relative_to(root)), fileobj=file), file)
                except OSError as error:
                    if error.errno is None:  # what tarfile says of a file that ends too early
                        raise BackupError(f"{path} changed while it was packed: run it again.") from error
                    raise
            packed += 1
    return packed


def to_disk(path: Path) -> None:
    """Wait until what was written is on the disk."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
