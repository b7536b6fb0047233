from typing import Any

from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.viewsets.base import ViewSet
from wagtail.permissions import register_permission_policy
from wagtail.snippets.models import register_snippet

from accounts.policies import NeverDeleted
from directory.models import Specialist
from directory.viewsets import SpecialistViewSet, TaxonomyGroup

register_permission_policy(Specialist, NeverDeleted(Specialist))
register_snippet(TaxonomyGroup)


@hooks.register("register_admin_viewset")
def specialists() -> ViewSet:
    return SpecialistViewSet("specialists")


@hooks.register("register_log_actions")
def log_actions(actions: Any) -> None:
    """What the history of a specialist says besides Wagtail's own lines."""
    actions.register_action("directory.recheck", _("Check again"), _("Checked again"))
    actions.register_action("directory.suspend", _("Suspend"), _("Suspended"))
    actions.register_action("directory.reinstate", _("Reinstate"), _("Reinstated"))
    actions.register_action("directory.pause", _("Pause"), _("Paused"))
    actions.register_action("directory.resume", _("Resume"), _("Resumed"))
    actions.register_action("directory.leave", _("Leave"), _("Left the directory"))
