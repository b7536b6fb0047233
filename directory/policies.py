"""Who learns in the CMS that somebody has applied, pauses or is suspended: moderators, and whoever it is about."""

from typing import Any

from django.db.models import Q, QuerySet
from django.http import HttpRequest
from wagtail.models import Page
from wagtail.permission_policies.collections import CollectionOwnershipPermissionPolicy
from wagtail.permission_policies.pages import PagePermissionPolicy
from wagtail.permissions import policy_registry

from core.users import AnyUser
from directory.models import Specialist, SpecialistPage
from directory.models.pages import may_see_hidden


def not_shown_to(user: AnyUser) -> QuerySet[Specialist]:
    """The specialists whom `user` isn't to know of."""
    if may_see_hidden(user):
        return Specialist.objects.none()
    return Specialist.objects.exclude(state=Specialist.State.PUBLISHED).exclude(user=user.pk)


def without_hidden(pages: QuerySet[Page], user: AnyUser) -> QuerySet[Page]:
    """`pages` without those of specialists whom `user` isn't to know of."""
    if may_see_hidden(user):
        return pages
    # Those of `not_shown_to`, whose subquery would be one more to compile for each query on pages.
    hidden = SpecialistPage.objects.exclude(specialist__state=Specialist.State.PUBLISHED).exclude(
        specialist__user=user.pk
    )
    return pages.exclude(pk__in=hidden.order_by().values("pk"))


class DiscreetPagePolicy(PagePermissionPolicy):
    """As Wagtail's, without the pages above: the explorer, its search, the reports and the API all ask here."""

    def instances_user_has_any_permission_for(self, user: AnyUser, actions: Any) -> QuerySet[Page]:
        return without_hidden(super().instances_user_has_any_permission_for(user, actions), user)

    def explorable_instances(self, user: AnyUser) -> QuerySet[Page]:
        """Left out once: Wagtail's own `explorable_instances` would ask the method above, too."""
        return without_hidden(PagePermissionPolicy(self.model).explorable_instances(user), user)

    def may_change(self, user: AnyUser) -> Q:
        """Which pages `user` may edit, hidden ones too: what Wagtail's policy says of `change`, without a subquery."""
        if user.is_superuser:
            return Q()
        pages = Q(pk__in=[])
        for permission in self.get_cached_permissions_for_user(user):
            below = Q(path__startswith=permission.page.path)
            match permission.permission.codename:
                case "change_page":
                    pages |= below
                case "add_page":
                    pages |= below & Q(owner=user.pk)
        return pages


def choosable_pages(pages: QuerySet[Page], request: HttpRequest) -> QuerySet[Page]:
    """What a page chooser shows: what is public, and drafts of those who may edit them.

    Without the texts of the pages, which the search among them would read and decode for every line.
    """
    own = policy_registry.get_by_type(Page).may_change(request.user)
    if own:
        pages = pages.filter(Q(live=True) | own)
    shown: Any = without_hidden(pages, request.user)
    without_texts: QuerySet[Page] = shown.defer_streamfields()
    return without_texts


def choosable_pictures(pictures: QuerySet, request: HttpRequest) -> QuerySet:
    """What a picture chooser shows: no portraits of specialists whom somebody isn't to know of."""
    return pictures.exclude(pk__in=portraits_hidden_from(request.user))


def portraits_hidden_from(user: AnyUser) -> QuerySet:
    return not_shown_to(user).filter(portrait__isnull=False).order_by().values("portrait")


class DiscreetPicturePolicy(CollectionOwnershipPermissionPolicy):
    """As Wagtail's, without those portraits: the list of pictures and each one's page ask here."""

    def instances_user_has_any_permission_for(self, user: AnyUser, actions: Any) -> QuerySet:
        found = super().instances_user_has_any_permission_for(user, actions)
        return found.exclude(pk__in=portraits_hidden_from(user))

    def user_has_any_permission_for_instance(self, user: AnyUser, actions: Any, instance: Any) -> bool:
        if not_shown_to(user).filter(portrait=instance.pk).exists():
            return False
        return bool(super().user_has_any_permission_for_instance(user, actions, instance))

    def user_has_permission_for_instance(self, user: AnyUser, action: str, instance: Any) -> bool:
        return self.user_has_any_permission_for_instance(user, [action], instance)
