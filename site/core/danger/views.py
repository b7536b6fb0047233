"""The CMS's box to try a sentence in: what fires, and which phrase it was."""

from typing import Any

from django import forms
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path, reverse
from django.utils.translation import gettext_lazy as _
from wagtail.admin.menu import MenuItem

from core.danger import hits, kind_of
from core.models import DangerPhrase

RIGHT = "core.view_dangerphrase"


class TryForm(forms.Form):
    text = forms.CharField(
        label=_("A sentence as people type it"), max_length=100_000, widget=forms.Textarea(attrs={"rows": 4})
    )


def try_sentence(request: HttpRequest) -> HttpResponse:
    """Show what fires on a sentence. It is posted, so that it is in no address and no log; nothing is kept."""
    if not request.user.has_perm(RIGHT):
        raise PermissionDenied
    form = TryForm(request.POST or None)
    context: dict[str, Any] = {"form": form}
    if form.is_valid():
        sentence_hits = hits(form.cleaned_data["text"])
        labels = dict(DangerPhrase.Kind.choices)
        context |= {
            "is_tried": True,
            "shown": labels.get(kind_of(sentence_hits), ""),
            "found": [{"hit": hit, "kind": labels[hit.phrase.kind]} for hit in sentence_hits],
        }
    return render(request, "cms/danger.html", context)


def admin_urls() -> list[Any]:
    return [path("danger/try/", try_sentence, name="try_danger")]


class TryMenuItem(MenuItem):
    def is_shown(self, request: HttpRequest) -> bool:
        return request.user.has_perm(RIGHT)


def menu_item() -> MenuItem:
    return TryMenuItem(_("Help box: try a sentence"), reverse("try_danger"), icon_name="warning", order=1100)
