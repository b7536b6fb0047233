"""Booking's screens in the CMS."""

from django.utils.translation import gettext_lazy as _
from wagtail.admin.viewsets.model import ModelViewSet

from booking.models import Schedule


class ScheduleViewSet(ModelViewSet):
    """Hours of free consultations, for moderators."""

    model = Schedule
    icon = "time"
    menu_label = _("Hours")
    menu_order = 320
    add_to_admin_menu = True
    list_display = ["specialist", "time_zone", "is_open"]
    search_fields = ["specialist__name"]
    inspect_view_enabled = False
    copy_view_enabled = False
