"""What the mail opens that asks whether clients are still accepted. GET never changes anything."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from core.private_pages import private
from directory import services, tokens
from directory.errors import WrongState


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def confirm(request: HttpRequest, token: str) -> HttpResponse:
    """Show a button, which confirms. Whoever has the mail needs no log-in: the link does nothing else."""
    specialist = tokens.specialist_of(token)
    if specialist is None:
        raise Http404
    if request.method == "POST":
        try:
            specialist = services.confirm_availability(specialist=specialist)
        except WrongState as error:  # suspended a moment ago, say: as if the link were opened now
            raise Http404 from error
    response = render(
        request,
        "pages/directory/available.html",
        {
            "specialist": specialist,
            "is_done": request.method == "POST",
            "is_accepting": specialist.is_accepting_on(timezone.localdate()),
        },
    )
    return private(response)
