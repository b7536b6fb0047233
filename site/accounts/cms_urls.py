"""Under `/cms/`, before Wagtail's own: what stands in place of screens that the site shuts, or guards better."""

from functools import wraps
from typing import Any, NoReturn

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.urls import path, re_path
from wagtail.admin.auth import require_admin_access
from wagtail.admin.views import workflows
from wagtail.admin.viewsets.pages import page_viewset_registry

from accounts.viewsets import CmsSettingsView
from core.workflows.views import (
    CompareView,
    CreateWorkflow,
    DecideView,
    DisableTask,
    DisableWorkflow,
    EditTask,
    EditWorkflow,
    HistoryView,
    UsageView,
    keeping_draft,
)


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


TASKS = "workflows/task_chooser/"

urlpatterns = [
    path("account/", require_admin_access(CmsSettingsView.as_view()), name="cms_account"),
    path(TASKS, for_workflows(workflows.TaskChooserView.as_view())),
    path(f"{TASKS}results/", for_workflows(workflows.TaskChooserResultsView.as_view())),
    path(f"{TASKS}create/", for_workflows(workflows.TaskChooserCreateView.as_view())),
    path(f"{TASKS}<int:task_id>/", for_workflows(workflows.task_chosen)),
    path("workflows/add/", require_admin_access(CreateWorkflow.as_view())),
    path("workflows/edit/<int:pk>/", require_admin_access(EditWorkflow.as_view())),
    path("workflows/disable/<int:pk>/", require_admin_access(DisableWorkflow.as_view())),
    path("workflows/tasks/edit/<int:pk>/", require_admin_access(EditTask.as_view())),
    path("workflows/tasks/disable/<int:pk>/", require_admin_access(DisableTask.as_view())),
    path(
        "pages/workflow/action/<int:page_id>/<slug:action_name>/<int:task_state_id>/",
        require_admin_access(DecideView.as_view()),
    ),
    path(
        "pages/<int:page_id>/edit/",
        require_admin_access(keeping_draft(page_viewset_registry.as_view("edit", page_id_kwarg="page_id"))),
    ),
    re_path(
        r"^pages/(?P<pk>\d+)/revisions/compare/(?P<revision_id_a>live|earliest|\d+)\.\.\."
        r"(?P<revision_id_b>live|latest|\d+)/$",
        require_admin_access(CompareView.as_view()),
    ),
    path("pages/<int:page_id>/history/", require_admin_access(HistoryView.as_view())),
    path(
        "pages/<int:page_id>/history/results/", require_admin_access(HistoryView.as_view(results_only=True))
    ),
    path("pages/<int:page_id>/usage/", require_admin_access(UsageView.as_view())),
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
