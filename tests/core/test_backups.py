"""Backups with the real PostgreSQL: made whole or not at all, thinned out, tried, put back."""

import json
import os
import shutil
import signal
import stat
import subprocess
import tarfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.mail import EmailMessage
from django.core.management import CommandError, call_command
from django.db import connection

from core import backups
from core.backups import BackupError, making, programs, restoring
from core.mail.outbox import enqueue
from core.models import Outbox
from dev import databases

pytestmark = pytest.mark.django_db(transaction=True)

LETTER = EmailMessage("Hello", "Text", to=["olena@example.org"])


@pytest.fixture(autouse=True)
def _media(settings: Any, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path / "media"


@pytest.fixture(autouse=True)
def _trials_of_its_own(monkeypatch: pytest.MonkeyPatch, worker_id: str) -> None:
    """Tests beside these make some on the same server."""
    monkeypatch.setattr(restoring, "TRIAL", f"attune_restore_check_{worker_id}")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "backups"


@pytest.fixture
def empty_database() -> Iterator[str]:
    """The name of a new database beside the one in use."""
    name = databases.create(f"{connection.settings_dict['NAME']}_restored")
    yield name
    databases.drop(name)


def make(folder: Path, **options: Any) -> backups.Backup:
    call_command("backup", folder, **options)
    newest = backups.newest(folder)
    assert newest is not None
    return newest


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_a_backup_is_for_its_user_alone_and_says_what_it_is(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    enqueue(LETTER)
    default_storage.save("images/a.txt", ContentFile("a picture"))
    before = os.umask(0o000)
    try:
        one = make(folder)
    finally:
        os.umask(before)
    assert {path.name for path in one.folder.iterdir()} == {"database.dump", "media.tar", "manifest.json"}
    assert mode(folder) == mode(one.folder) == 0o700
    assert {mode(path) for path in one.folder.iterdir()} == {0o600}
    assert one.manifest["rows"]["core_outbox"] == 1
    assert one.manifest["media_files"] == 1
    for name, file in one.files.items():
        assert file == {
            "size": (one.folder / name).stat().st_size,
            "sha256": backups.sha256(one.folder / name),
        }
    with tarfile.open(one.folder / "media.tar") as tar:
        assert tar.getnames() == ["images/a.txt"]
    assert capsys.readouterr().out.startswith(f"{one.folder}: ")
    assert os.umask(before) == before


@pytest.mark.parametrize("there", [False, True])
def test_an_empty_or_missing_media_folder_is_no_error(folder: Path, settings: Any, there: bool) -> None:
    if there:
        settings.MEDIA_ROOT.mkdir()
    one = make(folder)
    assert one.manifest["media_files"] == 0
    restoring.verify(one)


def test_no_password_is_on_a_command_line(
    folder: Path, monkeypatch: pytest.MonkeyPatch, settings: Any
) -> None:
    monkeypatch.setitem(connection.settings_dict, "PASSWORD", "p@ss-word")
    asked = []
    real = subprocess.run

    def note(command: Any, **options: Any) -> Any:
        asked.append(([str(part) for part in command], options.get("env") or {}))
        return real(command, **options)

    monkeypatch.setattr(programs.subprocess, "run", note)
    one = make(folder)
    restoring.verify(one)
    ran = [(command, env) for command, env in asked if "--version" not in command]
    assert [Path(command[0]).name for command, _env in ran] == ["pg_dump", "pg_restore"]
    assert "p@ss-word" not in str([command for command, _env in asked])
    assert all(env["PGPASSWORD"] == "p@ss-word" for _command, env in ran)


def test_a_backup_that_fails_leaves_nothing_and_a_sentence(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = make(folder)
    monkeypatch.setattr(making, "pack_media", no_room)
    with pytest.raises(CommandError, match=r"can't be written into .*: No space left on device"):
        call_command("backup", folder)
    assert [path.name for path in folder.iterdir() if path.is_dir()] == [whole.folder.name]


def no_room(archive: Path) -> int:
    archive.write_bytes(b"half")
    raise OSError(28, "No space left on device")


def test_what_pg_dump_says_is_passed_on_and_nothing_left(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        programs, "connecting", lambda _database: {**os.environ, "PGHOST": "/nowhere", "PGPORT": "1"}
    )
    with pytest.raises(CommandError, match=r"pg_dump failed: .*/nowhere"):
        call_command("backup", folder)
    assert not [path for path in folder.iterdir() if path.is_dir()]


def test_what_a_killed_one_left_is_no_backup_and_goes_with_the_next(folder: Path) -> None:
    left = folder / ".attune-20261201T030000Z.0a1b2c3d.new"
    left.mkdir(parents=True)
    (left / "database.dump").write_bytes(b"half")
    assert backups.newest(folder) is None
    one = make(folder)
    assert [path.name for path in folder.iterdir() if path.is_dir()] == [one.folder.name]


def test_two_at_once_are_one_and_a_sentence(folder: Path) -> None:
    folder.mkdir()
    with making.alone_in(folder), pytest.raises(CommandError, match="Another backup is being made"):
        call_command("backup", folder)


def test_no_pg_dump_is_a_sentence(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(programs, "folders", list)
    with pytest.raises(
        CommandError, match=r"There is no pg_dump of PostgreSQL .* apt-get install postgresql-client"
    ):
        call_command("backup", folder)
    assert not [path for path in folder.iterdir() if path.is_dir()]


@pytest.mark.parametrize("command", ["backup", "restore"])
def test_a_database_that_is_away_is_a_sentence(folder: Path, command: str) -> None:
    whole = make(folder)
    databases.leave()
    before = connection.settings_dict["HOST"]
    connection.settings_dict["HOST"] = "/nowhere"
    try:
        with pytest.raises(CommandError, match=r"The database .* doesn't answer \(OperationalError"):
            call_command(command, folder if command == "backup" else whole.folder)
    finally:
        connection.settings_dict["HOST"] = before
    assert [path.name for path in folder.iterdir() if path.is_dir()] == [whole.folder.name]


def test_an_older_pg_dump_is_not_taken_and_the_servers_own_before_a_newer_one(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    connection.ensure_connection()
    server = connection.pg_version // 10_000  # type: ignore[attr-defined]
    there = {Path(f"/p{server + ahead}"): server + ahead for ahead in (-1, 2, 0, 1)}
    monkeypatch.setattr(programs, "folders", lambda: list(there))
    monkeypatch.setattr(programs, "major_version", lambda path: there[path.parent])
    assert programs.program("pg_dump") == Path(f"/p{server}/pg_dump")
    del there[Path(f"/p{server}")]
    assert programs.program("pg_dump") == Path(f"/p{server + 1}/pg_dump")


# --- Which stay -------------------------------------------------------------------------------------------------


def pretend(folder: Path, day: int, *, whole: bool = True) -> Path:
    """What looks like the backup of this day of the month, but is small."""
    one = folder / f"attune-202611{day:02}T030000Z"
    one.mkdir(parents=True)
    files = {}
    for name in (backups.DATABASE, backups.MEDIA):
        (one / name).write_bytes(b"data")
        files[name] = {"size": 4 if whole else 5, "sha256": ""}
    (one / backups.MANIFEST).write_text(
        json.dumps({"made_at": f"2026-11-{day:02}T03:00:00+00:00", "files": files})
    )
    return one


def days(folder: Path) -> list[int]:
    return sorted(int(path.name[13:15]) for path in folder.iterdir() if path.name.startswith("attune-202611"))


def test_the_newest_whole_ones_stay(folder: Path) -> None:
    for day in range(1, 7):
        pretend(folder, day)
    assert backups.thin_out(folder, 4) == 2
    assert days(folder) == [3, 4, 5, 6]


def test_those_that_are_not_whole_push_out_no_good_one(folder: Path) -> None:
    pretend(folder, 1)
    for day in (2, 3, 4):
        pretend(folder, day, whole=False)
    assert backups.thin_out(folder, 1) == 0
    assert days(folder) == [1, 2, 3, 4]
    pretend(folder, 5)
    assert backups.thin_out(folder, 1) == 4
    assert days(folder) == [5]


def test_the_last_good_one_is_never_deleted(folder: Path) -> None:
    pretend(folder, 1)
    assert backups.thin_out(folder, 0) == 0
    assert days(folder) == [1]


def test_the_command_thins_out_when_the_new_one_is_whole(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for day in (1, 2, 3):
        pretend(folder, day)
    with monkeypatch.context() as patch:
        patch.setattr(making, "pack_media", no_room)
        with pytest.raises(CommandError):
            call_command("backup", folder, keep=2)
    assert days(folder) == [1, 2, 3]
    call_command("backup", folder, keep=2)
    assert days(folder) == [3]
    assert len(backups.all_backups(folder)) == 2


# --- Trying and putting back ------------------------------------------------------------------------------------


def test_verifying_touches_nothing(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    enqueue(LETTER)
    default_storage.save("images/a.txt", ContentFile("a picture"))
    one = make(folder)
    Outbox.objects.all().delete()
    own = str(connection.settings_dict["NAME"])
    others = set(databases.names(own))
    capsys.readouterr()
    call_command("restore", one.folder, verify=True)
    assert "can be restored" in capsys.readouterr().out
    assert not Outbox.objects.exists()
    assert databases.names(restoring.TRIAL) == []
    assert set(databases.names(own)) == others


def test_a_changed_file_is_found(folder: Path) -> None:
    one = make(folder)
    dump = one.folder / backups.DATABASE
    content = bytearray(dump.read_bytes())
    content[len(content) // 2] ^= 1
    dump.write_bytes(content)
    with pytest.raises(CommandError, match=r"database\.dump has changed since it was made"):
        call_command("restore", one.folder, verify=True)


def test_other_rows_than_were_there_are_found_and_the_trial_is_dropped(folder: Path) -> None:
    one = make(folder)
    manifest = json.loads((one.folder / backups.MANIFEST).read_text())
    manifest["rows"]["core_outbox"] = 7
    (one.folder / backups.MANIFEST).write_text(json.dumps(manifest))
    with pytest.raises(
        CommandError, match="1 tables have other rows than in the backup \\(core_outbox first\\)"
    ):
        call_command("restore", one.folder, verify=True)
    assert databases.names(restoring.TRIAL) == []


def test_who_may_not_make_a_database_is_told_how() -> None:
    with connection.cursor() as cursor:
        cursor.execute("DROP ROLE IF EXISTS attune_small")
        cursor.execute("CREATE ROLE attune_small LOGIN")
    databases.leave()
    user = connection.settings_dict["USER"]
    try:
        connection.settings_dict["USER"] = "attune_small"
        with (
            pytest.raises(BackupError, match='"ALTER ROLE attune_small CREATEDB"'),
            restoring.throw_away_database(),
        ):
            pass
    finally:
        databases.leave()
        connection.settings_dict["USER"] = user
        with connection.cursor() as cursor:
            cursor.execute("DROP ROLE attune_small")


@pytest.mark.parametrize("name", ["attune-20261201T030000Z", "nothing"])
def test_what_is_no_backup_is_a_sentence(folder: Path, name: str) -> None:
    (folder / name).mkdir(parents=True)
    with pytest.raises(CommandError, match=f"{name} is no backup: it has no manifest.json"):
        call_command("restore", folder / name, verify=True)


def test_a_full_database_or_media_folder_is_never_overwritten(
    folder: Path, empty_database: str, settings: Any
) -> None:
    default_storage.save("images/a.txt", ContentFile("a picture"))
    one = make(folder)
    with pytest.raises(CommandError, match="isn't empty: it has"):
        call_command("restore", one.folder)
    with databases.using(empty_database):
        with pytest.raises(CommandError, match="media isn't empty: move what is there"):
            call_command("restore", one.folder)
        with making.own_connection() as own:
            assert restoring.count_tables(own) == 0


def test_a_backup_is_put_back_into_an_empty_site(
    folder: Path, empty_database: str, settings: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    row = enqueue(LETTER)
    assert row is not None
    default_storage.save("images/a.txt", ContentFile("a picture"))
    one = make(folder)
    shutil.rmtree(settings.MEDIA_ROOT)
    with databases.using(empty_database):
        call_command("restore", one.folder)
        assert Outbox.objects.get().pk == row.pk
        with making.own_connection() as own:
            assert making.count_rows(own) == one.manifest["rows"]
    assert (settings.MEDIA_ROOT / "images" / "a.txt").read_text() == "a picture"
    assert mode(settings.MEDIA_ROOT / "images" / "a.txt") == settings.FILE_UPLOAD_PERMISSIONS
    assert [path.name for path in settings.MEDIA_ROOT.iterdir()] == ["images"]
    assert "manage.py migrate" in capsys.readouterr().out


def test_a_restore_that_fails_leaves_both_empty(
    folder: Path, empty_database: str, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    default_storage.save("images/a.txt", ContentFile("a picture"))
    one = make(folder)
    shutil.rmtree(settings.MEDIA_ROOT)
    with databases.using(empty_database):
        with connection.cursor() as cursor:  # in the way of the first table that is made so
            cursor.execute("CREATE VIEW core_outbox AS SELECT 1 AS one")
        with pytest.raises(CommandError, match="pg_restore failed"):
            call_command("restore", one.folder)
        with making.own_connection() as own:
            assert restoring.count_tables(own) == 0
    assert list(settings.MEDIA_ROOT.iterdir()) == []


def test_a_restore_leaves_the_folders_that_are_there_their_modes(
    folder: Path, empty_database: str, settings: Any
) -> None:
    """nginx reads pictures by the group of their folder."""
    default_storage.save("images/a.txt", ContentFile("a picture"))
    one = make(folder)
    pictures = settings.MEDIA_ROOT / "images"
    (pictures / "a.txt").unlink()
    pictures.chmod(0o2750)
    with databases.using(empty_database):
        call_command("restore", one.folder)
    assert (pictures / "a.txt").read_text() == "a picture"
    assert pictures.stat().st_mode & 0o7777 == 0o2750


def test_a_database_without_tables_is_no_backup(folder: Path, empty_database: str) -> None:
    """Fourteen nights after an accident would push out all good ones."""
    with databases.using(empty_database), pytest.raises(CommandError, match="no tables"):
        make(folder)
    assert [one.name for one in folder.iterdir()] == [".lock"]


def test_half_uploads_stay_out_and_a_file_that_gets_shorter_is_a_sentence(
    folder: Path, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    (settings.MEDIA_ROOT / "images").mkdir(parents=True)
    (settings.MEDIA_ROOT / "images" / "a.webp.0123456789abcdef.part").write_text("half")
    (settings.MEDIA_ROOT / "images" / "a.webp").write_text("a picture")
    assert make(folder).manifest["media_files"] == 1
    described = tarfile.TarFile.gettarinfo

    def longer(*args: Any, **options: Any) -> tarfile.TarInfo:
        told = described(*args, **options)
        told.size += 10
        return told

    monkeypatch.setattr(tarfile.TarFile, "gettarinfo", longer)
    with pytest.raises(CommandError, match=r"a\.webp changed while it was packed"):
        make(folder)


def test_what_is_left_after_the_database_is_said(
    folder: Path, empty_database: str, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("images/a.txt", "images/b.txt"):
        default_storage.save(name, ContentFile("a picture"))
    one = make(folder)
    shutil.rmtree(settings.MEDIA_ROOT)
    rename, moved = Path.rename, []

    def once(self: Path, target: Path) -> Path:
        if moved:
            raise OSError(28, "No space left on device")
        moved.append(self)
        return rename(self, target)

    monkeypatch.setattr(Path, "rename", once)
    with databases.using(empty_database):
        with pytest.raises(CommandError, match="The database is restored, and not all media") as told:
            call_command("restore", one.folder)
        with making.own_connection() as own:
            assert making.count_rows(own) == one.manifest["rows"]
    (left,) = settings.MEDIA_ROOT.glob(".*.new")
    assert str(left) in str(told.value)
    assert sum(path.is_file() for path in left.rglob("*")) == 1


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
def test_being_told_to_end_lets_what_is_half_made_go(number: signal.Signals) -> None:
    before = signal.getsignal(number)
    with pytest.raises(SystemExit) as ended, backups.ending_well():
        os.kill(os.getpid(), number)
    assert ended.value.code == 128 + number
    assert signal.getsignal(number) == before


def test_a_backup_that_belongs_to_somebody_else_is_a_sentence(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As one that root has brought back from another machine."""
    one = make(folder)

    def refuse(self: Path, *args: Any, **options: Any) -> str:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "read_text", refuse)
    with pytest.raises(CommandError, match="must belong to whoever runs this"):
        call_command("restore", one.folder)


@pytest.mark.parametrize("name", ["../outside", "/outside", "images/../../outside"])
def test_media_never_leave_their_folder(folder: Path, tmp_path: Path, name: str) -> None:
    one = make(folder)
    with tarfile.open(one.folder / backups.MEDIA, "w") as tar:
        tar.addfile(tarfile.TarInfo(name))
    with pytest.raises(BackupError, match="something else than media"):
        restoring.unpack_media(one, tmp_path / "new")
    assert not (tmp_path / "outside").exists()
