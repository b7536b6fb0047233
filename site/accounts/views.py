"""The account's own pages."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache


@never_cache
@login_required
def home(request: HttpRequest) -> HttpResponse:
    """Who is logged in, and what is waiting for them. Apps add their part in `templates/account/home.html`."""
    return render(request, "account/home.html")
