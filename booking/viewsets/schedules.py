"""Hours of free consultations in the CMS."""

from typing import Any

from django import forms
from django.http import HttpResponse
from django.utils.translation import gettext_lazy as _
from wagtail.admin.views import generic
from wagtail.admin.viewsets.model import ModelViewSet

from booking import services
from booking.cms_forms import ScheduleFilterSet
from booking.errors import ScheduleChanged
from booking.models import Schedule
from booking.services import edit_schedule


class AddScheduleView(generic.CreateView):
    def save_instance(self) -> Any:
        return edit_schedule(specialist_id=self.form.instance.specialist_id, save=super().save_instance)


class EditScheduleView(generic.EditView):
    """The hours as the form's page showed them, or nothing: the specialist may have saved others meanwhile."""

    def get_form(self, form_class: Any = None) -> Any:
        form = super().get_form(form_class)
        form.fields["shown"] = forms.CharField(
            widget=forms.HiddenInput, required=False, initial=services.fingerprint(self.object.pk)
        )
        return form

    def form_valid(self, form: Any) -> HttpResponse:
        try:
            return super().form_valid(form)
        except ScheduleChanged as error:
            form.data = form.data.copy()
            form.data["shown"] = services.fingerprint(self.object.pk)
            form.add_error(None, error.sentence)
            self.produced_error_message = self.get_error_message()
            response = self.form_invalid(form)
            response.status_code = error.status
            return response

    def save_instance(self) -> Any:
        return edit_schedule(
            specialist_id=self.form.instance.specialist_id,
            save=super().save_instance,
            shown=self.form.cleaned_data["shown"],
        )


class SchedulesView(generic.IndexView):
    filterset_class = ScheduleFilterSet


class ScheduleViewSet(ModelViewSet):
    """Hours of free consultations, for moderators."""

    model = Schedule
    icon = "time"
    menu_label = _("Hours")
    menu_order = 320
    add_to_admin_menu = True
    list_display = ["specialist", "time_zone", "is_open", "paused_at"]
    search_fields = ["specialist__name"]
    inspect_view_enabled = False
    copy_view_enabled = False
    index_view_class = SchedulesView
    add_view_class = AddScheduleView
    edit_view_class = EditScheduleView
