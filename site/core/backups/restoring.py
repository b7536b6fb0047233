"""Putting a backup back, and trying one without touching anything."""

import os
import shutil
import tarfile
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from typing import Any

import psycopg
from django.conf import settings
from django.db import connection
from psycopg.sql import SQL, Identifier, Literal

from core.backups import DATABASE, MEDIA, Backup, BackupError, sha256
from core.backups.making import count_rows, one_row, own_connection
from core.backups.programs import run

TRIAL = "attune_restore_check"  # what databases in which a backup is tried are called, with a number behind


def check_sums(backup: Backup) -> None:
    """Raises BackupError, with a sentence, if a file isn't what it was when the backup was made."""
    for name, file in backup.files.items():
        if sha256(backup.folder / name) != file["sha256"]:
            raise BackupError(f"{backup.folder / name} has changed since it was made: choose another backup.")


def verify(backup: Backup) -> None:
    """Restore `backup` into a database of its own beside the site's, compare, and drop it. The site isn't touched.

    Raises BackupError with a sentence.
    """
    check_sums(backup)
    files = sum(1 for _file in media_in(backup))
    if files != backup.manifest["media_files"]:
        raise BackupError(
            f"{MEDIA} has {files} files, and {backup.manifest['media_files']} were packed: choose another backup."
        )
    with throw_away_database() as name:
        run(
            "pg_restore",
            "--no-owner",
            "--exit-on-error",
            f"--dbname={name}",
            backup.folder / DATABASE,
            database=name,
        )
        with own_connection(name) as own:
            compare(count_rows(own), backup)


def compare(counts: dict[str, int], backup: Backup) -> None:
    """Raises BackupError if the tables don't have the rows that they had."""
    expected = backup.manifest["rows"]
    different = [table for table in {**expected, **counts} if expected.get(table) != counts.get(table)]
    if different:
        raise BackupError(
            f"After the restore, {len(different)} tables have other rows than in the backup ({different[0]} first): "
            "choose another backup."
        )


@contextmanager
def throw_away_database() -> Iterator[str]:
    """A new, empty database on the site's server, which goes at the end. Raises BackupError if none may be made."""
    name = f"{TRIAL}_{uuid.uuid4().hex[:12]}"
    with own_connection() as own:
        try:
            letters = one_row(
                own,
                "SELECT datcollate, datctype, current_user FROM pg_database WHERE datname = current_database()",
            )
            own.execute(
                SQL("CREATE DATABASE {} TEMPLATE template0 ENCODING 'UTF8' LC_COLLATE {} LC_CTYPE {}").format(
                    Identifier(name), Literal(letters[0]), Literal(letters[1])
                )
            )
        except psycopg.errors.InsufficientPrivilege as error:
            raise BackupError(
                f"The database's user {letters[2]} may not make a database to try the backup in. Let it: "
                f'sudo -u postgres psql --command "ALTER ROLE {letters[2]} CREATEDB"'
            ) from error
        try:
            yield name
        finally:
            own.execute(SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(Identifier(name)))


def restore(backup: Backup) -> None:
    """Put `backup` into the site's database and media folder, which must be empty. Raises BackupError with a sentence.

    What fails leaves both empty. If only names of media fail, the database is whole, and the sentence says the rest.
    """
    require_empty()
    check_sums(backup)
    media = Path(settings.MEDIA_ROOT)
    # Their files first, hidden: the database comes in one transaction, and after that they need only their names.
    media.mkdir(parents=True, exist_ok=True)
    new = media / f".{uuid.uuid4().hex[:8]}.new"
    try:
        unpack_media(backup, new)
        name = connection.settings_dict["NAME"]
        run("pg_restore", "--no-owner", "--single-transaction", f"--dbname={name}", backup.folder / DATABASE)
    except BaseException:
        shutil.rmtree(new, ignore_errors=True)
        raise
    try:
        move_files(new, media)
    except OSError as error:
        raise BackupError(
            f"The database is restored, and not all media ({error.strerror}): mend that, and move the files that are "
            f"still in {new} to {media}."
        ) from error


def move_files(folder: Path, media: Path) -> None:
    """Move all files, one by one: folders that are there keep their group and mode, by which nginx reads pictures."""
    for path in [one for one in folder.rglob("*") if one.is_file()]:
        target = media / path.relative_to(folder)
        target.parent.mkdir(parents=True, exist_ok=True)
        path.rename(target)
    shutil.rmtree(folder)


def require_empty() -> None:
    """Raises BackupError unless the site's database has no table and its media folder no file."""
    media = Path(settings.MEDIA_ROOT)
    with own_connection() as own:
        tables = count_tables(own)
    name = connection.settings_dict["NAME"]
    if tables:
        raise BackupError(
            f"The database {name} isn't empty: it has {tables} tables. Stop both services, rename or drop it, and "
            "make an empty one, as when the machine was set up."
        )
    if media.is_dir() and any(path.is_file() for path in media.rglob("*")):
        raise BackupError(f"{media} isn't empty: move what is there to another place first.")


def count_tables(own: psycopg.Connection[Any]) -> int:
    query = "SELECT count(*) FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace"
    return int(one_row(own, query)[0])


def media_in(backup: Backup) -> Iterator[tuple[tarfile.TarFile, tarfile.TarInfo]]:
    """The files of a backup's media. Raises BackupError for one that doesn't belong into a media folder."""
    with tarfile.open(backup.folder / MEDIA) as tar:
        for member in tar:
            path = PurePosixPath(member.name)
            if not member.isfile() or path.is_absolute() or ".." in path.parts:
                raise BackupError(
                    f"{backup.folder / MEDIA} has something else than media: choose another backup."
                )
            yield tar, member


def unpack_media(backup: Backup, folder: Path) -> None:
    """Put the media into `folder`, which is made, with the modes that uploads have."""
    folder.mkdir()
    for tar, member in media_in(backup):
        target = folder / member.name
        target.parent.mkdir(parents=True, exist_ok=True)
        content = tar.extractfile(member)
        assert content is not None  # noqa: S101 - a file has content
        with target.open("xb") as file:
            shutil.copyfileobj(content, file)
        if settings.FILE_UPLOAD_PERMISSIONS is not None:
            target.chmod(settings.FILE_UPLOAD_PERMISSIONS)
        os.utime(target, (member.mtime, member.mtime))
