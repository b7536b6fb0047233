from typing import Any

from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.viewsets.base import ViewSet
from wagtail.permissions import register_permission_policy

from accounts.policies import NeverDeleted, ReadOnly
from booking.models import Booking, Schedule
from booking.services import blocking
from booking.viewsets.bookings import BookingViewSet
from booking.viewsets.schedules import ScheduleViewSet

register_permission_policy(Schedule, NeverDeleted(Schedule))
register_permission_policy(Booking, ReadOnly(Booking))


@hooks.register("register_admin_viewset")
def screens() -> list[ViewSet]:
    return [
        ScheduleViewSet("schedules"),
        BookingViewSet("bookings"),
    ]


@hooks.register("register_log_actions")
def log_actions(actions: Any) -> None:
    actions.register_action(blocking.HOLD_ENDED, _("End a hold"), _("Hold ended"))
