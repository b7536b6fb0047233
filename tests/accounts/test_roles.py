"""What each role may do in the CMS."""

from collections.abc import Iterable
from dataclasses import fields

import pytest
from allauth.account.models import EmailAddress
from django.contrib.auth.models import Group, Permission
from wagtail.models import Page

from accounts.models import User
from accounts.rights import RIGHTS as OWN_RIGHTS
from accounts.roles import ADMINISTRATORS, EDITORS, MODERATORS, ensure_roles, permissions, translators
from dev.demo import Demo, people_to_try
from dev.demo.accounts import add_accounts
from tests.accounts.group_rights import ON_COLLECTIONS, ON_PAGES, RIGHTS
from tests.factories.pages import Tree, locale_of
from tests.factories.people import make_administrator, make_editor, make_moderator, make_translator

pytestmark = pytest.mark.django_db
TREE = ("uk", "de")


def may(user: User, page: object) -> set[str]:
    tester = page.permissions_for_user(user)  # type: ignore[attr-defined]
    actions = {
        "edit": tester.can_edit(),
        "publish": tester.can_publish(),
        "add": tester.can_add_subpage(),
        "lock": tester.can_lock(),
    }
    return {name for name, allowed in actions.items() if allowed}


def names(rights: Iterable[Permission]) -> set[str]:
    return {f"{right.content_type.app_label}.{right.codename}" for right in rights}


def test_an_editor_works_in_english_alone(tree: Tree) -> None:
    user = make_editor()
    assert may(user, tree["en"].index) == {"edit", "publish", "add", "lock"}
    assert may(user, tree["uk"].index) == may(user, tree["de"].index) == set()
    assert user.has_perms(["core.add_topic", "core.change_menu", "articles.change_person"])
    assert not user.has_perm("wagtail_localize.submit_translation")


def test_a_translator_works_in_their_language_alone(tree: Tree) -> None:
    user = make_translator("uk")
    assert may(user, tree["uk"].index) == {"edit", "publish", "add"}
    assert may(user, tree["en"].index) == may(user, tree["de"].index) == set()
    assert user.has_perms(["wagtail_localize.submit_translation", "core.change_topic"])
    assert not user.has_perm("core.add_topic")


def test_a_moderator_works_with_specialists_and_hours_and_looks_at_bookings(tree: Tree) -> None:
    user = make_moderator()
    assert may(user, tree["en"].index) == set()
    assert user.has_perms(["directory.change_specialist", "booking.change_schedule"])
    assert user.has_perm("booking.view_booking")
    assert not any(user.has_perm(f"booking.{action}_booking") for action in ("add", "change", "delete"))


def test_an_administrator_works_everywhere(tree: Tree) -> None:
    user = make_administrator()
    assert may(user, Page.get_first_root_node()) == {"add", "lock"}
    for page in (tree["en"].index, tree["uk"].home):
        assert may(user, page) == {"edit", "publish", "add", "lock"}
    assert user.has_perms(
        [
            "accounts.change_user",
            "wagtailcore.change_site",
            "wagtailcore.add_locale",
            "wagtailredirects.delete_redirect",
            "directory.change_specialist",
            "booking.change_schedule",
            "core.delete_menu",
            "wagtail_localize.submit_translation",
        ]
    )
    assert user.has_perm("booking.view_booking")
    assert not any(user.has_perm(f"booking.{action}_booking") for action in ("add", "change", "delete"))


def test_what_the_groups_may_do_is_nobodys_to_change_but_superusers() -> None:
    ensure_roles()
    assert not Permission.objects.filter(group__isnull=False, content_type__app_label="auth").exists()
    assert not Permission.objects.filter(
        group__isnull=False, codename__in=["add_user", "delete_user"]
    ).exists()


def test_nobody_but_administrators_may_touch_users(tree: Tree) -> None:
    ensure_roles()
    others = Group.objects.exclude(name=ADMINISTRATORS)
    everybody = Permission.objects.filter(group__in=others)
    assert not everybody.filter(content_type__app_label__in=["accounts", "auth"]).exists()
    deleting = everybody.filter(codename__startswith="delete").distinct()
    assert [right.codename for right in deleting] == ["delete_blockedaddress"]  # to release it: moderators
    of_bookings = everybody.filter(
        content_type__app_label="booking", content_type__model="booking"
    ).distinct()
    assert [right.codename for right in of_bookings] == ["view_booking"]


def test_roles_are_made_again_without_a_change_and_without_what_was_added(tree: Tree) -> None:
    ensure_roles()
    editors = Group.objects.get(name=EDITORS)
    before = set(editors.page_permissions.values_list("page_id", "permission_id"))  # type: ignore[attr-defined]
    editors.permissions.add(Permission.objects.get(codename="change_user"))
    editors.page_permissions.create(page=tree["de"].home, permission_type="publish")  # type: ignore[attr-defined]
    ensure_roles()
    assert not editors.permissions.filter(codename="change_user").exists()
    assert set(editors.page_permissions.values_list("page_id", "permission_id")) == before  # type: ignore[attr-defined]
    assert Group.objects.count() == len([EDITORS, MODERATORS, ADMINISTRATORS, "uk", "de", "ar"])


def test_a_language_added_later_gets_its_tree_with_its_front_page(tree: Tree) -> None:
    ensure_roles()
    group = Group.objects.get(name=translators("ar"))
    assert not group.page_permissions.exists()  # type: ignore[attr-defined]
    tree["en"].home.copy_for_translation(locale_of("ar"))
    assert {
        row.page.locale.language_code
        for row in group.page_permissions.select_related("page__locale")  # type: ignore[attr-defined]
    } == {"ar"}


@pytest.mark.parametrize(
    ("name", "written", "where"),
    [
        (EDITORS, "Editors", {"en"}),
        (translators("uk"), "Translators", {"uk"}),
        (translators("de"), "Translators", {"de"}),
        (translators("ar"), "Translators", set()),  # there is no tree in that language
        (MODERATORS, "Moderators", set()),
        (ADMINISTRATORS, "Administrators", {"root"}),
    ],
)
def test_each_group_has_exactly_the_rights_that_are_written_out(
    tree: Tree, name: str, written: str, where: set[str]
) -> None:
    ensure_roles()
    group = Group.objects.get(name=name)
    assert names(group.permissions.all()) == RIGHTS[written]
    on_pages: dict[str, set[Permission]] = {}
    for row in group.page_permissions.select_related("page__locale", "permission"):  # type: ignore[attr-defined]
        place = row.page.locale.language_code if row.page.depth > 1 else "root"
        on_pages.setdefault(place, set()).add(row.permission)
    assert {place: names(rights) for place, rights in on_pages.items()} == dict.fromkeys(
        where, ON_PAGES[written]
    )
    on_collections = group.collection_permissions.select_related("permission")  # type: ignore[attr-defined]
    assert names(row.permission for row in on_collections) == ON_COLLECTIONS[written]


def test_the_app_of_the_accounts_names_the_records_of_no_app_above_it() -> None:
    below = {"accounts", "core", "wagtailadmin", "wagtailcore", "wagtailredirects", "wagtail_localize"}
    rights = [right for role in fields(OWN_RIGHTS) for right in getattr(OWN_RIGHTS, role.name)]
    assert {right.split(".")[0] for right in rights} == below


def test_a_right_that_does_not_exist_is_an_error() -> None:
    with pytest.raises(Permission.DoesNotExist, match=r"core\.fly_topic"):
        permissions(["core.change_topic", "core.fly_topic"])


def test_the_demo_has_somebody_for_each_role_whose_address_is_verified(tree: Tree) -> None:
    demo = Demo(say=lambda line: None, source=locale_of("en"), targets=[locale_of("uk")])
    add_accounts(demo)
    before = list(User.objects.order_by("pk").values())
    add_accounts(demo)
    assert list(User.objects.order_by("pk").values()) == before
    found = {user.email.split("@")[0]: user for user in User.objects.all()}
    assert set(found) == {account.role for account in people_to_try()} - {
        "specialist"
    }  # there are no specialists here
    assert {role for role, user in found.items() if user.is_superuser} == {"admin"}
    assert all(user.check_password(people_to_try()[0].password) for user in found.values())
    assert EmailAddress.objects.filter(verified=True, primary=True).count() == len(found)
    assert not found["client"].has_perm("wagtailadmin.access_admin")
    assert may(found["translator"], tree["uk"].article) == {"edit", "publish"}
