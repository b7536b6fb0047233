"""Registers what Wagtail asks for."""

from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from wagtail import hooks
from wagtail.documents import get_document_model
from wagtail.models import Page
from wagtail.permissions import register_permission_policy

from accounts.policies import NobodyPolicy
from core.workflows.views import is_explored_by

# No page can have a document: wagtail-localize imports the app, so it is installed, and closed.
register_permission_policy(get_document_model(), NobodyPolicy(get_document_model()))


@hooks.register("register_account_menu_item")
def own_account(request: HttpRequest) -> dict[str, str]:
    """The way from the CMS's own settings to the account itself."""
    return {
        "url": reverse("account_home"),
        "label": _("Your account"),
        "help_text": _("Name, e-mail address, password, second factor, sessions."),
    }


@hooks.register("filter_form_submissions_for_user")
def no_submissions(user: object, forms: QuerySet) -> QuerySet:
    """What people write to us is no form submission of Wagtail's, which every editor of the page could read."""
    return forms.none()


@hooks.register("after_edit_page")
def leave_what_is_decided(request: HttpRequest, page: Page) -> HttpResponse | None:
    """Upstream goes on to the pages around it, which moderators have no rights on, once they have decided."""
    if request.POST.get("action-workflow-action") and not is_explored_by(request.user, page):
        return redirect("wagtailadmin_home")
    return None


@hooks.register("before_move_page")
def may_move(request: HttpRequest, page: Page, destination: Page) -> None:
    """Upstream asks this when the move is confirmed, having shown the titles of both pages to anybody in the CMS."""
    if not page.permissions_for_user(request.user).can_move_to(destination):
        raise PermissionDenied
