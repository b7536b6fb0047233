"""Who may work in which language: whoever may edit the front page of that language, or make one; all else follows."""

from django.db.models import Q
from wagtail.models import Locale, Page
from wagtail.permissions import policy_registry

from core.users import AnyUser


def may_work_in(user: AnyUser, locale: Locale) -> bool:
    """Whether `user` may write texts in this language: pages and, where they have the model's permission, snippets."""
    if user.is_superuser:
        return True
    tops = Page.objects.filter(Q(depth=1) | Q(depth=2, locale_id=locale.pk))
    return any(
        tester.can_add_subpage() if page.depth == 1 else tester.can_edit()
        for page in tops
        if (tester := page.permissions_for_user(user))
    )


def languages_of(user: AnyUser) -> list[Locale]:
    """The languages that `user` may write texts in."""
    return [locale for locale in Locale.objects.all() if may_work_in(user, locale)]


def may_read(user: AnyUser, page: Page) -> bool:
    """Whether the text of `page` is open to `user`: it is public, or theirs to edit."""
    if page.permissions_for_user(user).can_edit():
        return True
    hidden = getattr(page.specific, "is_hidden", False)
    return page.live and not hidden and not page.get_view_restrictions().exists()


def may_touch(user: AnyUser, model: type, *actions: str) -> bool:
    """Whether `user` has any of these permissions (`add`, `change`, `view`) on a snippet's model."""
    return policy_registry.get_by_type(model).user_has_any_permission(user, actions)
