"""The screen that merges two terms (core.merging.terms)."""

from collections.abc import Callable, Iterator
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import URLPattern, path, reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods
from wagtail.admin import messages
from wagtail.admin.widgets.button import Button
from wagtail.models import Locale
from wagtail.snippets.views.snippets import IndexView

from core.forms.numbers import whole
from core.merging.terms import languages_of, merge_terms, uses
from core.models import Term
from core.permissions import may_touch, may_work_in
from core.users import AnyUser, UserRequest


def may_merge(user: AnyUser, model: type[Term]) -> bool:
    """Whether `user` may change terms of this kind in the source language. A query."""
    return may_touch(user, model, "change") and may_work_in(user, Locale.get_default())


def merge_button(term: Term) -> Iterator[Button]:
    """The way to the screen below, for those who may merge."""
    viewset = type(term).snippet_viewset
    if isinstance(viewset, MergeMixin) and term.locale_id == Locale.get_default().pk:
        url = reverse(viewset.get_url_name("merge"), args=[term.pk])
        yield Button(_("Merge"), url=url, icon_name="resubmit", priority=40)


def refuse_deletion(request: HttpRequest, instances: list[Any]) -> HttpResponse | None:
    """Before terms are deleted: none of them while something points to one, which would lose it without a word."""
    used = [
        (term, uses_of_term) for term in instances if isinstance(term, Term) and (uses_of_term := uses(term))
    ]
    for term, uses_of_term in used:
        counts = ", ".join(f"{label}: {number}" for label, number in sorted(uses_of_term.items()))
        sentence = _("“%(name)s” is used (%(counts)s), so it can’t be deleted.") % {
            "name": term.name,
            "counts": counts,
        }
        source = languages_of(term).filter(locale=Locale.get_default()).first()
        merges = (
            [(one.url, one.label) for one in merge_button(source)]
            if source and may_merge(request.user, type(source))
            else []
        )
        if merges:
            sentence += " " + _("Merge it with another one instead.")
        messages.error(request, sentence, buttons=[messages.button(url, label) for url, label in merges])
    return redirect(used[0][0].snippet_viewset.get_url_name("list")) if used else None


class MergeIndexView(IndexView):
    """The list of terms, with the button for those who may merge."""

    @cached_property
    def may_merge(self) -> bool:
        return may_merge(self.request.user, self.model)

    def get_list_more_buttons(self, instance: Term) -> list[Any]:
        merge = merge_button(instance) if self.may_merge else ()
        return [*super().get_list_more_buttons(instance), *merge]


class MergeMixin:
    """A snippet's screens, with one more to merge two terms. For those who may change them in the source language."""

    index_view_class = MergeIndexView
    model: Any
    get_url_name: Callable[[str], str]

    def get_urlpatterns(self) -> list[URLPattern]:
        return [*super().get_urlpatterns(), path("merge/<int:pk>/", self.merge, name="merge")]  # type: ignore[misc]

    @property
    def merge(self) -> Callable[..., HttpResponse]:
        return require_http_methods(["GET", "HEAD", "POST"])(self._merge)

    def _merge(self, request: UserRequest, pk: int) -> HttpResponse:
        """Choose what stays; look at what will change; do it."""
        source = Locale.get_default()
        if not may_merge(request.user, self.model):
            raise PermissionDenied
        terms = self.model.objects.filter(locale=source)
        gone = get_object_or_404(terms, pk=pk)
        others = terms.exclude(pk=pk).order_by("name")
        chosen = request.POST.get("into") or request.GET.get("into") or ""
        kept = others.filter(pk=whole(chosen)).first()
        if request.method == "POST":
            if kept is None:
                raise Http404
            merge_terms(gone=gone, kept=kept, by=request.user)
            messages.success(
                request, _("“%(gone)s” is now “%(kept)s”.") % {"gone": gone.name, "kept": kept.name}
            )
            return redirect(self.get_url_name("list"))
        nameless = []
        if kept is not None:
            has = set(languages_of(kept).values_list("locale_id", flat=True))
            nameless = [
                term for term in languages_of(gone).select_related("locale") if term.locale_id not in has
            ]
        context = {
            "gone": gone,
            "kept": kept,
            "others": others,
            "uses": sorted(uses(gone).items()),
            "nameless": nameless,
            "list_url": reverse(self.get_url_name("list")),
        }
        return render(request, "cms/merge.html", context)
