"""What visitors have reported, for moderators."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from directory import services
from directory.errors import DirectoryError
from directory.forms import CloseReportForm
from directory.models import ProfileReport


@require_http_methods(["GET", "HEAD", "POST"])
def report(request: Any, pk: int) -> HttpResponse:
    """One report; a POST closes it with what came of it."""
    if not request.user.has_perm("directory.change_profilereport"):
        raise PermissionDenied
    found = get_object_or_404(ProfileReport.objects.select_related("specialist", "closed_by"), pk=pk)
    form = CloseReportForm(request.POST if request.method == "POST" else None, label_suffix="")
    if request.method == "POST" and form.is_valid():
        if _close(request, found, form.cleaned_data["decision"]):
            return redirect("profile_reports:index")
        found.refresh_from_db()
    return render(request, "cms/report.html", {"report": found, "form": form})


def _close(request: HttpRequest, found: ProfileReport, decision: str) -> bool:
    try:
        services.close_report(report=found, by=request.user, decision=decision)
    except DirectoryError as error:
        messages.error(request, str(error.sentence))
        return False
    messages.success(request, _("The report is closed."))
    return True
