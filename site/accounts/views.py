"""The account's own pages. Logging in and out, codes, passwords and second factors are allauth's."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import translation
from django.utils.translation import gettext as _

from accounts import drafts
from accounts.forms.settings import PreferencesForm
from accounts.gate import Reason, account_required
from accounts.waiting import waiting_for


@account_required(Reason.ACCOUNT)
def home(request: HttpRequest) -> HttpResponse:
    """Who is logged in, and what is waiting for them. Apps add their part in `templates/account/home.html`."""
    return render(request, "account/home.html", {"waiting": waiting_for(request.user)})


@account_required(Reason.ACCOUNT)
def preferences(request: HttpRequest) -> HttpResponse:
    """Name, language, time zone, notifications. Saving goes on in the language that was chosen."""
    form = PreferencesForm(request.POST or None, instance=request.user, initial=drafts.take(request))
    if form.is_valid():
        user = form.save()
        with translation.override(user.language):
            messages.success(request, _("Your settings are saved."))
            return redirect("account_preferences")
    return render(request, "account/preferences.html", {"form": form}, status=422 if form.errors else 200)
