"""What the ways in need to know of each other."""

from urllib.parse import urlencode

from allauth.account.internal.stagekit import unstash_login
from allauth.account.utils import get_next_redirect_url
from django import template
from django.http import HttpRequest
from django.template.context import RequestContext
from django.urls import reverse

register = template.Library()

WAYS = {
    "log_in": "account_login",
    "sign_up": "account_signup",
    "code": "account_request_login_code",
    "reset": "account_reset_password",
}


@register.simple_tag(takes_context=True)
def ways_in(context: RequestContext, next: str = "") -> dict[str, str]:  # noqa: A002 - as the address calls it
    """The addresses of the ways in, each with where it leads on to; that is also in `next`, empty if nowhere.

    Unless it is given, the page before said so (`?next=`), or they said so when they began to log in.
    """
    request = context.get("request")
    goal = next or (leads_on_to(request) if request else "")
    query = f"?{urlencode({'next': goal})}" if goal else ""
    return {"next": goal, **{name: reverse(url) + query for name, url in WAYS.items()}}


def leads_on_to(request: HttpRequest) -> str:
    """Where on this site somebody goes on to once they are in; empty if nowhere in particular."""
    login = unstash_login(request, peek=True)
    return get_next_redirect_url(request) or (login.redirect_url if login else None) or ""
