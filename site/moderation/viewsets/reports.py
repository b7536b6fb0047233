"""The list of an app's reports in the CMS."""

from typing import Any, ClassVar

from django.urls import URLPattern, path
from django.utils.translation import gettext_lazy as _
from wagtail.admin.ui.tables import Column, DateColumn

from core.viewsets import RecordViewSet

REPORT_COLUMNS = [
    Column("get_kind_display", label=_("About")),
    Column("get_state_display", label=_("State"), sort_key="state"),
    DateColumn("created_at", label=_("Reported"), sort_key="created_at"),
]


class ReportViewSet(RecordViewSet):
    """What visitors report. Moderators read and close it; nobody writes or deletes it here.

    The menu has it as a queue. `report_view` is the page for one of them, in place of Wagtail's form.
    """

    icon = "warning"
    list_filter = ["state", "kind"]
    ordering = ["created_at"]
    report_view: ClassVar[Any]

    def get_urlpatterns(self) -> list[URLPattern]:
        """The list, and our page for one report."""
        return [*super().get_urlpatterns(), path("<int:pk>/", self.report_view, name="edit")]
