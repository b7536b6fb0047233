"""Pages that need an account say why, and keep what somebody had typed until they are back.

@account_required(LoginReason.QUESTION)
def ask(request): form = QuestionForm(initial=drafts.take(request))
"""

from collections.abc import Callable
from contextlib import suppress
from functools import wraps
from typing import Any

from django.db import models
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext_lazy as _

from accounts import drafts
from core import limits

KEPT = "20/h/browser,200/h/network"  # what strangers type is kept in a table


class LoginReason(models.TextChoices):
    """Why a page asks to log in, as its heading says it."""

    MESSAGES = "messages", _("Log in to send messages")
    CONTACT = "contact", _("Log in to contact us")
    SPECIALIST = "specialist", _("Log in to create your specialist profile")
    QUESTION = "question", _("Log in to ask a question")
    ACCOUNT = "account", _("Log in to see your account")

    @property
    def why(self) -> Any:
        """What it is good for, in a sentence or two."""
        return WHY[self]


WHY = {
    LoginReason.MESSAGES: _(
        "Messages stay between you and the specialist. That is why both of you need an account."
    ),
    LoginReason.CONTACT: _("So our answer reaches you, and nobody else."),
    LoginReason.SPECIALIST: _("Your profile belongs to your account: you alone can change it."),
    LoginReason.QUESTION: _(
        "You see who answers, and can take your question back. Others see your nickname alone."
    ),
    LoginReason.ACCOUNT: _("Your consultations and settings are here."),
}


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
                "account/gate.html",
                {"reason": reason, "next": request.get_full_path(), "kept": drafts.has(request)},
            )

        return run

    return decorate
