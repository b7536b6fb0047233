"""What monitors and load balancers are told."""

from datetime import timedelta
from typing import Any

import pytest
from django.core.mail import EmailMessage
from django.db import OperationalError, connection
from django.db.migrations.recorder import MigrationRecorder
from django.test import Client
from django.utils import timezone

from core import health
from core.mail.outbox import enqueue
from core.models import Outbox

LETTER = EmailMessage("Hello", "Text", to=["a@example.org"])


@pytest.fixture(autouse=True)
def _forget() -> None:
    health._seen_applied.clear()


def refuse(*args: Any) -> None:
    raise OperationalError("connection refused")


def test_a_living_process_says_so_without_a_database(client: Client) -> None:
    answer = client.get("/healthz/")
    assert (answer.status_code, answer.content) == (200, b"ok\n")
    assert "no-store" in answer["Cache-Control"]


@pytest.mark.django_db
def test_a_site_that_can_work_is_ready(client: Client) -> None:
    enqueue(LETTER)
    enqueue(LETTER, due_at=timezone.now() + timedelta(days=1))
    answer = client.get("/readyz/")
    assert answer.status_code == 200
    assert answer.json() == {"database": "ok", "migrations": "ok", "outbox": "ok"}


@pytest.mark.django_db
def test_a_database_that_is_away_is_not_ready(client: Client) -> None:
    with connection.execute_wrapper(refuse):
        answer = client.get("/readyz/")
    assert answer.status_code == 503
    assert answer.json()["database"] == "away"


@pytest.mark.django_db
def test_a_missing_migration_is_not_ready_until_it_is_applied(client: Client) -> None:
    name = MigrationRecorder.Migration.objects.filter(app="core").latest("pk").name
    MigrationRecorder(connection).record_unapplied("core", name)
    assert client.get("/readyz/").json()["migrations"] == "missing"
    MigrationRecorder(connection).record_applied("core", name)
    assert client.get("/readyz/").status_code == 200


@pytest.mark.django_db
@pytest.mark.parametrize("state", ["pending", "sending"])
def test_mail_that_nobody_sends_is_not_ready(client: Client, settings: Any, state: str) -> None:
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
def test_production_answers_machines_without_tls(client: Client, settings: Any, path: str) -> None:
    settings.SECURE_SSL_REDIRECT = True
    settings.SECURE_REDIRECT_EXEMPT = [r"^(healthz|readyz)/$"]
    assert client.get(path).status_code == 200
    assert client.get("/en/").status_code == 301
