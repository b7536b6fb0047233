"""Who may do what in the CMS: the groups, and the rights each of them has exactly.

Administrators alone may change users, which means whether somebody's account is active and which groups they are in
(accounts.viewsets). What the groups may do with its records each app says in its `rights.py`; what they may do with
pages and pictures is decided here. Only superusers can change either, whom daily work doesn't need.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from django.conf import settings
from django.contrib.auth.models import Group, Permission
from django.db import transaction
from django.db.models import Q, QuerySet
from wagtail.models import Collection, GroupCollectionPermission, GroupPagePermission, Page

EDITORS = "Editors"  # Wagtail's migrations make a group of this name, with rights on all languages
MODERATORS = "Moderators"  # and of this one
ADMINISTRATORS = "Administrators"

PICTURE, COLLECTION = "wagtailimages.image", "wagtailcore.collection"
EDITING = ["add", "change", "publish", "lock", "unlock"]
TRANSLATING = ["add", "change", "publish"]
ADMINISTERING = [*EDITING, "bulk_delete"]
CHANGE_USERS = "accounts.change_user"
Role = Literal["editors", "translators", "moderators", "administrators"]


@dataclass(frozen=True, kw_only=True)
class Rights:
    """What an app lets each role do, as `app.action_model`; a field for each Role."""

    editors: Sequence[str] = ()
    translators: Sequence[str] = ()
    moderators: Sequence[str] = ()
    administrators: Sequence[str] = ()


_registered: list[Rights] = []


def register(rights: Rights) -> Rights:
    """Add an app's rights; apps do so when they are ready, before the groups are made."""
    _registered.append(rights)
    return rights


def rights_of(role: Role) -> list[str]:
    """What all apps together let a role do."""
    return [right for rights in _registered for right in getattr(rights, role)]


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
    """Make every group that is missing and give each exactly its rights; safe to run again at any time."""
    return [
        *(ensure_language(code) for code, _name in settings.LANGUAGES),
        ensure_group(MODERATORS, rights_of("moderators")),
        ensure_administrators(),
    ]


def ensure_language(code: str) -> Group:
    """The group that writes in a language: editors in the source's, its translators in any other.

    Rights on pages belong to the language's tree, so this is run again when its front page is made (accounts.apps).
    """
    front_pages = Page.objects.filter(depth=2, locale__language_code=code)
    if code == settings.LANGUAGE_CODE:
        return ensure_group(
            EDITORS,
            rights_of("editors"),
            trees=front_pages,
            on_pages=EDITING,
            on_collections=every(["add", "change", "choose"], [PICTURE]),
        )
    return ensure_group(
        translators(code),
        rights_of("translators"),
        trees=front_pages,
        on_pages=TRANSLATING,
        on_collections=every(["choose"], [PICTURE]),
    )


def ensure_administrators() -> Group:
    """The group that runs the site: everything in the CMS but what its groups may do."""
    return ensure_group(
        ADMINISTRATORS,
        rights_of("administrators"),
        trees=Page.objects.filter(depth=1),
        on_pages=ADMINISTERING,
        on_collections=[
            *every(["add", "change", "choose"], [PICTURE]),
            *every(["add", "change", "delete"], [COLLECTION]),
        ],
    )


def ensure_group(
    name: str,
    rights: list[str],
    *,
    trees: QuerySet[Page] | None = None,
    on_pages: Iterable[str] = (),
    on_collections: Iterable[str] = (),
) -> Group:
    """The group called `name` with exactly these rights; `on_pages` hold in `trees`, `on_collections` in all."""
    group, _made = Group.objects.get_or_create(name=name)
    group.permissions.set(permissions(rights))
    page_rights = permissions([f"wagtailcore.{action}_page" for action in on_pages])
    wanted = {(page.pk, right.pk) for page in trees or () for right in page_rights}
    held = GroupPagePermission.objects.filter(group=group)
    for row in held:
        if (row.page_id, row.permission_id) not in wanted:
            row.delete()
    for page_id, right_id in wanted:
        GroupPagePermission.objects.get_or_create(group=group, page_id=page_id, permission_id=right_id)
    root = Collection.get_first_root_node()
    collection_rights = permissions(on_collections)
    GroupCollectionPermission.objects.filter(group=group).exclude(
        collection=root, permission__in=collection_rights
    ).delete()
    for right in collection_rights:
        GroupCollectionPermission.objects.get_or_create(group=group, collection=root, permission=right)
    return group


def permissions(names: Iterable[str]) -> list[Permission]:
    """The permissions called `app.codename`. Raises Permission.DoesNotExist, naming those there are none of."""
    names = list(names)
    query = Q(pk__in=[])
    for name in names:
        app, codename = name.split(".")
        query |= Q(content_type__app_label=app, codename=codename)
    existing = list(Permission.objects.filter(query).select_related("content_type"))
    missing = set(names) - {f"{item.content_type.app_label}.{item.codename}" for item in existing}
    if missing:
        raise Permission.DoesNotExist(", ".join(sorted(missing)))
    return existing
