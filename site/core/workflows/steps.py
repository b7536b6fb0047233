"""Steps of workflows stay as they are while something waits for them.

Wagtail lets a step that is switched off count as passed: what waits for it is published without anybody's decision.
Nothing would be published here (core.workflows.approval); but what waits would be lost from its queue.
"""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.db.models import QuerySet
from django.db.models.signals import pre_delete, pre_save
from django.utils.translation import ngettext
from wagtail.models import Task, Workflow, WorkflowState, WorkflowTask

from core.users import User
from core.workflows.approval import RefusedError


def waiting_in(workflows: QuerySet[Workflow]) -> int:
    """How many pages and specialists are in these workflows: they wait for a decision, or for changes. 1 query."""
    found: int = WorkflowState.objects.active().filter(workflow__in=workflows).count()
    return found


def refuse_while_needed(workflows: QuerySet[Workflow]) -> None:
    """Raise RefusedError if something is in one of these workflows."""
    if count := waiting_in(workflows):
        raise RefusedError(
            ngettext(
                "%(count)s page or specialist is in this workflow, so it stays as it is. Decide about it first.",
                "%(count)s pages or specialists are in this workflow, so it stays as it is. Decide about them first.",
                count,
            )
            % {"count": count}
        )


def of_task(task: Task) -> QuerySet[Workflow]:
    return Workflow.objects.filter(workflow_tasks__task=task.pk)


def guarded(
    upstream: Callable[..., None], workflows: Callable[[Any], QuerySet[Workflow]]
) -> Callable[..., None]:
    """`deactivate` of a workflow or task that is refused while something waits there."""

    @wraps(upstream)
    def deactivate(self: Any, user: User | None = None) -> None:
        refuse_while_needed(workflows(self))
        upstream(self, user=user)

    return deactivate


def guard_step(instance: WorkflowTask, raw: bool = False, **_kwargs: Any) -> None:
    """No step is added to a workflow or replaced in it while something is on its way through."""
    if raw:
        return
    before = WorkflowTask.objects.filter(pk=instance.pk).values_list("workflow_id", "task_id").first()
    if before != (instance.workflow_id, instance.task_id):
        touched = {instance.workflow_id, before[0] if before else None}
        refuse_while_needed(Workflow.objects.filter(pk__in=touched - {None}))


def guard_step_deletion(instance: WorkflowTask, **_kwargs: Any) -> None:
    refuse_while_needed(Workflow.objects.filter(pk=instance.workflow_id))


def guard_task_deletion(sender: type, instance: Any, **_kwargs: Any) -> None:
    if issubclass(sender, Task):
        refuse_while_needed(of_task(instance))


def guard_workflow_deletion(instance: Workflow, **_kwargs: Any) -> None:
    refuse_while_needed(Workflow.objects.filter(pk=instance.pk))


def guard() -> None:
    """Put the guards in place, once, when the app starts.

    Upstream's `deactivate` itself is changed: the CMS calls it on `Task`, past what a kind of task says.
    """
    if getattr(Workflow, "guarded", False):
        return
    Workflow.guarded = True
    Task.deactivate = guarded(Task.deactivate, of_task)
    Workflow.deactivate = guarded(Workflow.deactivate, lambda one: Workflow.objects.filter(pk=one.pk))
    pre_save.connect(guard_step, sender=WorkflowTask, dispatch_uid="guard_step")
    pre_delete.connect(guard_step_deletion, sender=WorkflowTask, dispatch_uid="guard_step")
    pre_delete.connect(guard_workflow_deletion, sender=Workflow, dispatch_uid="guard_workflow")
    pre_delete.connect(guard_task_deletion, dispatch_uid="guard_task")
