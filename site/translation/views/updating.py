"""*Sync*: what the original says now, taken into its translations."""

from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import ObjectDoesNotExist, PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from wagtail.models import Page
from wagtail_localize.models import SourceDeletedError, Translation, TranslationSource
from wagtail_localize.views import update_translations

from core.permissions import may_touch, may_work_in
from translation.memory import fill_from_memory, offer_previous
from translation.state import IncompleteError
from translation.views.access import gone


class Update(update_translations.UpdateTranslationsView):
    """*Sync*: takes the original's new text everywhere, and publishes only what is complete and theirs to publish."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        try:
            return super().dispatch(request, *args, **kwargs)
        except (SourceDeletedError, ObjectDoesNotExist):
            return gone(
                request, _("The original, or something that it needs, has been deleted. Nothing was changed.")
            )

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return {
            **super().get_context_data(**kwargs),
            "translations": [
                {
                    "title": str(target),
                    "locale": translation.target_locale,
                    "edit_url": self.get_edit_url(target),
                }
                for translation in self.theirs()
                if (target := translation.source.object.get_instance_or_none(translation.target_locale))
            ],
        }

    def get_form(self) -> forms.Form:
        form = super().get_form()
        # Upstream's text threatens with the original's language in what readers see; that is never published here.
        form.fields["publish_translations"].help_text = _(
            "Only complete translations are published. Where something is missing, readers still see the last version."
        )
        return form

    def theirs(self) -> list[Translation]:
        """The translations that this touches: in one language if the address names it, else in all of one's own."""
        followers = self.followers(self.object)
        if code := self.request.GET.get("language"):
            followers = followers.filter(target_locale__language_code=code)
        return [item for item in followers if may_work_in(self.request.user, item.target_locale)]

    def get_object(self, queryset: QuerySet | None = None) -> TranslationSource:
        source = get_object_or_404(TranslationSource, pk=self.kwargs["translation_source_id"])
        model = source.specific_content_type.model_class()
        locales = [source.locale, *(item.target_locale for item in self.followers(source))]
        theirs = any(may_work_in(self.request.user, locale) for locale in locales)
        if not theirs or not (issubclass(model, Page) or may_touch(self.request.user, model, "change")):
            raise PermissionDenied
        return source

    @staticmethod
    def followers(source: TranslationSource) -> QuerySet[Translation]:
        return source.translations.filter(enabled=True).select_related("source", "target_locale")

    @transaction.atomic
    def form_valid(self, form: forms.Form) -> HttpResponse:
        user = self.request.user
        self.object.update_from_db()
        translations = self.theirs()
        for translation in translations:  # each has its own copy of the source, as it was
            translation.source = self.object
        for translation in translations:
            offer_previous(translation, user=user)
            fill_from_memory(translation, user=user)
        if form.cleaned_data["publish_translations"]:
            for translation in translations:
                self.publish(translation)
        else:
            for translation in translations:
                self.object.update_target_view_restrictions(translation.target_locale)
        self.components.save(self.object, sources_and_translations={self.object: translations})
        messages.success(self.request, self.get_success_message())
        return redirect(self.get_success_url() or self.get_default_success_url())

    def publish(self, translation: Translation) -> None:
        """Publish one translation, or say why what is published stays as it was."""
        language = translation.target_locale.get_display_name()
        if not self.may_publish(translation):
            messages.warning(
                self.request, _("%(language)s: you may not publish there.") % {"language": language}
            )
            return
        try:
            translation.save_target(user=self.request.user, publish=True)
        except IncompleteError as error:
            messages.warning(self.request, f"{language}: {error.messages[0]}")
        except ValidationError:
            messages.warning(
                self.request,
                _("%(language)s: there are errors; look at them in its editor.") % {"language": language},
            )

    def may_publish(self, translation: Translation) -> bool:
        if not may_work_in(self.request.user, translation.target_locale):
            return False
        target = translation.get_target_instance()
        return not isinstance(target, Page) or target.permissions_for_user(self.request.user).can_publish()
