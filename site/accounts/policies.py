"""What nobody may do in the CMS, superusers neither."""

from typing import Any

from django.contrib.auth import get_user_model
from django.db.models import QuerySet
from wagtail.permission_policies import ModelPermissionPolicy
from wagtail.permission_policies.base import BasePermissionPolicy

from core.users import AnyUser


class OwnersPolicy(ModelPermissionPolicy):
    """Accounts are made and erased by their owners."""

    def user_has_permission(self, user: AnyUser, action: str) -> bool:
        return action not in {"add", "delete"} and super().user_has_permission(user, action)


class OthersPolicy(OwnersPolicy):
    """Of what visitors write: it is read and closed, and erased in time."""


class NeverDeleted(ModelPermissionPolicy):
    """Of what other records belong to: it is closed or suspended, not deleted."""

    def user_has_permission(self, user: AnyUser, action: str) -> bool:
        return action != "delete" and super().user_has_permission(user, action)


class ReadOnly(ModelPermissionPolicy):
    """Of what services write: it is looked at."""

    def user_has_permission(self, user: AnyUser, action: str) -> bool:
        return action == "view" and super().user_has_permission(user, action)


class NeverChanged(ModelPermissionPolicy):
    """Of what is made and taken back, with nothing in between."""

    def user_has_permission(self, user: AnyUser, action: str) -> bool:
        return action != "change" and super().user_has_permission(user, action)


class NobodyPolicy(BasePermissionPolicy):
    """Of a model that the site doesn't use."""

    def user_has_permission(self, user: AnyUser, action: str) -> bool:
        return False

    def users_with_any_permission(self, actions: Any) -> QuerySet:
        return get_user_model().objects.none()
