"""People get all that the site holds about them, nobody else's, and are erased if they wish (security rule E54)."""

import io
import json
import uuid
import zipfile
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from django.apps import apps
from django.conf import settings
from django.core.management import CommandError, call_command
from django.db import models
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts import erasure, exports
from accounts.models import DataExport, ErasureRequest, User
from accounts.personal_data import Column, holdings, reasons
from booking.models import Booking
from core.mail.keys import address_key
from core.models import Outbox
from directory.models import Specialist
from tests.factories.accounts import UserFactory
from tests.factories.booking import BookingFactory, ScheduleFactory
from tests.our_apps import our_apps

pytestmark = pytest.mark.django_db

OTHERS = "papuga9"


def people() -> tuple[User, User]:
    """A client and a specialist who meet, with words of each of them everywhere."""
    client = UserFactory(email="mine@example.org", display_name="Mine")
    specialist = UserFactory(email=f"{OTHERS}@example.org", display_name=OTHERS)
    for user in (client, specialist):
        EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    return client, specialist


def unpacked(content: bytes) -> dict[str, bytes]:
    archive = zipfile.ZipFile(io.BytesIO(content))
    return {name: archive.read(name) for name in archive.namelist()}


def in_account(user: User) -> Client:
    """A browser in which `user` has just shown who they are."""
    browser = Client()
    browser.force_login(user)
    session = browser.session
    session["account_authentication_methods"] = [
        {"method": "mfa", "at": timezone.now().timestamp(), "reauthenticated": True}
    ]
    session["account_authentication_methods_user"] = str(user.pk)
    session.save()
    return browser


# --- The register ----------------------------------------------------------------------------------------------


def points_to_people(field: Any) -> bool:
    return bool(field.is_relation and field.related_model is User)


def has_address(field: Any) -> bool:
    return isinstance(field, models.EmailField) or "email" in field.name or field.name == "recipients"


def test_every_model_with_a_person_in_it_is_registered_or_left_out_with_a_reason() -> None:
    registered: dict[Any, set[str]] = {}
    for holding in holdings():
        registered.setdefault(holding.model, set()).update(holding.via)
    forgotten = []
    for model in apps.get_models(include_auto_created=True):
        if model in reasons():
            assert len(reasons()[model]) > 10
            assert model not in registered, model
            continue
        for field in (*model._meta.local_fields, *model._meta.local_many_to_many):
            if field.many_to_many and points_to_people(field):
                known = field.remote_field.through in {*registered, *reasons()}  # type: ignore[attr-defined]
            elif points_to_people(field):
                known = field.name in registered.get(model, set())
            else:
                known = model in registered or not has_address(field)
            if not known:
                forgotten.append(f"{model._meta.label}.{field.name}")
    assert forgotten == []


def test_what_belongs_to_rows_that_go_is_thought_of_too() -> None:
    """A model that leans on somebody's own rows, in the project's apps, is in the register as well."""
    own = {holding.model for holding in holdings() if not holding.stays} - {User}
    ours = our_apps()
    forgotten = [
        model._meta.label
        for model in apps.get_models()
        if model._meta.app_label in ours
        and model not in own
        and model not in reasons()
        and any(
            field.related_model in own and field.related_model._meta.app_label in ours - {"core"}  # type: ignore[union-attr]
            for field in model._meta.local_fields
            if field.is_relation
        )
    ]
    assert forgotten == ["articles.Person"]  # registered, and its articles stay


@pytest.mark.parametrize("holding", holdings(), ids=lambda holding: str(holding.title))
def test_every_entry_names_fields_that_there_are_and_has_a_title(holding: Any) -> None:
    assert str(holding.title)
    for field in holding.fields:
        assert isinstance(field, Column) or holding.model._meta.get_field(field)
    assert not {"password", "key_hash", "session_data", "client_key", "digest"} & set(holding.fields)


# --- The copy --------------------------------------------------------------------------------------------------


def test_a_copy_has_what_is_mine_and_no_words_of_others() -> None:
    client, specialist = people()
    schedule = ScheduleFactory(specialist__user=specialist, joining=f"https://meet.example/{OTHERS}")
    start = timezone.now() + timedelta(days=3)
    BookingFactory(
        schedule=schedule, starts_at=start, client=client, client_email=client.email, note="my note"
    )
    BookingFactory(
        schedule=schedule,
        starts_at=start - timedelta(days=9),
        client_email=client.email,
        note="guest",
        status="completed",
    )
    BookingFactory(
        schedule=schedule,
        starts_at=start + timedelta(days=1),
        client_name=OTHERS,
        note=OTHERS,
        client_email=f"{OTHERS}-two@example.org",
    )
    files = unpacked(exports.build(client))
    assert set(files) == {"data.html", "data.json"}
    for content in files.values():
        text = content.decode()
        assert "mine@example.org" in text
        assert "my note" in text
        assert "guest" in text  # booked without the account, under the same address
        assert OTHERS not in text


def test_a_specialists_copy_says_when_they_meet_and_not_whom() -> None:
    client, specialist = people()
    schedule = ScheduleFactory(specialist__user=specialist, joining="my room")
    BookingFactory(
        schedule=schedule,
        starts_at=timezone.now() + timedelta(days=3),
        client=client,
        note="Mine",
        client_name="Mine",
    )
    text = unpacked(exports.build(specialist))["data.json"].decode()
    data = json.loads(text)["data"]
    meetings = [part for part in data if part["what"] == "Consultations with you"]
    assert len(meetings[0]["rows"]) == 1
    assert "my room" in text
    assert "Mine" not in text
    assert "mine@example.org" not in text


@pytest.mark.parametrize(("language", "direction"), [("en", "ltr"), ("ar", "rtl")])
def test_the_readable_page_is_in_the_persons_language(language: str, direction: str) -> None:
    user = UserFactory(language=language)
    page = unpacked(exports.build(user))["data.html"].decode()
    assert f'<html lang="{language}" dir="{direction}">' in page


def test_asking_twice_makes_one_copy_and_one_mail(django_capture_on_commit_callbacks: Any) -> None:
    user = UserFactory()
    with django_capture_on_commit_callbacks() as callbacks:
        first = exports.request_export(user=user)
        assert exports.request_export(user=user) == first
    assert len(callbacks) == 1
    for _time in range(2):
        exports.fulfil(export_id=str(first.pk))
    assert Outbox.objects.filter(dedupe_key=f"export:{first.pk}").count() == 1
    assert exports.request_export(user=user) == first


def test_a_copy_that_no_worker_made_is_put_into_the_queue_again(
    django_capture_on_commit_callbacks: Any,
) -> None:
    user = UserFactory()
    now = timezone.now()
    exports.request_export(user=user, now=now - settings.TASK_LEASE - timedelta(minutes=1))
    with django_capture_on_commit_callbacks() as callbacks:
        exports.request_export(user=user, now=now)
        exports.request_export(user=user, now=now)
    assert len(callbacks) == 1


def test_nothing_is_made_for_somebody_who_has_gone() -> None:
    exports.fulfil(export_id=str(uuid.uuid4()))
    assert not Outbox.objects.exists()


@pytest.fixture
def ready() -> DataExport:
    export = exports.request_export(user=UserFactory())
    exports.fulfil(export_id=str(export.pk))
    return DataExport.objects.get()


def address_of(export: DataExport) -> str:
    return reverse("account_data_download", args=[export.pk])


def test_the_link_gives_its_owner_the_file(ready: DataExport) -> None:
    response = in_account(ready.user).get(address_of(ready))
    assert response.status_code == 200
    assert response["Content-Disposition"] == 'attachment; filename="attune-data.zip"'
    assert "no-store" in response["Cache-Control"]
    assert ready.user.email in unpacked(response.content)["data.json"].decode()


def test_the_link_in_the_mail_is_that_one(ready: DataExport) -> None:
    row = Outbox.objects.get(dedupe_key=f"export:{ready.pk}")
    assert row.recipients == [ready.user.email]
    assert settings.SITE_URL + address_of(ready) in bytes(row.raw).decode().replace("=\r\n", "")


def test_the_link_gives_others_nothing(ready: DataExport) -> None:
    assert in_account(UserFactory()).get(address_of(ready)).status_code == 404
    stranger = Client().get(address_of(ready))
    guessed = Client().get(reverse("account_data_download", args=[uuid.uuid4()]))
    assert "Log in to see your account" in stranger.content.decode()
    assert stranger.status_code == guessed.status_code
    assert b"PK" not in stranger.content[:2]


def test_the_link_works_for_a_day(ready: DataExport) -> None:
    def can(after: timedelta) -> bool:
        now = ready.requested_at + after
        return exports.downloadable(user=ready.user, pk=ready.pk, now=now) is not None

    assert can(timedelta(hours=23))
    assert not can(timedelta(hours=25))
    DataExport.objects.update(expires_at=timezone.now())
    assert in_account(ready.user).get(address_of(ready)).status_code == 404
    assert exports.forget_expired() == 1
    assert not DataExport.objects.exists()


def test_the_page_says_until_when_on_its_readers_clock(ready: DataExport) -> None:
    User.objects.filter(pk=ready.user.pk).update(time_zone="Pacific/Kiritimati")
    DataExport.objects.update(expires_at=datetime(2030, 6, 30, 12, 0, tzinfo=UTC))
    ErasureRequest.objects.create(
        user=ready.user, requested_at=timezone.now(), due_at=datetime(2030, 6, 30, 12, 0, tzinfo=UTC)
    )
    page = in_account(ready.user).get(reverse("account_data")).content.decode()
    assert "1 July 2030, 02:00" in page
    assert "will be erased on 1 July 2030" in page


def test_the_link_asks_who_it_is_first(ready: DataExport) -> None:
    browser = Client()
    browser.force_login(ready.user)
    response = browser.get(address_of(ready))
    assert response.status_code == 302
    assert response["Location"].startswith(reverse("account_reauthenticate"))


# --- The request to be erased ----------------------------------------------------------------------------------


@pytest.fixture
def specialist() -> Specialist:
    """Published, with hours and a client who comes in three weeks."""
    schedule = ScheduleFactory()
    start = timezone.now() + timedelta(days=21)
    BookingFactory(schedule=schedule, starts_at=start, client_email="client@example.org", client_name="Robin")
    return schedule.specialist


def subjects_to(address: str) -> list[str]:
    return list(Outbox.objects.filter(recipients=[address]).values_list("subject", flat=True))


def test_a_profile_rests_and_comes_back_on_day_13(specialist: Specialist) -> None:
    user, now = specialist.user, timezone.now()
    erasure.request_erasure(user=user, now=now)
    specialist.refresh_from_db()
    assert specialist.state == Specialist.State.PAUSED
    assert subjects_to(user.email) == ["Your account will be erased"]
    day = now + timedelta(days=13)
    assert erasure.erase_due(now=day) == 0
    assert erasure.keep_account(user=user, now=day)
    specialist.refresh_from_db()
    assert specialist.state == Specialist.State.PUBLISHED
    assert Booking.objects.get().status == Booking.Status.CONFIRMED
    assert not ErasureRequest.objects.exists()


def test_there_is_no_way_back_on_day_15(specialist: Specialist) -> None:
    user, now = specialist.user, timezone.now()
    address = user.email
    erasure.request_erasure(user=user, now=now)
    day = now + timedelta(days=15)
    with pytest.raises(erasure.TooLate):
        erasure.keep_account(user=user, now=day)
    assert erasure.erase_due(now=day) == 1
    assert erasure.erase_due(now=day) == 0
    assert not User.objects.exists()
    assert not Specialist.objects.exists()
    assert not Booking.objects.exists()
    assert "Your account is erased" in subjects_to(address)
    assert subjects_to("client@example.org") == ["Your appointment is cancelled"]
    assert all(Outbox.objects.values_list("forget_when_sent", flat=True))


def test_a_profile_that_a_moderator_suspended_stays_suspended(specialist: Specialist) -> None:
    erasure.request_erasure(user=specialist.user)
    Specialist.objects.update(state=Specialist.State.SUSPENDED)
    erasure.keep_account(user=specialist.user)
    specialist.refresh_from_db()
    assert specialist.state == Specialist.State.SUSPENDED


def test_a_profile_that_its_owner_had_paused_stays_paused(specialist: Specialist) -> None:
    Specialist.objects.update(state=Specialist.State.PAUSED)
    erasure.request_erasure(user=specialist.user)
    erasure.keep_account(user=specialist.user)
    specialist.refresh_from_db()
    assert specialist.state == Specialist.State.PAUSED


def test_asking_twice_keeps_the_day_and_sends_one_mail(specialist: Specialist) -> None:
    now = timezone.now()
    first = erasure.request_erasure(user=specialist.user, now=now)
    second = erasure.request_erasure(user=specialist.user, now=now + timedelta(days=3))
    assert second.due_at == first.due_at
    assert len(subjects_to(specialist.user.email)) == 1
    erasure.keep_account(user=specialist.user)
    specialist.refresh_from_db()
    assert specialist.state == Specialist.State.PUBLISHED


def test_a_client_is_erased_with_what_they_booked_without_logging_in() -> None:
    client, specialist = people()
    schedule = ScheduleFactory(specialist__user=specialist)
    soon = timezone.now() + timedelta(days=1)
    BookingFactory(
        schedule=schedule,
        starts_at=soon,
        client_email="MINE@example.org",
        client_name="Mine",
        client_key=address_key(client.email),
    )
    kept = BookingFactory(
        schedule=schedule, starts_at=soon + timedelta(hours=1), client_email="else@example.org"
    )
    erasure.erase(user_id=client.pk)
    assert list(Booking.objects.all()) == [kept]
    assert subjects_to(specialist.email) == ["A free consultation was cancelled"]
    assert User.objects.get() == specialist


def test_an_address_that_was_never_confirmed_takes_nobodys_consultations_along() -> None:
    client, _specialist = people()
    EmailAddress.objects.create(user=client, email="victim@example.org", verified=False)
    BookingFactory(starts_at=timezone.now() + timedelta(days=1), client_email="victim@example.org")
    erasure.erase(user_id=client.pk)
    assert Booking.objects.count() == 1


def test_the_last_administrator_stays() -> None:
    user = UserFactory(superuser=True)
    UserFactory(superuser=True, is_active=False)
    with pytest.raises(erasure.LastAdministrator):
        erasure.request_erasure(user=user)
    with pytest.raises(erasure.LastAdministrator):
        erasure.erase(user_id=user.pk)
    UserFactory(superuser=True)
    assert erasure.erase(user_id=user.pk)


def test_who_cant_be_erased_stops_nobody_else() -> None:
    now = timezone.now()
    for superuser in (True, False):
        user = UserFactory(superuser=superuser)
        ErasureRequest.objects.create(user=user, requested_at=now, due_at=now)
    assert erasure.erase_due(now=now) == 1
    assert User.objects.get().is_superuser


def test_an_error_with_one_person_stops_nobody_else(monkeypatch: pytest.MonkeyPatch) -> None:
    now = timezone.now()
    first, second = (UserFactory() for _ in range(2))
    for user in (first, second):
        ErasureRequest.objects.create(user=user, requested_at=now, due_at=now)
    letter = erasure.letter

    def fail_for_the_first(user: User, kind: str, **context: Any) -> Any:
        if user == first:
            raise RuntimeError
        return letter(user, kind, **context)

    monkeypatch.setattr(erasure, "letter", fail_for_the_first)
    assert erasure.erase_due(now=now) == 1
    assert User.objects.get() == first  # all of them, or nothing: it is tried again


# --- The pages -------------------------------------------------------------------------------------------------


def test_the_page_says_what_goes_and_what_stays(specialist: Specialist) -> None:
    text = in_account(specialist.user).get(reverse("account_data")).content.decode()
    assert "your portrait and your place in the directory" in text
    assert "Nothing." in text
    text = in_account(UserFactory()).get(reverse("account_data")).content.decode()
    assert "your portrait" not in text


def test_the_page_asks_who_it_is_first() -> None:
    browser = Client()
    browser.force_login(UserFactory())
    assert browser.get(reverse("account_data")).status_code == 302
    assert browser.post(reverse("account_erase"), {"understood": "on"}).status_code == 302
    assert not ErasureRequest.objects.exists()


def test_asking_for_a_copy_on_the_page() -> None:
    user = UserFactory()
    browser = in_account(user)
    page = browser.post(reverse("account_data_export"), follow=True).content.decode()
    assert "Your copy is being made" in page
    exports.fulfil(export_id=str(user.data_export.pk))
    page = browser.get(reverse("account_data")).content.decode()
    assert address_of(user.data_export) in page


def test_nobody_is_erased_without_ticking_the_box() -> None:
    browser = in_account(UserFactory())
    response = browser.post(reverse("account_erase"))
    assert response.status_code == 422
    assert "Tick this box" in response.content.decode()
    assert not ErasureRequest.objects.exists()


def test_the_last_administrator_is_told_why() -> None:
    response = in_account(UserFactory(superuser=True)).post(reverse("account_erase"), {"understood": "on"})
    assert response.status_code == 422
    assert "You are the last administrator" in response.content.decode()


def test_asking_to_be_erased_ends_the_other_sessions_and_shows_the_way_back() -> None:
    user = UserFactory()
    here, there = in_account(user), in_account(user)
    here.post(reverse("account_erase"), {"understood": "on"})
    assert "_auth_user_id" not in there.session
    for name in ("account_home", "account_data", "account_preferences", "account_email"):
        page = here.get(reverse(name)).content.decode()
        assert "Keep my account" in page, name
    page = here.post(reverse("account_keep"), follow=True).content.decode()
    assert "Your account stays" in page
    assert "Keep my account" not in page
    assert not ErasureRequest.objects.exists()


def test_a_get_changes_nothing() -> None:
    browser = in_account(UserFactory())
    for name in ("account_data_export", "account_erase", "account_keep"):
        assert browser.get(reverse(name)).status_code == 302
    assert not DataExport.objects.exists()
    assert not ErasureRequest.objects.exists()


# --- The commands ----------------------------------------------------------------------------------------------


def test_an_operator_writes_a_copy_into_a_file(tmp_path: Path) -> None:
    user = UserFactory()
    file = tmp_path / "copy.zip"
    call_command("export_account", user.email.upper(), output=file)
    assert user.email in unpacked(file.read_bytes())["data.json"].decode()
    assert file.stat().st_mode & 0o077 == 0


def test_an_operator_erases_with_and_without_the_way_back(capsys: Any) -> None:
    user = UserFactory()
    call_command("erase_account", user.email, "--dry-run")
    assert "accounts.User: 1" in capsys.readouterr().out
    call_command("erase_account", user.email)
    assert ErasureRequest.objects.get().user == user
    call_command("erase_account", user.email, "--now")
    assert not User.objects.exists()


def test_a_copy_that_cannot_be_written_is_a_sentence(tmp_path: Path) -> None:
    user = UserFactory(email="olena@example.org")
    with pytest.raises(CommandError, match="name another file"):
        call_command("export_account", user.email, output=tmp_path / "nowhere" / "olena.zip")


@pytest.mark.parametrize("command", ["export_account", "erase_account"])
def test_a_command_says_when_there_is_nobody(command: str) -> None:
    with pytest.raises(CommandError, match="Nobody has an account"):
        call_command(command, "nobody@example.org")
