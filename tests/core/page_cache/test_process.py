"""How a process hears of changes, and what it does while it can't."""

import os
import signal
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.core.management import call_command
from django.db import connection, transaction
from django.db.migrations.executor import MigrationExecutor
from django.db.models.signals import pre_migrate
from wagtail.models import Locale, get_page_models

from core.models import BasePage, Menu, Topic
from core.page_cache import process, tags, triggers
from core.page_cache.files import PageFiles
from core.page_cache.process import Cache
from core.page_cache.reading import Reading, collecting, reading
from core.page_tags import MENU, PAGE, TOPIC
from tests.core.page_cache.readers import heard, wait_until

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def cache() -> Iterator[Cache]:
    own = Cache()
    own.start(1_000_000)
    wait_until(lambda: own.is_live)
    yield own
    own.stop()


@pytest.fixture
def topic() -> Topic:
    return Topic.objects.create(name="Sleep", slug="sleep", locale=Locale.objects.get(language_code="en"))


def names(cache: Cache, slug: str = "sleep") -> list[str]:
    """The names of a topic in all languages, remembered."""

    def read() -> list[str]:
        with reading(TOPIC(slug)):
            return list(Topic.objects.filter(slug=slug).values_list("name", flat=True))

    return cache.remembered(("names", slug), read)


def test_a_change_is_heard_when_it_is_committed(cache: Cache, topic: Topic) -> None:
    heard(cache)
    assert names(cache) == ["Sleep"]
    with transaction.atomic():
        Topic.objects.update(name="Rest")
        time.sleep(0.2)
        assert cache.get(("names", "sleep")), "nobody else sees it yet"
    wait_until(lambda: names(cache) == ["Rest"], seconds=2)


def test_what_is_rolled_back_is_never_heard_of(cache: Cache, topic: Topic) -> None:
    heard(cache)
    assert names(cache) == ["Sleep"]
    with transaction.atomic():
        Topic.objects.update(name="Rest")
        transaction.set_rollback(True)
    heard(cache)
    assert cache.get(("names", "sleep"))


def test_another_things_change_leaves_it(cache: Cache, topic: Topic) -> None:
    heard(cache)
    assert names(cache) == ["Sleep"]
    Topic.objects.create(name="Grief", slug="grief", locale=topic.locale)
    Topic.objects.update(also_called="what nobody sees")
    Topic.objects.update(name="Sleep")  # as it is
    heard(cache)
    assert cache.get(("names", "sleep"))


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE core_topic SET name = 'Rest' WHERE slug = 'sleep'",
        "UPDATE core_topic SET slug = 'rest'",
        "DELETE FROM core_topic",
        """INSERT INTO core_topic (name, slug, also_called, translation_key, locale_id)
        SELECT 'Schlaf', 'sleep', '', topic.translation_key, locale.id
        FROM core_topic AS topic, wagtailcore_locale AS locale WHERE locale.language_code = 'de'""",
        "TRUNCATE core_topic CASCADE",
    ],
)
def test_sql_is_heard_of_as_well(cache: Cache, topic: Topic, statement: str) -> None:
    Locale.objects.get_or_create(language_code="de")
    heard(cache)
    before = names(cache)
    with connection.cursor() as cursor:
        cursor.execute(statement)
    heard(cache)
    assert names(cache) != before


def test_very_many_changes_are_sent_as_their_kind(cache: Cache, topic: Topic) -> None:
    heard(cache)
    assert names(cache) == ["Sleep"]
    Topic.objects.bulk_create(
        Topic(name=f"Topic {number}", slug=f"topic-{number}", locale=topic.locale)
        for number in range(triggers.MOST_KEYS + 1)
    )
    heard(cache)
    assert cache.get(("names", "sleep")) is None
    assert str(TOPIC) in cache.store.changed


def test_what_reads_a_table_without_a_tag_is_not_remembered(cache: Cache, topic: Topic) -> None:
    count = cache.remembered("untagged", Topic.objects.count)
    assert count == 1
    assert cache.get("untagged") is None


def test_what_is_read_for_a_part_counts_for_the_whole(cache: Cache, topic: Topic) -> None:
    for _ in range(2):  # read, then remembered
        with collecting() as whole:
            names(cache)
        assert TOPIC("sleep") in whole.tags
        assert not whole.unfollowed


def backend_of(cache: Cache) -> int:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND query = 'SELECT 1'"
            " AND application_name = 'attune listener'"
        )
        return int(cursor.fetchone()[0])


def test_a_lost_connection_keeps_nothing_until_there_is_another(
    cache: Cache, topic: Topic, monkeypatch: pytest.MonkeyPatch
) -> None:
    heard(cache)
    names(cache)
    before = cache.store.moment
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_terminate_backend(%s)", [backend_of(cache)])
    wait_until(lambda: not cache.is_live)
    Topic.objects.update(name="Rest")
    assert names(cache) == ["Rest"]
    wait_until(lambda: cache.is_live)
    assert cache.store.begun > before
    assert names(cache) == ["Rest"]


def test_a_connection_that_does_not_answer_is_none(cache: Cache, monkeypatch: pytest.MonkeyPatch) -> None:
    answered = cache.heard_until
    assert answered
    now = time.monotonic()
    monkeypatch.setattr(process.time, "monotonic", lambda: now + process.LIMIT + 1)
    assert not cache.is_live


def test_a_process_keeps_nothing_once_another_release_was_installed(cache: Cache) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_notify(%s, %s)", [triggers.CHANNEL, f"{triggers.INSTALLED}0123"])
    wait_until(lambda: not cache.is_live)


def test_a_database_without_our_triggers_keeps_nothing() -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"DROP FUNCTION {triggers.FINGERPRINT}()")
    own = Cache()
    own.start(1_000_000)
    time.sleep(1)
    assert not own.is_live
    triggers.install()
    wait_until(lambda: own.is_live)
    own.stop()


def test_installing_twice_changes_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    assert triggers.installed() == triggers.fingerprint()
    monkeypatch.setattr(triggers, "statements", lambda: pytest.fail("made again"))
    monkeypatch.setattr(triggers, "fingerprint", lambda: triggers.installed())
    triggers.install()


def test_many_threads_and_changes_never_leave_an_old_value(cache: Cache, topic: Topic) -> None:
    """Readers remember while somebody writes; once the writer is heard, everybody reads what it wrote last."""
    heard(cache)
    ends = threading.Event()
    errors: list[Any] = []

    def read() -> None:
        try:
            while not ends.is_set():
                names(cache)
        except Exception as error:  # shown by the test
            errors.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=read) for _ in range(4)]
    for thread in threads:
        thread.start()
    for number in range(60):
        Topic.objects.update(name=f"Name {number}")
        heard(cache)
        assert names(cache) == [f"Name {number}"]
    ends.set()
    for thread in threads:
        thread.join()
    assert errors == []


def test_every_page_type_is_followed() -> None:
    followed = {source.table for source in tags.sources() if source.kind == PAGE}
    tables = {model._meta.db_table for model in get_page_models() if issubclass(model, BasePage)}
    assert tables <= followed


def test_every_kind_follows_a_table_and_every_key_can_be_worked_out() -> None:
    assert [kind.name for kind in tags.kinds.values() if not kind.tables] == []
    with connection.cursor() as cursor:
        for source in tags.sources():
            if source.key:
                cursor.execute(f'SELECT {source.key} FROM "{source.table}" AS r {source.join}')  # noqa: S608


def test_triggers_hold_for_all_that_are_followed() -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT DISTINCT tgrelid::regclass::text FROM pg_trigger WHERE tgname LIKE 'attune_follow_%'"
        )
        assert {name for (name,) in cursor.fetchall()} == {source.table for source in tags.sources()}
    assert Menu._meta.db_table in MENU.tables


def test_migrations_run_without_triggers_and_nothing_is_kept_meanwhile(cache: Cache) -> None:
    """A trigger names columns, and a table that is dropped and made again has none."""
    triggers.uninstall()
    wait_until(lambda: not cache.is_live)
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_trigger WHERE tgname LIKE 'attune_follow_%'")
        assert cursor.fetchone()[0] == 0
        cursor.execute("ALTER TABLE core_topic DROP COLUMN also_called")
        cursor.execute("UPDATE core_topic SET name = name")
        cursor.execute("ALTER TABLE core_topic ADD COLUMN also_called varchar(1000) NOT NULL DEFAULT ''")
    triggers.install()
    wait_until(lambda: cache.is_live)


def test_migrating_takes_the_triggers_away_and_makes_them_again(monkeypatch: pytest.MonkeyPatch) -> None:
    done: list[str] = []
    monkeypatch.setattr(triggers, "uninstall", lambda: done.append("uninstall"))
    monkeypatch.setattr(triggers, "install", lambda: done.append("install"))
    call_command("migrate", verbosity=0)
    assert done == ["install"], "there was nothing to migrate"
    plan = MigrationExecutor(connection).migration_plan([("core", None)])
    pre_migrate.send(apps.get_app_config("core"), plan=plan, using="default")
    assert done == ["install", "uninstall"]


def test_rows_that_change_while_triggers_are_off_for_replicas_are_heard_of(
    cache: Cache, topic: Topic
) -> None:
    heard(cache)
    assert names(cache) == ["Sleep"]
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute("UPDATE core_topic SET name = 'Rest'")
    wait_until(lambda: names(cache) == ["Rest"], seconds=2)


@pytest.mark.skipif(sys.platform != "linux", reason="stops a process of PostgreSQL's")
def test_a_server_that_hangs_leaves_no_files(tmp_path: Path) -> None:
    own = Cache()
    files = PageFiles(tmp_path)
    own.start(1_000_000, files)
    wait_until(lambda: own.is_live)
    assert files.write("/en/", b"old", b"old", Reading())
    backend = backend_of(own)
    os.kill(backend, signal.SIGSTOP)
    try:
        wait_until(lambda: not own.is_live)
        wait_until(lambda: not (files.pages / "en" / "index.html").exists(), seconds=5)
    finally:
        os.kill(backend, signal.SIGCONT)
    own.stop()


def test_files_that_can_not_be_deleted_end_nothing(tmp_path: Path) -> None:
    """A process goes on listening, and is right again as soon as the folder is."""
    folder = tmp_path / "pages"
    folder.write_text("a file stands here")
    own = Cache()
    own.start(1_000_000, PageFiles(folder))
    try:
        wait_until(lambda: own.is_live)
        folder.unlink()
        assert own.thread is not None
        assert own.thread.is_alive()
    finally:
        own.stop()
