"""What the end of a workflow means: only a decision publishes.

Wagtail reads this while its models are still being made, so none of them is imported here at the top.
"""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.utils.translation import gettext as _

from core.users import User


class RefusedError(PermissionDenied):
    """A workflow can't be changed like this. The message is for whoever tried (accounts.cms_urls shows it)."""


class UndecidedError(PermissionDenied):
    """Something would have been published that nobody has approved."""


def publish_approved(workflow_state: Any, user: User | None = None) -> None:
    """What WAGTAIL_FINISH_WORKFLOW_ACTION names: publish what was approved, or schedule it if it has a date.

    The task has asked whether `user` may decide, so nothing is asked about their rights on the page: moderators have
    none. Raises UndecidedError if the last step wasn't approved but switched off, or if there is no step.
    """
    from wagtail.models import TaskState

    last = workflow_state.current_task_state
    if last is None:
        raise UndecidedError(
            _("This workflow has no active step, so nobody can approve this. Please tell an administrator.")
        )
    if last.status != TaskState.STATUS_APPROVED:
        raise UndecidedError(_("Nobody has approved this."))
    revision = workflow_state.content_object.get_latest_revision()
    revision.publish(user=user, skip_permission_checks=True)
