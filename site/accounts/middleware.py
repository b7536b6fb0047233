"""What holds for everybody who is logged in, whichever the page."""

import re
from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.cache import patch_cache_control, patch_vary_headers

from accounts import devices, sessions

CMS_PREFIX = "/cms/"
ACCOUNT = re.compile(r"/[\w-]+/account/")
# The CMS asks these by itself while a page is open: nobody is using it.
UNATTENDED = ("/cms/editing-sessions/",)
# What somebody who must have a second factor may open without having one: the ways to get it, and the way out.
ENROLMENT = {
    "mfa_index",
    "mfa_activate_totp",
    "mfa_list_webauthn",
    "mfa_add_webauthn",
    "mfa_view_recovery_codes",
    "mfa_generate_recovery_codes",
    "mfa_download_recovery_codes",
    "account_reauthenticate",
    "account_email_verification_sent",
    "account_logout",
}
# And what somebody may who has one: no other factor is added, and no recovery code seen, before this one is shown.
SHOWING = {"mfa_reauthenticate", "mfa_reauthenticate_webauthn", "account_logout"}
# Screens of the CMS that decide who may do what, whatever stands in Wagtail's place at their address; the lists of
# people and groups only show.
DECIDING = re.compile(
    r"/cms/(?:(?:users|groups)/(?!(?:results/|multiple/.*)?$)|workflows/|collections/|pages/[0-9]+/privacy/)"
)
REOPENED = 3600  # seconds
Respond = Callable[[HttpRequest], HttpResponseBase]


class SessionLimitMiddleware:
    """Ends staff sessions in time, and keeps what people see while logged in out of every cache.

    After logging out the browser is told to forget, so that *Back* shows nothing.
    """

    def __init__(self, get_response: Respond) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if settings.SESSION_COOKIE_NAME not in request.COOKIES or not request.user.is_authenticated:
            response = self.get_response(request)
            leaves_cookie = request.session.modified or request.META.get("CSRF_COOKIE_NEEDS_UPDATE")
            if settings.SESSION_COOKIE_NAME not in request.COOKIES and not leaves_cookie:
                return response  # a page for everybody
        else:
            if why := sessions.why_over(request):
                logout(request)  # the page itself asks to log in again, if it needs that
                messages.info(request, why)
            elif not request.path_info.startswith(UNATTENDED):
                sessions.note_use(request)
            response = self.get_response(request)
            if not request.user.is_authenticated:
                response["Clear-Site-Data"] = '"cache"'
        patch_cache_control(response, private=True, no_store=True)
        patch_vary_headers(response, ["Cookie"])
        return response


class KnownDeviceMiddleware:
    """Gives the browser in which somebody has logged in the cookie by which it is known (`accounts.devices`)."""

    def __init__(self, get_response: Respond) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        devices.write(request, response)
        return response


class SecondFactorMiddleware:
    """Nobody works in the CMS, or opens the account of whoever needs one, without having shown a second factor.

    Who changes roles or workflows also shows again who they are.
    """

    def __init__(self, get_response: Respond) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Callable[..., Any], args: Any, kwargs: Any
    ) -> HttpResponse | None:
        name = request.resolver_match.view_name if request.resolver_match else ""
        in_cms = request.path_info.startswith(CMS_PREFIX)
        in_account = ACCOUNT.match(request.path_info)
        if not (in_cms or in_account) or not request.user.is_authenticated:
            return None
        if not sessions.must_show_factor(request):
            return self._ask_again(request)
        page = sessions.where_to_show_factor(request.user)
        if name in (SHOWING if page else ENROLMENT) or name == "cms_login":
            return None
        return _to(page, request) if page else redirect("mfa_index")

    def _ask_again(self, request: HttpRequest) -> HttpResponse | None:
        """Before somebody decides who may do what. A form that was opened in time can be sent for an hour."""
        if not DECIDING.match(request.path_info):
            return None
        within = REOPENED if request.method == "POST" else settings.ACCOUNT_REAUTHENTICATION_TIMEOUT
        if sessions.showed_who_they_are(request, within=within):
            return None
        return _to(sessions.where_to_show_factor(request.user) or "account_reauthenticate", request)


def _to(page: str, request: HttpRequest) -> HttpResponse:
    """To the page called `page`, and from there back: to what was asked for, or to where a form was sent from."""
    return redirect(f"{reverse(page)}?{urlencode({'next': request.get_full_path()})}")
