"""Booking's screens in the CMS."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from wagtail.admin.views import generic
from wagtail.admin.viewsets.model import ModelViewSet

from booking.models import Schedule
from booking.services import edit_schedule


class AddScheduleView(generic.CreateView):
    def save_instance(self) -> Any:
        return edit_schedule(specialist_id=self.form.instance.specialist_id, save=super().save_instance)


class EditScheduleView(generic.EditView):
    def save_instance(self) -> Any:
        return edit_schedule(specialist_id=self.form.instance.specialist_id, save=super().save_instance)


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
    add_view_class = AddScheduleView
    edit_view_class = EditScheduleView
