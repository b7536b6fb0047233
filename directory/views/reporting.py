"""Telling us that something about a profile is wrong. Nobody needs an account, and nobody but moderators reads it."""

from functools import partial

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from core.models.pages import unrestricted
from core.private_pages import unlisted
from directory import services
from directory.forms import ProfileReportForm
from directory.models import Specialist, SpecialistPage
from moderation import reports


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def report(request: HttpRequest, slug: str) -> HttpResponse:
    """The form; a POST that a machine has sent is thanked, and forgotten."""
    specialist = get_object_or_404(Specialist.objects.published(), slug=slug)
    form = ProfileReportForm(request.POST if request.method == "POST" else None)
    receipt = reports.receive(request, form, save=partial(services.report_profile, specialist=specialist))
    if receipt.is_sent:
        return redirect("specialist_report_sent", slug)
    response = _page(request, "report", specialist, status=receipt.status, form=form)
    if receipt.wait:
        response["Retry-After"] = str(receipt.wait)
    return response


@never_cache
@require_safe
def sent(request: HttpRequest, slug: str) -> HttpResponse:
    """Thanks, and what happens next."""
    return _page(request, "report_sent", get_object_or_404(Specialist.objects.published(), slug=slug))


def _page(
    request: HttpRequest, name: str, specialist: Specialist, *, status: int = 200, **context: object
) -> HttpResponse:
    context = {"specialist": specialist, "page": _profile(specialist, request), **context}
    return unlisted(render(request, f"pages/directory/{name}.html", context, status=status))


def _profile(specialist: Specialist, request: HttpRequest) -> SpecialistPage | None:
    """The specialist's page in the language being read, else in any."""
    pages = unrestricted(SpecialistPage.objects.live().filter(specialist=specialist)).select_related("locale")
    code = getattr(request, "LANGUAGE_CODE", "")
    return min(pages, key=lambda page: page.locale.language_code != code, default=None)
