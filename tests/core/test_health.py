"""What monitors and load balancers are told."""

import smtplib
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from django.conf import settings as django_settings
from django.core.mail import EmailMessage
from django.db import OperationalError, connection
from django.db.migrations.recorder import MigrationRecorder
from django.db.models.functions import Now
from django.test import Client
from django.utils import timezone

from core import health
from core.mail import outbox
from core.mail.outbox import enqueue
from core.models import Outbox, WorkerHeartbeat
from core.release import RELEASE
from core.worker import heartbeat

LETTER = EmailMessage("Hello", "Text", to=["a@example.org"])


OK = {"database": "ok", "migrations": "ok", "outbox": "ok", "worker": "ok", "disk": "ok"}


@pytest.fixture(autouse=True)
def _room(monkeypatch: pytest.MonkeyPatch) -> None:
    health._seen_applied.clear()
    monkeypatch.setattr(health, "disk_free", lambda: 5_000_000_000)


@pytest.fixture
def worker(db: None) -> WorkerHeartbeat:
    """A worker that has just been seen."""
    return WorkerHeartbeat.objects.create(worker="one", release=RELEASE)


def seen(ago: timedelta) -> None:
    """Let all workers have been seen so long ago, by PostgreSQL's clock."""
    WorkerHeartbeat.objects.update(seen_at=Now() - ago)


def public(client: Client) -> Any:
    """What the address says to somebody from elsewhere: our proxy names them."""
    return client.get("/readyz/", headers={"x-forwarded-for": "203.0.113.7"})


def refuse(*args: Any) -> None:
    raise OperationalError("connection refused")


def test_a_living_process_says_so_without_a_database(client: Client) -> None:
    answer = client.get("/healthz/")
    assert (answer.status_code, answer.content) == (200, b"ok\n")
    assert "no-store" in answer["Cache-Control"]


def test_a_site_that_can_work_is_ready(client: Client, worker: WorkerHeartbeat) -> None:
    enqueue(LETTER)
    enqueue(LETTER, due_at=timezone.now() + timedelta(days=1))
    answer = public(client)
    assert answer.status_code == 200
    assert answer.json() == OK


def test_a_site_without_a_worker_is_not_ready(client: Client, worker: WorkerHeartbeat) -> None:
    seen(heartbeat.STALE + timedelta(seconds=1))
    answer = public(client)
    assert (answer.status_code, answer.json()) == (503, {**OK, "worker": "stopped"})
    seen(heartbeat.STALE - timedelta(seconds=20))
    assert public(client).status_code == 200
    WorkerHeartbeat.objects.all().delete()
    assert public(client).json()["worker"] == "stopped"


def test_a_full_disk_is_not_ready(
    client: Client, worker: WorkerHeartbeat, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(health, "disk_free", lambda: health.FULL - 1)
    answer = public(client)
    assert (answer.status_code, answer.json()) == (503, {**OK, "disk": "full"})


def test_a_folder_that_nobody_may_look_at_is_not_ready(
    client: Client, worker: WorkerHeartbeat, monkeypatch: pytest.MonkeyPatch
) -> None:
    def forbid() -> int:
        raise PermissionError(13, "Permission denied", "/var/lib/attune/media")

    monkeypatch.setattr(health, "disk_free", forbid)
    answer = public(client)
    assert (answer.status_code, answer.json()) == (503, {**OK, "disk": "unknown"})


def test_the_room_is_that_of_the_disk_that_media_are_on(
    tmp_path: Any, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.MEDIA_ROOT = tmp_path / "not" / "there yet"
    monkeypatch.undo()
    rooms = {tmp_path: 7}
    monkeypatch.setattr(health.shutil, "disk_usage", lambda folder: SimpleNamespace(free=rooms[folder]))
    assert health.disk_free() == 7


def test_details_are_for_the_machine_itself(client: Client, worker: WorkerHeartbeat) -> None:
    refused = smtplib.SMTPRecipientsRefused(
        {"olena@example.org": (550, b"5.1.1 <olena@example.org>: Recipient address rejected")}
    )
    outbox.note_failure(refused)
    answer = client.get("/readyz/")
    details = answer.json()["details"]
    assert details["release"] == RELEASE
    assert details["disk_free_mb"] == 5_000
    assert details["mail_late_seconds"] == 0
    assert [one["release"] for one in details["workers"]] == [RELEASE]
    assert {**details["mail_failure"], "at": ""} == {
        "at": "",
        "kind": "SMTPRecipientsRefused",
        "code": 550,
        "status": "5.1.1",
    }
    assert "olena" not in answer.content.decode()


@pytest.mark.parametrize(
    "request_of",
    [
        {"headers": {"x-forwarded-for": "127.0.0.1"}},
        {"headers": {"x-forwarded-for": ""}},
        {"headers": {"x-forwarded-proto": "https"}},
        {"headers": {"x-real-ip": "127.0.0.1"}},
        {"headers": {"forwarded": "for=127.0.0.1"}},
        {"headers": {"via": "1.1 proxy"}},
        {"REMOTE_ADDR": "203.0.113.7"},
        {"REMOTE_ADDR": ""},
    ],
)
def test_nobody_else_gets_details(
    client: Client, worker: WorkerHeartbeat, request_of: dict[str, Any]
) -> None:
    assert client.get("/readyz/", **request_of).json() == OK


def test_our_proxy_says_whom_it_asks_for() -> None:
    """Else everybody would be the machine itself."""
    nginx = (django_settings.BASE_DIR / "docs/deploy/nginx.conf").read_text()
    assert nginx.count("proxy_set_header X-Forwarded-For $remote_addr;") == nginx.count("proxy_pass ") > 0


@pytest.mark.django_db
def test_a_database_that_is_away_is_not_ready(client: Client) -> None:
    with connection.execute_wrapper(refuse):
        answer = client.get("/readyz/")
    assert answer.status_code == 503
    assert answer.json()["database"] == "away"
    assert answer.json()["worker"] == "unknown"
    assert answer.json()["details"] == {"release": RELEASE, "disk_free_mb": 5_000}


@pytest.mark.django_db
def test_a_missing_migration_is_not_ready_until_it_is_applied(
    client: Client, worker: WorkerHeartbeat
) -> None:
    name = MigrationRecorder.Migration.objects.filter(app="core").latest("pk").name
    MigrationRecorder(connection).record_unapplied("core", name)
    assert client.get("/readyz/").json()["migrations"] == "missing"
    MigrationRecorder(connection).record_applied("core", name)
    assert client.get("/readyz/").status_code == 200


@pytest.mark.django_db
@pytest.mark.parametrize("state", ["pending", "sending"])
def test_mail_that_nobody_sends_is_not_ready(
    client: Client, worker: WorkerHeartbeat, settings: Any, state: str
) -> None:
    long_ago = timezone.now() - settings.OUTBOX_LAG - timedelta(seconds=1)
    enqueue(LETTER, due_at=long_ago)
    Outbox.objects.update(state=state, lease_until=long_ago)
    answer = client.get("/readyz/")
    assert answer.status_code == 503
    assert answer.json()["outbox"] == "late"
    Outbox.objects.update(state="sent")
    assert client.get("/readyz/").status_code == 200


@pytest.mark.django_db
@pytest.mark.parametrize("path", ["/healthz/", "/readyz/"])
def test_production_answers_machines_without_tls(
    client: Client, worker: WorkerHeartbeat, settings: Any, path: str
) -> None:
    settings.SECURE_SSL_REDIRECT = True
    settings.SECURE_REDIRECT_EXEMPT = [r"^(healthz|readyz)/$"]
    assert client.get(path).status_code == 200
    assert client.get("/en/").status_code == 301
