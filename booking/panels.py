"""What the CMS's front page shows to those who look after consultations."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest
from django.urls import reverse
from wagtail.admin.ui.components import Component

from booking.cms_forms import Attention
from booking.models import Booking, Schedule


class ConsultationsPanel(Component):
    """Requests that wait, those that nobody answered, and who is paused. 4 queries."""

    name = "consultations"
    template_name = "cms/consultations_panel.html"
    order = 50

    def get_context_data(self, parent_context: Mapping[str, Any]) -> dict[str, Any]:
        counts = {
            which: Attention.rows(Booking.objects.all(), which).count() for which, _label in Attention.CHOICES
        }
        urls = {which: f"{reverse('bookings:index')}?{urlencode({'attention': which})}" for which in counts}
        return {
            "counts": counts,
            "urls": urls,
            "paused": Schedule.objects.exclude(paused_at=None).count(),
            "paused_url": f"{reverse('schedules:index')}?paused=true",
        }


def add_panel(request: HttpRequest, panels: list[Component]) -> None:
    """For those who may see consultations."""
    if request.user.has_perm("booking.view_booking"):
        panels.append(ConsultationsPanel())
