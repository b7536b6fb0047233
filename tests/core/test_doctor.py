"""`manage.py doctor`: what is wrong is a line with a sentence, and it ends with 1."""

import json
import os
import shutil
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult
from allauth.mfa.adapter import get_adapter
from allauth.mfa.models import Authenticator
from django.core.mail import EmailMessage
from django.core.management import call_command
from django.db import OperationalError, connection
from django.db.migrations.recorder import MigrationRecorder
from django.utils import timezone
from wagtail.models import Locale, Site

from accounts import doctor as accounts_doctor
from core import backups, doctor, health
from core.doctor import database, files, mail, pages, running
from core.doctor.registry import Problem
from core.mail.outbox import enqueue, note_failure
from core.models import Outbox, WorkerHeartbeat
from core.release import RELEASE
from home.models import HomePage
from tests.factories.accounts import UserFactory
from tests.factories.pages import make_tree
from tests.sink import SmtpSink

LETTER = EmailMessage("Hello", "Text", to=["olena@example.org"])


@pytest.fixture(autouse=True)
def _whatever_this_machine_is(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, settings: Any) -> None:
    """A machine on which all is well, but for what a test changes."""
    monkeypatch.setattr(health, "disk_free", lambda: 5_000_000_000)
    monkeypatch.setattr(database, "is_synchronised", lambda: True)
    monkeypatch.setattr(files, "groups_of", lambda _name: {0, 33})
    settings.ENVIRONMENT_FILE = str(tmp_path / "env")
    settings.BASE_DIR = tmp_path
    settings.STATIC_ROOT = tmp_path / "static"
    settings.MEDIA_ROOT = tmp_path / "media"
    settings.BACKUP_DIR = str(tmp_path / "backups")


def problem(check: Callable[[], str]) -> str:
    with pytest.raises(Problem) as caught:
        check()
    return str(caught.value)


# --- All together -----------------------------------------------------------------------------------------------


@pytest.fixture
def all_well(
    smtp_sink: SmtpSink, db: None, settings: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    smtp_sink_settings(settings, smtp_sink.port)
    make_tree("uk", "de", "ar")
    Site.objects.update(hostname="localhost", port=8000)
    settings.SITE_URL = "http://localhost:8000"
    # The tree has no other page; tests/home/test_first_content.py has them all.
    monkeypatch.setattr(pages, "LINKED", ("articles",))
    monkeypatch.setattr(pages, "AGREED_TO", "articles")
    WorkerHeartbeat.objects.create(worker="one", release=RELEASE)
    a_backup(tmp_path / "backups", hours=3)


def run(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str]:
    status = 0
    try:
        call_command("doctor", *arguments)
    except SystemExit as ended:
        status = int(str(ended.code))
    return status, capsys.readouterr().out


def test_a_site_that_is_well_ends_with_0(all_well: None, capsys: pytest.CaptureFixture[str]) -> None:
    status, said = run(capsys)
    assert [line for line in said.splitlines() if not line.startswith("ok ")] == []
    assert status == 0
    assert len(said.splitlines()) == len({line.split(":")[0] for line in said.splitlines()}) >= 15


def test_what_is_wrong_is_one_line_and_the_rest_is_still_looked_at(
    all_well: None, capsys: pytest.CaptureFixture[str]
) -> None:
    WorkerHeartbeat.objects.all().delete()
    status, said = run(capsys)
    wrong = [line for line in said.splitlines() if line.startswith("PROBLEM")]
    assert status == 1
    assert len(wrong) == 1
    assert "worker: No worker has been seen" in wrong[0]
    assert "systemctl start attune-worker" in wrong[0]
    as_data = json.loads(run(capsys, "--json")[1])
    assert [one["name"] for one in as_data if not one["is_ok"]] == ["worker"]
    assert len(as_data) == len(said.splitlines())


@pytest.mark.django_db
def test_a_database_that_is_away_is_one_problem_and_nobody_waits_for_it_again(
    smtp_sink: SmtpSink, settings: Any, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    smtp_sink_settings(settings, smtp_sink.port)
    tried = []

    def refuse() -> None:
        tried.append(1)
        raise OperationalError("connection refused")

    monkeypatch.setattr(connection, "ensure_connection", refuse)
    status, said = run(capsys)
    assert status == 1
    assert len(tried) == 1
    assert "PROBLEM  database: The database doesn't answer" in said
    assert "Not looked at, since the database doesn't answer." in said
    assert "ok       mail server:" in said


def test_a_check_that_fails_itself_is_a_problem_without_its_words(
    monkeypatch: pytest.MonkeyPatch, all_well: None
) -> None:
    def fail() -> Any:
        raise ValueError("olena@example.org")

    monkeypatch.setattr(running, "workers_there", fail)
    doctor.discover()
    found = {finding.name: finding for finding in doctor.examine()}
    assert not found["worker"].is_ok
    assert "ValueError" in found["worker"].says
    assert "olena" not in found["worker"].says


# --- Mail -------------------------------------------------------------------------------------------------------


def smtp_sink_settings(settings: Any, port: int, **more: Any) -> None:
    settings.OUTBOX_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.OUTBOX_OPTIONS = {"host": "127.0.0.1", "port": port, "timeout": 5, **more}


def test_a_server_that_takes_our_mail_gets_none(smtp_sink: SmtpSink) -> None:
    assert mail.mail_server() == f"127.0.0.1:{smtp_sink.port} would take mail from DEFAULT_FROM_EMAIL."
    assert smtp_sink.messages == []


def test_a_server_that_refuses_our_sender_says_how(smtp_sink: SmtpSink) -> None:
    smtp_sink.refuse["hello@attune.example"] = "550 5.7.1 <hello@attune.example> not here"
    said = problem(mail.mail_server)
    assert "refuses mail to the address in DEFAULT_FROM_EMAIL (550 5.7.1)" in said
    assert "hello@" not in said


def test_a_server_that_is_away(smtp_sink: SmtpSink) -> None:
    smtp_sink.stop()
    assert "can't be reached (ConnectionRefusedError" in problem(mail.mail_server)


def test_a_server_without_what_the_url_asks_for(smtp_sink: SmtpSink, settings: Any) -> None:
    smtp_sink_settings(settings, smtp_sink.port, use_tls=True)
    assert "doesn't offer what EMAIL_URL asks for" in problem(mail.mail_server)
    smtp_sink_settings(settings, smtp_sink.port, username="me", password="secret")
    assert "doesn't offer what EMAIL_URL asks for" in problem(mail.mail_server)


def test_a_plain_port_spoken_to_in_tls(smtp_sink: SmtpSink, settings: Any) -> None:
    smtp_sink_settings(settings, smtp_sink.port, use_ssl=True)
    assert "doesn't speak TLS as EMAIL_URL has it" in problem(mail.mail_server)


@pytest.fixture
def strict_server(smtp_sink: SmtpSink) -> Iterator[int]:
    """The port of a server that knows nobody."""
    refuse = Controller(
        smtp_sink,
        hostname="127.0.0.1",
        port=0,
        authenticator=lambda *_: AuthResult(success=False, handled=False),
        auth_require_tls=False,
    )
    refuse.port = SmtpSink().port
    refuse.start()
    yield refuse.port
    refuse.stop()


@pytest.mark.filterwarnings("ignore:Requiring AUTH while not requiring TLS")
def test_a_wrong_password(strict_server: int, settings: Any) -> None:
    smtp_sink_settings(settings, strict_server, username="me", password="p@ss")
    said = problem(mail.mail_server)
    assert "refuses the user name or password (535 5.7.8)" in said
    assert "p@ss" not in said


def test_a_console_is_no_mail_server_where_people_are(settings: Any) -> None:
    settings.OUTBOX_BACKEND = "core.mail.outbox.ConsoleBackend"
    assert "no mail leaves this machine" in problem(mail.mail_server)
    settings.DEBUG = True
    assert "console" in mail.mail_server()


@pytest.mark.django_db
def test_late_mail_has_the_last_reason(settings: Any) -> None:
    assert mail.outbox() == "Nothing is late."
    note_failure(ConnectionRefusedError())
    enqueue(LETTER, due_at=timezone.now() - settings.OUTBOX_LAG - timedelta(minutes=2))
    said = problem(mail.outbox)
    assert "waiting for 7 minutes" in said
    assert "ConnectionRefusedError" in said
    Outbox.objects.update(state="failed")
    assert "1 messages of the last 30 days were given up" in mail.outbox()


# --- The database -----------------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_postgresql_as_the_tests_have_it_is_well() -> None:
    for check in (
        database.version,
        database.extensions,
        database.migrations,
        database.time_zones,
        database.clock,
    ):
        assert check()


@pytest.mark.django_db
def test_an_old_postgresql(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(database, "OLDEST", 999)
    assert "needs 999 or newer" in problem(database.version)


@pytest.mark.django_db
def test_a_missing_extension(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(database, "EXTENSIONS", ("pg_trgm", "none_such"))
    assert "lacks none_such: run `attune migrate`" in problem(database.extensions)


@pytest.mark.django_db
def test_the_extensions_are_those_that_migrations_make() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT extname FROM pg_extension WHERE extname <> 'plpgsql'")
        assert {name for (name,) in cursor.fetchall()} == set(database.EXTENSIONS)


@pytest.mark.django_db
def test_a_missing_migration() -> None:
    name = MigrationRecorder.Migration.objects.filter(app="core").latest("pk").name
    MigrationRecorder(connection).record_unapplied("core", name)
    assert f"1 migrations are missing (core.{name} first): run `attune migrate`" in problem(
        database.migrations
    )


@pytest.mark.django_db
def test_a_zone_that_the_two_read_differently(monkeypatch: pytest.MonkeyPatch) -> None:
    asked = dict.fromkeys(("Europe/Berlin", "Europe/Kyiv"), "Africa/Lagos") | {"Europe/Kyiv": "Europe/Kyiv"}
    real = database.ZoneInfo
    monkeypatch.setattr(database, "ZONES", tuple(asked))
    monkeypatch.setattr(database, "ZoneInfo", lambda zone: real(asked[zone]))
    assert "differ from the site's in Europe/Berlin: upgrade the package tzdata" in problem(
        database.time_zones
    )


@pytest.mark.django_db
def test_a_zone_that_postgresql_does_not_know(monkeypatch: pytest.MonkeyPatch) -> None:
    real = database.ZoneInfo
    monkeypatch.setattr(database, "ZONES", ("Europe/Atlantis",))
    monkeypatch.setattr(database, "ZoneInfo", lambda _zone: real("UTC"))
    assert "Europe/Atlantis" in problem(database.time_zones)


@pytest.mark.django_db
def test_clocks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(database, "is_synchronised", lambda: False)
    assert "Nothing sets this machine's clock" in problem(database.clock)
    monkeypatch.setattr(database, "CLOCKS_APART", timedelta(-1))
    assert "seconds apart" in problem(database.clock)


# --- What runs --------------------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_a_worker_of_another_release() -> None:
    WorkerHeartbeat.objects.create(worker="one", release="former")
    assert "A worker runs release former" in problem(running.worker)


def test_little_room(monkeypatch: pytest.MonkeyPatch) -> None:
    assert running.disk() == "5.0 GB are free where media are kept."
    monkeypatch.setattr(health, "disk_free", lambda: 300_000_000)
    assert "Only 0.3 GB are free" in problem(running.disk)


# --- Keys -------------------------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_second_factors_that_no_key_of_today_reads(settings: Any) -> None:
    adapter = get_adapter()
    for number in range(3):
        Authenticator.objects.create(
            user=UserFactory(),
            type=Authenticator.Type.TOTP,
            data={"secret": adapter.encrypt(f"SECRET{number}")},
        )
    user = Authenticator.objects.latest("pk").user
    Authenticator.objects.create(
        user=user,
        type=Authenticator.Type.RECOVERY_CODES,
        data={"seed": adapter.encrypt("seed"), "used_mask": 0},
    )
    assert accounts_doctor.second_factors() == "All 4 can be read."
    settings.CLIENT_KEY_SECRET = "another secret"
    assert "4 of 4 can't be read" in problem(accounts_doctor.second_factors)


# --- Files ------------------------------------------------------------------------------------------------------


def test_a_folder_that_this_user_may_not_write(monkeypatch: pytest.MonkeyPatch, settings: Any) -> None:
    assert files.folders()
    media = settings.MEDIA_ROOT
    media.mkdir()
    real = os.access
    monkeypatch.setattr(files.os, "access", lambda path, mode: path != media and real(path, mode))
    assert f"{media} can't be written by" in problem(files.folders)


def test_nginx_may_read_what_it_serves(tmp_path: Path) -> None:
    for name in ("static", "media/images"):
        (tmp_path / name).mkdir(parents=True)
    for folder in (tmp_path, *tmp_path.rglob("*")):
        folder.chmod(0o755)
    above = [parent for parent in tmp_path.parents if parent.stat().st_mode & 0o1 == 0]
    assert files.closed_place(tmp_path / "static", {os.getgid()}) in {None, *above}
    (tmp_path / "media").chmod(0o700)
    assert files.closed_place(tmp_path / "media" / "images", {os.getgid()}) in {tmp_path / "media", *above}
    (tmp_path / "media").chmod(0o710)
    assert files.closed_place(tmp_path / "media" / "images", {os.getgid()}) in {None, *above}
    assert files.closed_place(tmp_path / "media" / "images", set()) in {tmp_path / "media", *above}
    (tmp_path / "static").chmod(0o711)  # it may be entered, and not listed
    assert files.closed_place(tmp_path / "static", set()) in {tmp_path / "static", *above}


def test_what_nginx_can_not_read_is_a_problem(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "static").mkdir()
    monkeypatch.setattr(files, "closed_place", lambda folder, _groups: folder.parent)
    assert f"can't get through {tmp_path} to {tmp_path / 'static'}" in problem(files.files_for_nginx)
    monkeypatch.setattr(files, "groups_of", lambda _name: None)
    assert "no user www-data" in files.files_for_nginx()


@pytest.mark.parametrize(
    ("mode", "wrong"), [(0o640, ""), (0o600, ""), (0o644, "Everybody may read"), (0o666, "Everybody")]
)
def test_secrets_that_everybody_may_read(settings: Any, mode: int, wrong: str) -> None:
    file = Path(settings.ENVIRONMENT_FILE)
    file.write_text("SECRET_KEY=")
    os.chown(file, -1, os.getgid())
    file.chmod(mode)
    if wrong:
        assert wrong in problem(files.secrets)
    elif os.getgid() not in {0, 33}:
        assert "Only root and its group may read" in files.secrets()


def test_secrets_that_nginx_may_read(settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    file = Path(settings.ENVIRONMENT_FILE)
    assert "no file" in files.secrets()
    file.write_text("SECRET_KEY=")
    file.chmod(0o640)
    monkeypatch.setattr(files, "groups_of", lambda _name: {file.stat().st_gid})
    assert "nginx's user www-data may read" in problem(files.secrets)
    monkeypatch.setattr(files, "groups_of", lambda _name: {file.stat().st_gid + 1})
    assert "Only root and its group may read" in files.secrets()


# --- Backups ----------------------------------------------------------------------------------------------------


def a_backup(folder: Path, hours: int) -> Path:
    """What looks like a whole backup, made so many hours ago."""
    made_at = timezone.now() - timedelta(hours=hours)
    one = folder / f"attune-{made_at:%Y%m%dT%H%M%SZ}"
    one.mkdir(parents=True)
    described = {}
    for name in (backups.DATABASE, backups.MEDIA):
        (one / name).write_bytes(b"data")
        described[name] = {"size": 4, "sha256": backups.sha256(one / name)}
    manifest = {
        "made_at": made_at.isoformat(),
        "files": described,
        "release": "",
        "rows": {},
        "media_files": 0,
    }
    (one / backups.MANIFEST).write_text(json.dumps(manifest))
    return one


def test_backups_are_there_and_young(settings: Any) -> None:
    folder = Path(settings.BACKUP_DIR)
    assert "There is no backup" in problem(files.newest_backup)
    old = a_backup(folder, hours=50)
    assert "50 hours old" in problem(files.newest_backup)
    young = a_backup(folder, hours=2)
    assert "2 hours old" in files.newest_backup()
    (young / backups.DATABASE).write_bytes(b"cut")
    assert "50 hours old" in problem(files.newest_backup)
    shutil.rmtree(old)
    assert "There is no backup" in problem(files.newest_backup)


# --- Pages ------------------------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_a_site_as_migrations_leave_it() -> None:
    assert "Wagtail's welcome page: run `attune first_content`" in problem(pages.front_pages)


@pytest.mark.django_db
def test_a_language_without_a_front_page() -> None:
    make_tree("uk")
    for code in ("en", "uk", "de"):
        Locale.objects.get_or_create(language_code=code)
    Locale.objects.exclude(language_code__in=["en", "uk", "de"]).delete()
    assert "No front page is published in de" in problem(pages.front_pages)
    Locale.objects.filter(language_code="de").delete()
    assert pages.front_pages() == "There is one in en, uk."
    HomePage.objects.get(locale__language_code="uk").unpublish()
    assert "No front page is published in uk" in problem(pages.front_pages)


@pytest.mark.django_db
def test_two_addresses_of_one_site(settings: Any) -> None:
    settings.SITE_URL = "https://attune.example"
    Site.objects.update(hostname="attune.example", port=443)
    assert pages.address() == "https://attune.example, here and in the CMS."
    Site.objects.update(port=80)
    assert (
        "SITE_URL leads to attune.example, port 443; Settings → Sites says attune.example, port 80"
        in problem(pages.address)
    )
    Site.objects.all().delete()
    assert "no default site" in problem(pages.address)
