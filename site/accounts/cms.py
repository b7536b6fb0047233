"""Wagtail's app for users with our screens, in its place in INSTALLED_APPS."""

from wagtail.users.apps import WagtailUsersAppConfig


class PeopleConfig(WagtailUsersAppConfig):
    user_viewset = "accounts.viewsets.PeopleViewSet"

    def ready(self) -> None:
        from django.contrib.auth import get_user_model
        from wagtail.permissions import register_permission_policy

        from accounts.policies import OwnersPolicy

        super().ready()
        register_permission_policy(get_user_model(), OwnersPolicy(get_user_model()))
