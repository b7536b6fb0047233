"""Beginning translations of a page or snippet."""

from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from wagtail.models import Locale, Page
from wagtail_localize.models import Translation
from wagtail_localize.views import submit_translations

from core.permissions import languages_of, may_read, may_touch
from core.users import UserRequest
from translation.memory import fill_from_memory


class SubmitMixin:
    """Offers one's own languages, and fills the new translations from memory."""

    request: UserRequest
    object: Any

    def get_form(self) -> forms.Form:
        form = super().get_form()  # type: ignore[misc]  # the view that this is mixed into has it
        field = form.fields["locales"]
        mine = {locale.pk for locale in languages_of(self.request.user)}
        field.queryset = field.queryset.filter(pk__in=mine & self.possible())
        return form

    def possible(self) -> set[int]:
        """The languages that this can be translated into."""
        return set(Locale.objects.values_list("pk", flat=True))

    @transaction.atomic
    def form_valid(self, form: forms.Form) -> HttpResponse:
        # Somebody else may be submitting the same: what they have begun is no choice any more.
        type(self.object)._base_manager.select_for_update(of=("self",)).get(pk=self.object.pk)
        form = self.get_form()
        if not form.is_valid():
            messages.warning(
                self.request, _("Somebody else has just begun this translation. Nothing was changed.")
            )
            return redirect(self.get_success_url() or self.get_default_success_url())  # type: ignore[attr-defined]
        locales = list(
            form.cleaned_data["locales"]
        )  # a query for languages without a translation: none, after it
        response = super().form_valid(form)  # type: ignore[misc]
        made = Translation.objects.filter(
            source__object_id=self.object.translation_key,
            target_locale__in=locales,
            enabled=True,
        )
        filled = sum(fill_from_memory(item, user=self.request.user) for item in made.select_related("source"))
        if filled:
            messages.info(
                self.request,
                _("%(count)s strings are filled in as they were translated elsewhere.") % {"count": filled},
            )
        return response


class SubmitPage(SubmitMixin, submit_translations.SubmitPageTranslationView):
    """Upstream asks for one permission on everything; here also: may they read this page, write in that language?"""

    def get_object(self) -> Page:
        page = super().get_object()
        if not may_read(self.request.user, page):
            raise PermissionDenied
        return page

    def possible(self) -> set[int]:
        """Where the page above has a translation: upstream would put the original in its place, and publish it."""
        if self.object.depth <= 2:
            return super().possible()
        parent = self.object.get_parent()
        return set(parent.get_translations().values_list("locale_id", flat=True))

    def get_form(self) -> forms.Form:
        form = super().get_form()
        # The pages below may be drafts, or private.
        if not self.object.permissions_for_user(self.request.user).can_edit():
            del form.fields["include_subtree"]
            form.fields["include_subtree"] = forms.BooleanField(
                required=False, disabled=True, initial=False, widget=forms.HiddenInput
            )
        return form


class SubmitSnippet(SubmitMixin, submit_translations.SubmitSnippetTranslationView):
    """The same for snippets: the model's permission as well."""

    def get_object(self) -> Any:
        snippet = super().get_object()
        if not may_touch(self.request.user, type(snippet), "change"):
            raise PermissionDenied
        return snippet
