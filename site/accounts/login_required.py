"""Pages that need an account say why, and keep what somebody had typed until they are back.

@account_required(ACCOUNT)
def settings(request): form = SettingsForm(initial=drafts.take(request))
"""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext_lazy as _

from accounts import drafts
from core import limits

KEPT = "20/h/browser,200/h/network"  # what strangers type is kept in a table


@dataclass(frozen=True)
class LoginReason:
    """Why a page asks to log in: its heading, and what an account is good for there, in a sentence or two."""

    title: Any
    text: Any


_reasons: list[LoginReason] = []


def register(reason: LoginReason) -> LoginReason:
    """Make a feature's reason known: a test and /dev/components/ look at all."""
    _reasons.append(reason)
    return reason


def reasons() -> list[LoginReason]:
    """Every reason, in the order in which they were registered."""
    return list(_reasons)


ACCOUNT = register(
    LoginReason(_("Log in to see your account"), _("Your consultations and settings are here."))
)


def keep_draft(request: HttpRequest) -> None:
    """Keep what a stranger has typed until they have logged in, unless too much is kept for them already."""
    with suppress(limits.TooOften):
        limits.use(request, "draft", KEPT)
        drafts.keep(request)


def account_required(
    reason: LoginReason,
) -> Callable[[Callable[..., HttpResponse]], Callable[..., HttpResponse]]:
    """Show strangers `reason` with *Log in* and *Sign up* at the page's own address; both lead back to it.

    A form that they send is kept (`accounts.drafts`), for an hour, and not acted on.
    """

    def decorate(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
        @wraps(view)
        def run(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            if request.user.is_authenticated:
                return view(request, *args, **kwargs)
            if request.method == "POST":
                keep_draft(request)
                return redirect(request.get_full_path())
            return render(
                request,
                "account/login_required.html",
                {"reason": reason, "next": request.get_full_path(), "kept": drafts.has(request)},
            )

        return run

    return decorate
