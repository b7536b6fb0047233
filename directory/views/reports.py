"""What visitors have reported, for moderators."""

from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_http_methods

from core.users import UserRequest
from directory import services
from directory.forms import CloseProfileReportForm
from directory.models import ProfileReport
from moderation.views import report_page


@require_http_methods(["GET", "HEAD", "POST"])
def report(request: UserRequest, pk: int) -> HttpResponse:
    """One report; a POST closes it with what came of it."""
    if not request.user.has_perm("directory.change_profilereport"):
        raise PermissionDenied
    profile_report = get_object_or_404(ProfileReport.objects.select_related("specialist", "closed_by"), pk=pk)
    return report_page(
        request,
        profile_report,
        template="cms/report.html",
        list_name="profile_reports:index",
        form_class=CloseProfileReportForm,
        close=lambda decision: services.close_report(
            report=profile_report, by=request.user, decision=decision
        ),
    )
