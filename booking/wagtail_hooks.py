from wagtail import hooks
from wagtail.admin.viewsets.base import ViewSet
from wagtail.permissions import register_permission_policy

from accounts.policies import NeverDeleted
from booking.models import Schedule
from booking.viewsets import ScheduleViewSet

register_permission_policy(Schedule, NeverDeleted(Schedule))


@hooks.register("register_admin_viewset")
def schedules() -> ViewSet:
    return ScheduleViewSet("schedules")
