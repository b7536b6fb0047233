"""Asking who somebody is once more, and where they go on afterwards: to a page, never to what had been sent.

allauth keeps the whole request in the session, with its cookies and what was typed, and runs it by itself as soon as
the password is right. Whoever had the session for a moment could leave a request there for its owner to run.
"""

from urllib.parse import urlencode

from allauth.account.internal import flows
from allauth.account.utils import get_next_redirect_url
from django.contrib import messages
from django.contrib.auth import REDIRECT_FIELD_NAME
from django.http import HttpRequest, HttpResponseRedirect
from django.utils.translation import gettext as _

KEY = flows.reauthentication.STATE_SESSION_KEY
FORM = "form"
LONGEST_PATH = 1_000  # characters; longer ones are none of ours


def suspend_request(request: HttpRequest, redirect_to: str) -> HttpResponseRedirect:
    """Send somebody to show who they are at `redirect_to`. Of what they sent, the address alone is kept."""
    path = request.get_full_path() if request.method == "GET" else request.path
    if len(path) > LONGEST_PATH:
        return HttpResponseRedirect(redirect_to)
    request.session.pop(KEY, None)
    if request.method != "GET":
        request.session[KEY] = {FORM: path}
    return HttpResponseRedirect(f"{redirect_to}?{urlencode({REDIRECT_FIELD_NAME: path})}")


def resume_request(request: HttpRequest) -> HttpResponseRedirect | None:
    """The page that they came from, to look at. None where no page of ours is named: allauth has one for that."""
    state = request.session.pop(KEY, None)
    url = get_next_redirect_url(request, REDIRECT_FIELD_NAME)
    if not url:
        return None
    if isinstance(state, dict) and state.get(FORM) == url:
        messages.info(request, _("Thank you. Nothing has been changed yet: please send the form again."))
    return HttpResponseRedirect(url)


def apply() -> None:
    """Put both in the place of allauth's."""
    flows.reauthentication.suspend_request = suspend_request
    flows.reauthentication.resume_request = resume_request
