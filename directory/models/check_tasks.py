"""The workflow that every specialist goes through."""

from typing import Any

from django.conf import settings
from django.db import models
from django.utils.translation import gettext, override
from django.utils.translation import gettext_lazy as _
from wagtail.models import Task, TaskState, Workflow, WorkflowTask

from core.users import User


class CheckTask(Task):
    """A moderator compares a specialist with the register and approves, or asks for changes.

    Decided on our own screen (directory.views.checking), which asks for more than Wagtail's buttons do: so the
    task offers none of those, and Wagtail's list on the dashboard has nothing to show.
    """

    class Meta:
        verbose_name = _("check of a specialist")
        verbose_name_plural = _("checks of specialists")

    @classmethod
    def workflow(cls) -> Workflow:
        """The workflow that every specialist goes through. It is made when there is none."""
        existing: Workflow | None = (
            Workflow.objects.active()
            .filter(workflow_tasks__task__in=cls.objects.filter(active=True))
            .exclude(workflow_tasks__task__in=Task.objects.exclude(pk__in=cls.objects.values("pk")))
            .order_by("pk")
            .first()
        )
        if existing is not None:
            return existing
        with override(settings.LANGUAGE_CODE):
            task = cls.objects.create(name=gettext("A moderator checks the specialist"))
            workflow = Workflow.objects.create(name=gettext("Check of a specialist"))
        WorkflowTask.objects.create(workflow=workflow, task=task, sort_order=0)
        return workflow

    def get_task_states_user_can_moderate(self, user: User, **kwargs: Any) -> models.QuerySet[TaskState]:
        return TaskState.objects.none()

    @classmethod
    def get_description(cls) -> Any:
        return _("Moderators compare the specialist with the register and decide on the check page.")
