"""Who may open a screen about a translation, and what others are told."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib import messages
from django.core.exceptions import ObjectDoesNotExist, PermissionDenied
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from wagtail.models import Page
from wagtail_localize.models import SourceDeletedError, Translation

from core.permissions import may_work_in
from translation.desk import may_translate

View = Callable[..., HttpResponseBase]


def in_own_language(upstream: View) -> View:
    """A screen about one translation, for those who work in its language; nothing is written into a locked page."""

    @wraps(upstream)  # keeps csrf_exempt: the API's own authentication asks for the token
    def view(request: HttpRequest, translation_id: int, *args: Any, **kwargs: Any) -> HttpResponseBase:
        translation = get_object_or_404(
            Translation.objects.select_related("source", "target_locale"), pk=translation_id
        )
        if not may_work_in(request.user, translation.target_locale):
            return forbidden(request, _("You may not change this translation. Nothing was saved."))
        try:
            target = translation.get_target_instance()
        except ObjectDoesNotExist:
            return gone(request, _("This translation has been deleted. Nothing was changed."))
        if (
            request.method not in {"GET", "HEAD", "OPTIONS"}
            and isinstance(target, Page)
            and target.permissions_for_user(request.user).page_locked()
        ):
            return forbidden(request, _("This page is locked. Nothing was saved."))
        try:
            return upstream(request, translation_id, *args, **kwargs)
        except (SourceDeletedError, ObjectDoesNotExist):
            return gone(
                request, _("The original, or something that it needs, has been deleted. Nothing was changed.")
            )

    return view


def forbidden(request: HttpRequest, sentence: str) -> HttpResponse:
    """Wagtail's answer, or the sentence in the editor's field."""
    if request.method in {"PUT", "DELETE"}:
        return JsonResponse({"error": sentence, "data": "", "comment": ""}, status=403)
    raise PermissionDenied


def gone(request: HttpRequest, sentence: str) -> HttpResponse:
    """The answer where what was meant isn't there any more: a sentence on the desk, or in the editor's field."""
    if request.method in {"PUT", "DELETE"}:
        return JsonResponse({"error": sentence, "data": "", "comment": ""}, status=410)
    messages.error(request, sentence)
    return redirect("translation_desk" if may_translate(request.user) else "wagtailadmin_home")
