from typing import Any

from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.viewsets.base import ViewSet
from wagtail.permissions import register_permission_policy

from accounts.policies import NeverChanged, NeverDeleted, ReadOnly
from booking.models import BlockedClient, Booking, Schedule
from booking.services import blocking
from booking.viewsets.blocked_clients import BlockedClientViewSet
from booking.viewsets.bookings import BookingViewSet
from booking.viewsets.schedules import ScheduleViewSet

register_permission_policy(Schedule, NeverDeleted(Schedule))
register_permission_policy(Booking, ReadOnly(Booking))
register_permission_policy(BlockedClient, NeverChanged(BlockedClient))


@hooks.register("register_admin_viewset")
def screens() -> list[ViewSet]:
    return [
        ScheduleViewSet("schedules"),
        BookingViewSet("bookings"),
        BlockedClientViewSet("blocked_addresses", url_prefix="blocked-addresses"),
    ]


@hooks.register("register_log_actions")
def log_actions(actions: Any) -> None:
    actions.register_action(blocking.BLOCKED, _("Block an address"), _("Address blocked"))
    actions.register_action(blocking.RELEASED, _("Release an address"), _("Address released"))
    actions.register_action(blocking.HOLD_ENDED, _("End a hold"), _("Hold ended"))
