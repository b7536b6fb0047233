"""The workflow that specialists go through is the check's alone: no further step, and no pages."""

from typing import Any

from django.db.models.signals import pre_save
from django.utils.translation import gettext as _
from wagtail.models import Task, WorkflowContentType, WorkflowPage, WorkflowTask

from core.workflows.approval import RefusedError
from directory.models import CheckTask


def keep_check_alone(instance: WorkflowTask, raw: bool = False, **_kwargs: Any) -> None:
    """A check has its checklist on our own page; a step beside it would be decided without one, or never."""
    if raw:
        return
    others = Task.objects.filter(workflow_tasks__workflow=instance.workflow_id).exclude(
        workflow_tasks__in=[instance.pk] if instance.pk else []
    )
    checks = CheckTask.objects.values("pk")
    if CheckTask.objects.filter(pk=instance.task_id).exists():
        refused = (
            others.exists()
            or WorkflowPage.objects.filter(workflow=instance.workflow_id).exists()
            or WorkflowContentType.objects.filter(workflow=instance.workflow_id).exists()
        )
    else:
        refused = others.filter(pk__in=checks).exists()
    if refused:
        raise RefusedError(
            _("The check of specialists is a workflow of its own, with this one step and no pages.")
        )


def keep_pages_out(instance: Any, raw: bool = False, **_kwargs: Any) -> None:
    """Pages and snippets in the check's workflow would wait for ever: nobody could decide about them."""
    if raw:
        return
    checks = CheckTask.objects.values("pk")
    if WorkflowTask.objects.filter(workflow=instance.workflow_id, task__in=checks).exists():
        raise RefusedError(
            _("The check of specialists is a workflow of its own, with this one step and no pages.")
        )


def guard() -> None:
    """Called once, when the apps are ready."""
    pre_save.connect(keep_check_alone, sender=WorkflowTask, dispatch_uid="keep_check_alone")
    for model in (WorkflowPage, WorkflowContentType):
        pre_save.connect(keep_pages_out, sender=model, dispatch_uid="keep_pages_out")
