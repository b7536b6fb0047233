"""The account's own pages. Logging in and out, codes, passwords and second factors are allauth's."""

from typing import Any

from allauth.account.internal.flows.email_verification_by_code import EmailVerificationProcess
from allauth.account.views import EmailView
from allauth.mfa.webauthn.internal.auth import begin_registration
from allauth.mfa.webauthn.views import AddWebAuthnView, RemoveWebAuthnView
from allauth.usersessions.internal.flows.sessions import end_sessions
from allauth.usersessions.models import UserSession
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts import drafts
from accounts.forms.settings import PreferencesForm, RemovePasskeyForm, TimeZoneForm
from accounts.limits import seconds_to_wait
from accounts.login_required import LoginReason, account_required
from accounts.overview import sections
from accounts.preferences import save as save_preferences
from core.i18n import cities
from core.limits import in_words
from core.users import UserRequest

ZONE_KEPT = "zone_kept"  # in the session of somebody who wants to stay on UTC


@account_required(LoginReason.ACCOUNT)
def home(request: UserRequest) -> HttpResponse:
    """Who is logged in, and what is waiting for them. Apps register their part (`accounts.overview`)."""
    user = request.user
    offers_zone = user.time_zone == "UTC" and not request.session.get(ZONE_KEPT)
    return render(request, "account/home.html", {"offers_zone": offers_zone, "sections": sections()})


@account_required(LoginReason.ACCOUNT)
def preferences(request: HttpRequest) -> HttpResponse:
    """Name, language, time zone, notifications. Saving goes on in the language that was chosen."""
    form = PreferencesForm(request.POST or None, instance=request.user, initial=drafts.take(request))
    if form.is_valid():
        user = save_preferences(form)
        with translation.override(user.language):
            messages.success(request, _("Your settings are saved."))
            return redirect("account_preferences")
    return render(request, "account/preferences.html", {"form": form}, status=422 if form.errors else 200)


def too_many(request: HttpRequest) -> HttpResponse:
    """What allauth answers to whoever has tried too often: how long the limit goes on."""
    seconds = seconds_to_wait(request)
    response = render(request, "429.html", {"time": in_words(seconds)}, status=429)
    response["Retry-After"] = str(seconds)
    return response


@require_POST
@login_required
def take_zone(request: HttpRequest) -> HttpResponse:
    """Answer the offer of the device's time zone: take it, or stay on UTC and not be asked again in this session."""
    form = TimeZoneForm(request.POST, instance=request.user)
    if "keep" in request.POST:
        request.session[ZONE_KEPT] = True
    elif form.is_valid():
        city = cities.name(save_preferences(form).time_zone)
        messages.success(request, _("Times are now shown on the clock of %(city)s.") % {"city": city})
    return redirect("account_home")


@require_POST
@login_required
def end_session(request: HttpRequest, pk: int) -> HttpResponse:
    """Log out one of one's other devices; allauth's own view ends all of them. Others' sessions are not found."""
    session = get_object_or_404(UserSession, pk=pk, user=request.user)
    end_sessions(request, [session])
    messages.success(request, _("That device is logged out."))
    return redirect("usersessions_list")


class AddressView(EmailView):
    """Also tells of an address that waits for its code, which allauth keeps in the session, and lets it go."""

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if "action_cancel" not in request.POST:
            return super().post(request, *args, **kwargs)
        if process := EmailVerificationProcess.resume(request):
            process.abort()
        return redirect("account_email")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        process = EmailVerificationProcess.resume(self.request)
        return {**super().get_context_data(**kwargs), "pending": process.email if process else ""}


class PasskeyView(AddWebAuthnView):
    """Asks the device for a passkey that logs in by itself; allauth's page would ask for a mere second factor."""

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        options = begin_registration(self.request.user, passwordless=True)
        return {**context, "js_data": {"creation_options": options}}


class RemovePasskeyView(RemoveWebAuthnView):
    """Staff keep their last factor, as they do with apps."""

    form_class = RemovePasskeyForm

    def get_form_kwargs(self) -> dict[str, Any]:
        return {"data": {}, **super().get_form_kwargs(), "authenticator": self.object}
