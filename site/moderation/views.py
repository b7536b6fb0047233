"""What moderators' pages have in common."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from core.errors import Refusal
from moderation.forms import CloseReportForm
from moderation.models import Report


def report_page(
    request: HttpRequest,
    report: Report,
    *,
    template: str,
    list_name: str,
    form_class: type[CloseReportForm],
    close: Callable[[str], Any],
) -> HttpResponse:
    """One report; a POST closes it with what came of it, and leads to the list. `close` takes the decision."""
    form = form_class(request.POST if request.method == "POST" else None, label_suffix="")
    if request.method == "POST" and form.is_valid():
        try:
            close(form.cleaned_data["decision"])
        except Refusal as error:
            messages.error(request, str(error.sentence))
            report.refresh_from_db()
        else:
            messages.success(request, _("The report is closed."))
            return redirect(list_name)
    return render(request, template, {"report": report, "form": form})
