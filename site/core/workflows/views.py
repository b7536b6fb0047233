"""Wagtail's screens of workflows: what is refused is said with its reason, and nothing that was typed is lost."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib import messages
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from wagtail.actions.publish_page_revision import PublishPagePermissionError
from wagtail.admin.views import workflows
from wagtail.admin.views.pages.history import PageHistoryView
from wagtail.admin.views.pages.revisions import RevisionsCompareView
from wagtail.admin.views.pages.usage import UsageView as PageUsageView
from wagtail.admin.views.pages.workflow import WorkflowActionView
from wagtail.models import Page, Task, Workflow
from wagtail.permissions import policy_registry

from core.users import AnyUser
from core.workflows.approval import RefusedError, UndecidedError
from core.workflows.steps import of_task, refuse_while_needed, waiting_in

NOT_PUBLISHED = (RefusedError, UndecidedError, PublishPagePermissionError)


def is_explored_by(user: AnyUser, page: Page) -> bool:
    """Whether `user` has rights on `page` of their own, and not only while a workflow asks them."""
    return bool(policy_registry.get_by_type(Page).explorable_instances(user).filter(pk=page.pk).exists())


# --- Pages --------------------------------------------------------------------------------------------------------


def keeping_draft(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """The editor of a page: where upstream says *you do not have permission*, the reason and what became of the text.

    The editor saves what was typed before it publishes or decides, and what is refused takes back itself alone: so
    there is no transaction around both.
    """

    @wraps(view)
    def run(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        try:
            return view(request, *args, **kwargs)
        except NOT_PUBLISHED as refusal:
            messages.error(
                request,
                _("Nothing was published. %(reason)s What was typed is saved as a draft.")
                % {"reason": refusal},
            )
            return redirect(request.path)

    return run


class DecideView(WorkflowActionView):
    """A decision from the CMS's front page, in a modal or without."""

    def get_redirect_url(self) -> str:
        """Upstream goes back to the page, which isn't a moderator's any more once it is decided about."""
        address: str = super().get_redirect_url()
        return address if is_explored_by(self.request.user, self.object) else reverse("wagtailadmin_home")

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            answer: HttpResponse = super().post(request, *args, **kwargs)
        except NOT_PUBLISHED as refusal:
            messages.error(request, _("Nothing was published. %(reason)s") % {"reason": refusal})
            if request.headers.get("x-requested-with") == "XMLHttpRequest":  # the modal can read nothing else
                return self.render_modal_json(request, {"step": "success", "redirect": self.redirect_url})
            return redirect(self.redirect_url)
        return answer


class CompareView(RevisionsCompareView):
    """What has changed, also for reviewers: upstream links to it from what waits, and refuses who has no page."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        # `get_object` has asked for the page itself; upstream's own `dispatch` asks for any page at all
        answer: HttpResponse = super(RevisionsCompareView, self).dispatch(request, *args, **kwargs)
        return answer


class HistoryView(PageHistoryView):
    """The same; `get_object` asks for the page."""

    any_permission_required = None


class UsageView(PageUsageView):
    """The same; `dispatch` asks for the page."""

    permission_required = any_permission_required = None


# --- Workflows and tasks ------------------------------------------------------------------------------------------


class RefusableForm:
    """A form that comes back with what was typed and the reason, if what it saves is refused."""

    def form_valid(self, form: Any) -> HttpResponse:
        try:
            with transaction.atomic():
                answer: HttpResponse = super().form_valid(form)  # type: ignore[misc]
        except RefusedError as refusal:
            return self.typed_again(str(refusal))
        return answer

    def typed_again(self: Any, reason: str) -> HttpResponse:
        """With an object as it is stored: the refused one has taken on what was typed."""
        self.object = self.get_object() if self.kwargs else self.get_initial_form_instance()
        form = self.get_form()
        form.add_error(None, reason)
        self.produced_error_message = self.get_error_message()
        answer: HttpResponse = self.form_invalid(form)
        return answer


class CreateWorkflow(RefusableForm, workflows.Create):
    pass


class EditWorkflow(RefusableForm, workflows.Edit):
    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context_data(**kwargs)
        return {**context, "can_disable": context["can_disable"] and not waiting_in(workflow_of(self.object))}


class EditTask(workflows.EditTask):
    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context_data(**kwargs)
        return {**context, "can_disable": context["can_disable"] and not waiting_in(of_task(self.object))}


class Disabling:
    """Refused before it asks whether somebody is sure, and after."""

    used_in: Callable[[Any], QuerySet[Workflow]]

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return self.unless_needed(super().get, request, *args, **kwargs)  # type: ignore[misc]

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return self.unless_needed(super().post, request, *args, **kwargs)  # type: ignore[misc]

    def unless_needed(
        self: Any, upstream: Callable[..., HttpResponse], request: HttpRequest, *args: Any, **kwargs: Any
    ) -> HttpResponse:
        try:
            with transaction.atomic():
                refuse_while_needed(self.used_in(self.object))
                return upstream(request, *args, **kwargs)
        except RefusedError as refusal:
            messages.error(request, str(refusal))
            return redirect(self.get_edit_url)


class DisableWorkflow(Disabling, workflows.Disable):
    @staticmethod
    def used_in(workflow: Workflow) -> QuerySet[Workflow]:
        return workflow_of(workflow)


class DisableTask(Disabling, workflows.DisableTask):
    @staticmethod
    def used_in(task: Task) -> QuerySet[Workflow]:
        return of_task(task)


def workflow_of(workflow: Workflow) -> QuerySet[Workflow]:
    return Workflow.objects.filter(pk=workflow.pk)
