"""The security log: what happens at the doors and to rights, and never whose they are."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import Group
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from structlog.testing import capture_logs

from accounts.models import User
from accounts.roles import EDITORS, ensure_roles
from core import security
from tests.accounts.ways_in import add_totp, log_in, make_account, new_ip, totp_code
from tests.factories.people import (
    log_in_to_cms,
    make_administrator,
    make_editor,
    make_moderator,
    make_superuser,
)

pytestmark = pytest.mark.django_db


def events(entries: list[Any]) -> list[str]:
    return [entry["event"] for entry in entries if {"about", "by", "action", "change"} & entry.keys()]


@pytest.fixture(autouse=True)
def _fresh_logger(monkeypatch: pytest.MonkeyPatch) -> None:
    """`capture_logs` sees loggers that were not used before."""
    import structlog

    monkeypatch.setattr(security, "log", structlog.get_logger("security"))


def test_coming_in_and_being_refused_is_noted() -> None:
    user = make_account()
    secret = add_totp(user)
    browser = Client()
    with capture_logs() as entries:
        for _ in range(6):
            log_in(Client(), user.email, "wrong", REMOTE_ADDR=new_ip())
        log_in(Client(), "nobody@example.org", "wrong", REMOTE_ADDR=new_ip())
    assert events(entries) == ["log-in failed"] * 5 + ["limit reached", "log-in failed"]
    names = [entry["about"] for entry in entries if entry["event"] == "log-in failed"]
    assert len(set(names[:5])) == 1
    assert names[5] != names[0]
    with capture_logs() as entries:
        other = make_account("other@example.org")
        secret = add_totp(other)
        log_in(browser, other.email, REMOTE_ADDR=new_ip())
        browser.post(reverse("mfa_authenticate"), {"code": totp_code(secret)})
        browser.post(reverse("account_logout"))
    assert {"second factor shown", "logged in", "logged out"} <= set(events(entries))


def test_no_line_says_who_it_was() -> None:
    user = make_account()
    with capture_logs() as entries:
        log_in(Client(), user.email, "wrong", REMOTE_ADDR="203.0.113.9")
        log_in(Client(), user.email, REMOTE_ADDR="203.0.113.9")
    assert len(events(entries)) == 2
    for entry in entries:
        assert not re.search(rf"noor|example\.org|203\.0\.113|'{user.pk}'|: {user.pk}\b", str(entry))


def test_a_name_is_another_one_each_month(time_machine: Any) -> None:
    user = make_account()
    time_machine.move_to("2026-11-30T23:59:00Z")
    name = security.pseudonym(user)
    assert security.pseudonym(user) == name
    time_machine.move_to("2026-12-01T00:00:00Z")
    assert security.pseudonym(user) != name


def test_roles_and_who_gave_them_are_noted(client: Client) -> None:
    ensure_roles()
    admin, somebody = make_administrator(), make_account()
    log_in_to_cms(client, admin)
    group = Group.objects.get(name=EDITORS)
    with capture_logs() as entries:
        client.post(
            reverse("wagtailusers_users:edit", args=[somebody.pk]), {"is_active": "on", "groups": [group.pk]}
        )
    assert somebody.groups.get() == group
    (entry,) = [one for one in entries if one["event"] == "role changed"]
    assert (entry["change"], entry["groups"]) == ("added", [EDITORS])
    assert entry["about"] == security.pseudonym(somebody)
    assert entry["by"] == security.pseudonym(admin)


def test_becoming_and_ceasing_to_be_a_superuser_is_noted_whoever_saves_it() -> None:
    user = make_account()
    with capture_logs() as entries:
        user.is_superuser = True
        user.save()
        user.is_active = False
        user.save(update_fields=["is_active"])
        user.save(update_fields=["display_name"])
        User.objects.create_superuser("root@example.org", "calm-water-flows-42")
    assert [
        {key: entry[key] for key in ("is_superuser", "is_active") if key in entry}
        for entry in entries
        if entry["event"] == "role changed"
    ] == [{"is_superuser": True}, {"is_active": False}, {"is_superuser": True}]


def test_rights_of_groups_are_noted() -> None:
    ensure_roles()
    group = Group.objects.get(name=EDITORS)
    with capture_logs() as entries:
        group.permissions.remove(group.permissions.first())
        group.page_permissions.all().delete()  # type: ignore[attr-defined]
    assert [entry["event"] for entry in entries if "group" in entry].count("rights changed") >= 1


def test_a_refused_screen_of_the_cms_is_noted(client: Client) -> None:
    editor = make_editor()
    log_in_to_cms(client, editor)
    with capture_logs() as entries:
        client.get(reverse("wagtailusers_users:index"))
    (entry,) = [one for one in entries if one["event"] == "refused"]
    assert entry == {
        "event": "refused",
        "by": security.pseudonym(editor),
        "view": "wagtailusers_users:index",
        "log_level": "info",
    }


# --- Who decides who may do what shows again who they are -----------------------------------------------------------


@pytest.mark.parametrize(
    "page",
    [
        "wagtailusers_groups:add",
        "wagtailadmin_workflows:index",
        "wagtailadmin_workflows:add",
        "wagtailadmin_workflows:task_index",
    ],
)
def test_roles_and_workflows_ask_again_after_a_quarter_of_an_hour(
    client: Client, time_machine: Any, page: str
) -> None:
    admin = make_superuser()
    admin.set_password("calm-water-flows-42")
    admin.save()
    log_in_to_cms(client, admin)
    assert client.get(reverse(page)).status_code == 200
    time_machine.move_to(timezone.now() + timedelta(minutes=16))
    response = client.get(reverse(page))
    assert response.status_code == 302
    assert response["Location"].startswith(reverse("account_reauthenticate"))
    assert client.get(reverse("wagtailadmin_home")).status_code == 200


def test_a_role_form_that_was_opened_in_time_can_be_sent_for_an_hour(
    client: Client, time_machine: Any
) -> None:
    admin, somebody = make_administrator(), make_account()
    log_in_to_cms(client, admin)
    url = reverse("wagtailusers_users:edit", args=[somebody.pk])
    group = Group.objects.get(name=EDITORS)
    data = {"is_active": "on", "groups": [group.pk]}
    time_machine.move_to(timezone.now() + timedelta(minutes=20))
    assert client.post(url, data)["Location"] == reverse("wagtailusers_users:index")
    assert somebody.groups.exists()
    for _ in range(3):  # staff sessions end when nothing happens for half an hour
        time_machine.move_to(timezone.now() + timedelta(minutes=20))
        client.get(reverse("wagtailadmin_home"))
    assert "/reauthenticate/" in client.post(url, {"is_active": "on"})["Location"]
    assert somebody.groups.exists()


def test_moderators_lists_are_not_in_the_way_of_work(client: Client, time_machine: Any) -> None:
    log_in_to_cms(client, make_moderator())
    time_machine.move_to(timezone.now() + timedelta(minutes=20))
    assert client.get(reverse("wagtailadmin_home")).status_code == 200
