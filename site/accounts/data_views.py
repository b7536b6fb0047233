"""The page *Your data*: take a copy of it, or have it erased."""

from typing import Any
from uuid import UUID

from allauth.account.decorators import reauthentication_required
from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from accounts import erasure, exports
from accounts.forms.data import ErasureForm
from accounts.login_required import LoginReason, account_required
from accounts.models import ErasureRequest


@account_required(LoginReason.ACCOUNT)
@reauthentication_required
def data(request: HttpRequest) -> HttpResponse:
    """What one can do with one's data."""
    return _page(request, ErasureForm())


@account_required(LoginReason.ACCOUNT)
@reauthentication_required
def export(request: HttpRequest) -> HttpResponse:
    """POST asks for a copy; the link comes by mail, and stands on the page when it is ready."""
    if request.method == "POST":
        exports.request_export(user=_user(request))
    return redirect("account_data")


@account_required(LoginReason.ACCOUNT)
@reauthentication_required
def download(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The copy itself, for whom it is about alone."""
    copy = exports.downloadable(user=_user(request), pk=pk)
    if copy is None or copy.content is None:
        raise Http404
    return HttpResponse(
        bytes(copy.content),
        content_type="application/zip",
        headers={
            "Content-Disposition": f'attachment; filename="{exports.FILE_NAME}"',
            "Cache-Control": "private, no-store",
        },
    )


@account_required(LoginReason.ACCOUNT)
@reauthentication_required
def erase(request: HttpRequest) -> HttpResponse:
    """POST asks to be erased."""
    if request.method != "POST":
        return redirect("account_data")
    form = ErasureForm(request.POST)
    if not form.is_valid():
        return _page(request, form, status=422)
    try:
        erasure.request_erasure(user=_user(request), session_key=request.session.session_key)
    except erasure.ErasureError as error:
        form.add_error(None, error.sentence)
        return _page(request, form, status=422)
    return redirect("account_data")


@account_required(LoginReason.ACCOUNT)
def keep(request: HttpRequest) -> HttpResponse:
    """POST takes the request to be erased back."""
    if request.method == "POST":
        try:
            if erasure.keep_account(user=_user(request)):
                messages.success(request, _("Your account stays. Everything is as it was."))
        except erasure.TooLate as error:
            messages.error(request, str(error.sentence))
    return redirect("account_home")


def _user(request: HttpRequest) -> Any:
    return request.user


def _page(request: HttpRequest, form: ErasureForm, *, status: int = 200) -> HttpResponse:
    user = _user(request)
    copy = exports.current(user=user)
    context = {
        "form": form,
        "copy": copy,
        "is_due": ErasureRequest.objects.filter(user=user).exists(),
        "outlook": erasure.outlook(user),
        "grace_days": settings.ERASURE_GRACE.days,
    }
    return render(request, "account/data.html", context, status=status)
