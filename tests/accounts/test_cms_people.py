"""Accounts in the CMS: who may see them, and what can be done to them there."""

import pytest
from bs4 import BeautifulSoup
from django.contrib.auth.models import Group, Permission
from django.test import Client
from django.urls import reverse
from wagtail.models import Page

from accounts.models import User
from accounts.roles import ADMINISTRATORS, EDITORS, ensure_roles
from tests.factories.accounts import UserFactory
from tests.factories.people import (
    log_in_to_cms,
    make_administrator,
    make_editor,
    make_moderator,
    make_superuser,
    make_translator,
)

pytestmark = pytest.mark.django_db
PEOPLE = "wagtailusers_users:index"
EDIT = "wagtailusers_users:edit"
SCREENS = [
    ("wagtailusers_users:index", False),
    ("wagtailusers_users:index_results", False),
    ("wagtailusers_users:add", False),
    ("wagtailusers_users:edit", True),
    ("wagtailusers_users:delete", True),
    ("wagtailusers_users:history", True),
    ("wagtailusers_users:usage", True),
    ("wagtailusers_groups:index", False),
    ("wagtailusers_groups:add", False),
]


@pytest.fixture
def administrator(client: Client) -> User:
    """An administrator, who isn't a superuser and is logged in with `client`."""
    user = make_administrator()
    log_in_to_cms(client, user)
    return user


@pytest.fixture
def person() -> User:
    return UserFactory(email="person@example.org", display_name="Person")


def refused(client: Client, address: str) -> bool:
    """Whether the CMS shows nothing at `address` and sends back to its front page."""
    response = client.get(address)
    return response.status_code == 302 and response["Location"] == reverse("wagtailadmin_home")


@pytest.mark.parametrize("make", [make_editor, make_moderator, make_translator])
def test_B24_nobody_but_administrators_sees_accounts(client: Client, person: User, make: object) -> None:
    log_in_to_cms(client, make())  # type: ignore[operator]
    for name, about_somebody in SCREENS:
        assert refused(client, reverse(name, args=[person.pk] if about_somebody else [])), name


@pytest.mark.parametrize(
    "make", [make_editor, make_moderator, make_translator, make_administrator, make_superuser]
)
@pytest.mark.parametrize("name", ["list_submissions", "list_submissions_results", "delete_submissions"])
def test_B23_nobody_reads_what_people_wrote_to_us_as_submissions_of_a_form(
    client: Client, make: object, name: str
) -> None:
    log_in_to_cms(client, make())  # type: ignore[operator]
    page = Page.objects.get(depth=2)
    for address in (reverse(f"wagtailforms:{name}", args=[page.pk]), reverse("wagtailforms:index")):
        response = client.get(address, {"export": "csv"})
        assert response.status_code in {302, 403, 404} or not response.context["object_list"]


def test_an_administrator_gives_and_takes_roles(client: Client, administrator: User, person: User) -> None:
    editors = Group.objects.get(name=EDITORS)
    address = reverse(EDIT, args=[person.pk])
    assert client.get(address).status_code == 200
    client.post(address, {"is_active": "on", "groups": [editors.pk]})
    assert list(person.groups.all()) == [editors]
    client.post(address, {"is_active": "on"})
    assert not person.groups.exists()


def test_a_deactivated_person_is_out_at_once(client: Client, administrator: User, person: User) -> None:
    theirs = Client()
    theirs.force_login(person)
    assert theirs.get(reverse("account_preferences")).context["user"] == person
    client.post(reverse(EDIT, args=[person.pk]), {})
    assert not User.objects.get(pk=person.pk).is_active
    assert theirs.get(reverse("account_preferences")).context["user"].is_anonymous


def test_nobodys_address_name_or_password_is_changed_in_the_cms(
    client: Client, administrator: User, person: User
) -> None:
    before = person.password
    client.post(
        reverse(EDIT, args=[person.pk]),
        {
            "is_active": "on",
            "email": "mine@example.org",
            "display_name": "Mine",
            "first_name": "Mine",
            "password1": "calm-water-43",
            "password2": "calm-water-43",
        },
    )
    person.refresh_from_db()
    assert (person.email, person.display_name, person.password) == ("person@example.org", "Person", before)
    form = BeautifulSoup(client.get(reverse(EDIT, args=[person.pk])).content, "html.parser").find(
        id="w-editor-form"
    )
    shown = {
        tag["name"] for tag in form(["input", "select"]) if tag.get("name") and not tag.has_attr("disabled")
    }
    assert shown == {"csrfmiddlewaretoken", "is_active", "groups"}


def test_an_administrator_makes_nobody_a_superuser(client: Client, administrator: User, person: User) -> None:
    for user in (person, administrator):
        client.post(reverse(EDIT, args=[user.pk]), {"is_active": "on", "is_superuser": "on"})
        assert not User.objects.get(pk=user.pk).is_superuser


def test_an_administrator_changes_nothing_about_a_superuser(client: Client, administrator: User) -> None:
    superuser = make_superuser()
    address = reverse(EDIT, args=[superuser.pk])
    assert refused(client, address)
    client.post(address, {"is_superuser": ""})
    superuser.refresh_from_db()
    assert superuser.is_active
    assert superuser.is_superuser


def test_a_superuser_says_who_else_is_one(client: Client, person: User) -> None:
    log_in_to_cms(client, make_superuser())
    client.post(reverse(EDIT, args=[person.pk]), {"is_active": "on", "is_superuser": "on"})
    assert User.objects.get(pk=person.pk).is_superuser


def test_accounts_are_neither_made_nor_deleted_in_the_cms(client: Client, person: User) -> None:
    log_in_to_cms(client, make_superuser())
    before = User.objects.count()
    client.post(reverse("wagtailusers_users:add"), {"email": "new@example.org"})
    client.post(reverse("wagtailusers_users:delete", args=[person.pk]))
    for action in ("delete", "set_active_state", "assign_role"):
        address = reverse("wagtail_bulk_action", args=["accounts", "user", action])
        assert client.post(f"{address}?id={person.pk}").status_code == 404
    assert User.objects.count() == before


def test_people_are_found_by_name_and_listed_without_actions_on_many(
    client: Client, administrator: User, person: User
) -> None:
    response = client.get(reverse(PEOPLE), {"q": "Pers"})
    assert list(response.context["object_list"]) == [person]
    assert "data-bulk-action-checkbox" not in response.content.decode()


def test_no_group_can_be_given_rights_on_accounts_or_groups(client: Client, person: User) -> None:
    log_in_to_cms(client, make_superuser())
    ensure_roles()
    rights = Permission.objects.filter(content_type__app_label__in=["accounts", "auth"])
    form = client.get(reverse("wagtailusers_groups:add")).context["form"]
    assert (
        not form.fields["permissions"]
        .queryset.filter(pk__in=rights.filter(content_type__model="user"))
        .exists()
    )
    administrators = Group.objects.get(name=ADMINISTRATORS)
    assert administrators.permissions.filter(codename="change_user").exists()


def test_the_cmss_own_settings_are_not_the_account(client: Client) -> None:
    editor = make_editor()
    log_in_to_cms(client, editor)
    address = reverse("wagtailadmin_account")
    response = client.get(address)
    names = {panel.name for panels in response.context["panels_by_tab"].values() for panel in panels}
    assert names <= {"notifications", "locale", "theme"}
    assert reverse("account_home") in response.content.decode()
    client.post(
        address,
        {
            "name_email-email": "mine@example.org",
            "name_email-first_name": "Mine",
            "password-old_password": "x",
            "theme-theme": "dark",
            "theme-contrast": "system",
            "theme-density": "default",
        },
    )
    editor.refresh_from_db()
    assert (editor.email, editor.display_name) == ("editor@attune.example", "")
    assert editor.wagtail_userprofile.theme == "dark"  # type: ignore[attr-defined]
