from wagtail import hooks
from wagtail.admin.viewsets.base import ViewSet

from booking.viewsets import ScheduleViewSet


@hooks.register("register_admin_viewset")
def schedules() -> ViewSet:
    return ScheduleViewSet("schedules")
