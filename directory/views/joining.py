"""*Join as a specialist*: what one gets, what is checked, and the beginning of a profile."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from accounts import drafts
from accounts.login_required import LoginReason, keep_draft
from core.names import clean_name
from directory import services
from directory.checking import review
from directory.models import Specialist
from directory.profile.forms.joining import JoinForm
from directory.views.own import see_other, typed


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def join(request: HttpRequest) -> HttpResponse:
    """For everybody to read. Strangers are asked to log in or sign up, and come back here; others begin."""
    if not request.user.is_authenticated:
        return _for_strangers(request)
    begun = Specialist.objects.filter(user=request.user).first()
    if begun is not None:
        return _go_on(request, begun) if request.method == "POST" else _page(request, has_profile=True)
    form = JoinForm(typed(request), initial={"name": request.user.display_name})
    if request.method == "POST" and form.is_valid():
        return _go_on(request, services.start_profile(user=request.user, **form.cleaned_data))
    return _page(request, form=form, status=422 if request.method == "POST" else 200)


def _go_on(request: HttpRequest, specialist: Specialist) -> HttpResponse:
    """To the profile; whoever typed another name, in another tab, is told which one it has."""
    if clean_name(request.POST.get("name", "")) != specialist.name:
        text = _("You have a profile already, as “%(name)s”. What you have just typed isn’t saved.")
        messages.warning(request, text % {"name": specialist.name})
    return see_other("specialist_profile")


def _for_strangers(request: HttpRequest) -> HttpResponse:
    """As accounts.login_required does it, with the gate in a page that is worth reading without an account."""
    if request.method == "POST":
        keep_draft(request)
        return redirect(request.get_full_path())
    return _page(request, gate=LoginReason.SPECIALIST, kept=drafts.has(request))


def _page(request: HttpRequest, *, status: int = 200, **context: Any) -> HttpResponse:
    context["usual_days"] = review.usual_days()
    return render(request, "pages/directory/join.html", context, status=status)
