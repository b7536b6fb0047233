"""Who may do what in the CMS: the groups, and the rights each of them has exactly.

Administrators have no group: they are superusers. Nobody else may change users.
"""

from collections.abc import Iterable

from django.conf import settings
from django.contrib.auth.models import Group, Permission
from django.db import transaction
from django.db.models import Q
from wagtail.models import Collection, GroupCollectionPermission, GroupPagePermission, Page

EDITORS = "Editors"  # Wagtail's migrations make a group of this name, with rights on all languages
MODERATORS = "Moderators"  # and of this one

CMS = "wagtailadmin.access_admin"
TERMS = [
    "core.topic",
    "directory.profession",
    "directory.method",
    "directory.clientgroup",
    "directory.place",
]
SNIPPETS = [*TERMS, "core.menu"]
PEOPLE = "articles.person"
CHECKED = ["directory.specialist"]
SCHEDULES = ["booking.schedule", "booking.weeklywindow", "booking.dateexception"]
EDITING = ["add", "change", "publish", "lock", "unlock"]
TRANSLATING = ["add", "change", "publish"]


def translators(language_code: str) -> str:
    """The name of the group that translates into a language."""
    return f"Translators ({language_code})"


def every(actions: Iterable[str], models: Iterable[str]) -> list[str]:
    """`app.action_model` for every pair."""
    actions = list(actions)
    return [
        f"{app}.{action}_{model}" for app, model in (name.split(".") for name in models) for action in actions
    ]


@transaction.atomic
def ensure_roles() -> list[Group]:
    """Make every group that is missing and give each exactly its rights; safe to run again at any time.

    Rights on pages belong to a language's tree: run it again after adding a language's front page.
    """
    targets = [code for code, _name in settings.LANGUAGES if code != settings.LANGUAGE_CODE]
    groups = [
        ensure_group(
            EDITORS,
            [CMS, *every(["add", "change", "view"], [*SNIPPETS, PEOPLE])],
            language_code=settings.LANGUAGE_CODE,
            on_pages=EDITING,
            on_pictures=["add", "change", "choose"],
        ),
        ensure_group(MODERATORS, [CMS, *every(["view", "change"], [*CHECKED, *SCHEDULES])]),
    ]
    for code in targets:
        rights = [
            CMS,
            "wagtail_localize.submit_translation",
            *every(["change", "view"], SNIPPETS),
        ]
        groups.append(
            ensure_group(
                translators(code),
                rights,
                language_code=code,
                on_pages=TRANSLATING,
                on_pictures=["choose"],
            )
        )
    return groups


def ensure_group(
    name: str,
    rights: list[str],
    *,
    language_code: str | None = None,
    on_pages: Iterable[str] = (),
    on_pictures: Iterable[str] = (),
) -> Group:
    """The group called `name` with exactly these rights; `on_pages` hold in the tree of `language_code`."""
    group, _made = Group.objects.get_or_create(name=name)
    group.permissions.set(permissions(rights))
    front_pages = Page.objects.filter(depth=2, locale__language_code=language_code)
    page_rights = permissions([f"wagtailcore.{action}_page" for action in on_pages])
    wanted = {(page.pk, right.pk) for page in front_pages for right in page_rights}
    held = GroupPagePermission.objects.filter(group=group)
    for row in held:
        if (row.page_id, row.permission_id) not in wanted:
            row.delete()
    for page_id, right_id in wanted:
        GroupPagePermission.objects.get_or_create(group=group, page_id=page_id, permission_id=right_id)
    root = Collection.get_first_root_node()
    picture_rights = permissions([f"wagtailimages.{action}_image" for action in on_pictures])
    GroupCollectionPermission.objects.filter(group=group).exclude(
        collection=root, permission__in=picture_rights
    ).delete()
    for right in picture_rights:
        GroupCollectionPermission.objects.get_or_create(group=group, collection=root, permission=right)
    return group


def permissions(names: Iterable[str]) -> list[Permission]:
    """The permissions called `app.codename`. Raises Permission.DoesNotExist, naming those there are none of."""
    names = list(names)
    query = Q(pk__in=[])
    for name in names:
        app, codename = name.split(".")
        query |= Q(content_type__app_label=app, codename=codename)
    found = list(Permission.objects.filter(query).select_related("content_type"))
    missing = set(names) - {f"{item.content_type.app_label}.{item.codename}" for item in found}
    if missing:
        raise Permission.DoesNotExist(", ".join(sorted(missing)))
    return found
