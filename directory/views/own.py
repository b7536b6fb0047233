"""What the specialist's own pages share."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from accounts import drafts
from accounts.login_required import LoginReason, account_required
from core.users import UserRequest
from directory.models import Specialist

State = Specialist.State


def own_profile(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """For the logged-in user's own profile: no address names anybody. Whoever has none is shown how to join."""

    @never_cache
    @account_required(LoginReason.ACCOUNT)
    @wraps(view)
    def run(request: UserRequest, **kwargs: Any) -> HttpResponse:
        specialist = (
            Specialist.objects.filter(user=request.user)
            .select_related("profession", "place", "portrait", "user", "search_row")
            .first()
        )
        if specialist is None:
            return redirect("specialist_join")
        return view(request, specialist, **kwargs)

    return run


def see_other(url_name: str, *args: Any) -> HttpResponseRedirect:
    """Go on after a form, with a GET whatever it was."""
    return HttpResponseRedirect(reverse(url_name, args=args), status=303)


def typed(request: HttpRequest) -> QueryDict | None:
    """What a form is filled with: what is posted, or was typed before somebody had to log in; else None."""
    if request.method == "POST":
        return request.POST
    kept = drafts.take(request)
    if not kept:
        return None
    messages.info(request, _("This is what you had typed. It isn’t saved yet."))
    data = QueryDict(mutable=True)
    for name, value in kept.items():
        data.setlist(name, value if isinstance(value, list) else [value])
    return data


def tell_saved(request: HttpRequest, before: str, specialist: Specialist, *, is_proposed: bool) -> None:
    """Say what became of what was saved, and whether the moderators have decided while it was typed.

    `before` is the state that the form was shown in.
    """
    if before and before != specialist.state:
        messages.warning(request, _("The moderators have decided in the meantime.") + " " + news(specialist))
    messages.success(request, outcome(specialist, is_proposed=is_proposed))


def news(specialist: Specialist) -> str:
    """How a profile stands after somebody else has decided."""
    return {
        State.PUBLISHED: _("Your profile is public now."),
        State.CHANGES_REQUESTED: _("They ask you to change something: it stands beside the fields."),
        State.SUSPENDED: _("Your profile is suspended."),
    }.get(State(specialist.state), _("Please look at your profile again."))


def outcome(specialist: Specialist, *, is_proposed: bool) -> str:
    """What a saved change means."""
    if is_proposed:
        return _(
            "Saved. A moderator will check what you have changed; until then clients see the old version."
        )
    return {
        State.SUBMITTED: _("Saved. The moderators see it as it is now."),
        State.PUBLISHED: _("Saved. Clients see it at once."),
    }.get(State(specialist.state), _("Saved."))
