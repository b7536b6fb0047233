"""Under `/cms/`, before Wagtail's own: what stands in place of screens that the site shuts, or guards better."""

from functools import wraps
from typing import Any, NoReturn

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import path, re_path, reverse
from wagtail.actions.publish_page_revision import PublishPagePermissionError
from wagtail.admin.auth import require_admin_access
from wagtail.admin.views import workflows
from wagtail.admin.views.pages import workflow as page_workflow
from wagtail.admin.viewsets.pages import page_viewset_registry
from wagtail.models import Page
from wagtail.permissions import policy_registry

from accounts.viewsets import CmsSettingsView
from core.approval import RefusedError, UndecidedError


def nowhere(request: HttpRequest, **kwargs: Any) -> NoReturn:
    """In place of a screen that the site does without."""
    raise Http404


def for_workflows(view: Any) -> Any:
    """Upstream shows tasks, and the form for another one, to anybody in the CMS; here to those who make workflows."""

    @require_admin_access
    @wraps(view)
    def run(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not request.user.has_perms(["wagtailcore.change_workflow"]):
            raise PermissionDenied
        return view(request, *args, **kwargs)

    return run


def saying_why(view: Any) -> Any:
    """Upstream says *you do not have permission* of whatever is refused; here it is said why, and nothing is done."""

    @require_admin_access
    @wraps(view)
    def run(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        try:
            with transaction.atomic():
                response: HttpResponseBase = view(request, *args, **kwargs)
        except (RefusedError, UndecidedError, PublishPagePermissionError) as refusal:
            messages.error(request, str(refusal))
            return redirect("wagtailadmin_home" if request.path.startswith("/cms/pages/") else BACK)
        return response

    return run


class DecideView(page_workflow.WorkflowActionView):
    """Upstream goes back to the page, which isn't a moderator's any more once it is decided about."""

    def get_redirect_url(self) -> str:
        address: str = super().get_redirect_url()
        return address if is_explored_by(self.request.user, self.object) else reverse("wagtailadmin_home")


def is_explored_by(user: Any, page: Page) -> bool:
    """Whether `user` has rights on `page` of their own, and not only while a workflow asks them."""
    return bool(policy_registry.get_by_type(Page).explorable_instances(user).filter(pk=page.pk).exists())


TASKS = "workflows/task_chooser/"
BACK = "wagtailadmin_workflows:index"

urlpatterns = [
    path("account/", require_admin_access(CmsSettingsView.as_view()), name="cms_account"),
    path(TASKS, for_workflows(workflows.TaskChooserView.as_view())),
    path(f"{TASKS}results/", for_workflows(workflows.TaskChooserResultsView.as_view())),
    path(f"{TASKS}create/", for_workflows(workflows.TaskChooserCreateView.as_view())),
    path(f"{TASKS}<int:task_id>/", for_workflows(workflows.task_chosen)),
    path("workflows/add/", saying_why(workflows.Create.as_view())),
    path("workflows/edit/<int:pk>/", saying_why(workflows.Edit.as_view())),
    path("workflows/disable/<int:pk>/", saying_why(workflows.Disable.as_view())),
    path("workflows/tasks/disable/<int:pk>/", saying_why(workflows.DisableTask.as_view())),
    path(
        "pages/workflow/action/<int:page_id>/<slug:action_name>/<int:task_state_id>/",
        saying_why(DecideView.as_view()),
    ),
    path(
        "pages/<int:page_id>/edit/",
        saying_why(page_viewset_registry.as_view("edit", page_id_kwarg="page_id")),
    ),
    # What the API does to pages goes past the guards of the screens, and no screen asks for it.
    re_path(r"^api/main/pages/\d+/action/", nowhere),
    re_path(r"^(?:failwhale|test404)/$", nowhere),  # Wagtail's own trials of its error pages
    # Actions on many accounts at once delete, and know no difference between superusers and others.
    path("bulk/accounts/user/<str:action>/", nowhere),
    # Addresses of pictures in any size, made and shown without a look at permissions: pages have sizes of their own.
    re_path(r"^images/\d+/(?:preview|generate_url)/", nowhere),
    # No page can have a document or an embed, and no screen asks for the pictures' API, which knows no permissions.
    re_path(r"^(?:documents|bulk/wagtaildocs|embeds|api/main/(?:documents|images))/", nowhere),
]
