"""wagtail-localize's screens with the questions they forget to ask: whose language is this, and may it be published?

They are put at the same addresses, before upstream's (core.wagtail_hooks).
"""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import ObjectDoesNotExist, PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.urls import URLPattern, path
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST
from wagtail.admin.views.pages.utils import get_valid_next_url_from_request
from wagtail.models import Locale, Page
from wagtail_localize.models import SourceDeletedError, Translation, TranslationSource
from wagtail_localize.views import (
    convert,
    edit_translation,
    report,
    snippets_api,
    submit_translations,
    update_translations,
)

from core.permissions import languages_of, may_read, may_touch, may_work_in
from translation import pofiles, strings
from translation.desk import desk, may_translate
from translation.memory import fill_from_memory, offer_previous
from translation.restart import stopped, take_over
from translation.state import IncompleteError, sentence_about, shortcomings

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


@require_POST
def upload_pofile(request: HttpRequest, translation_id: int) -> HttpResponseBase:
    """Takes what may be taken of a PO file, and says what wasn't and why."""
    translation = get_object_or_404(
        Translation.objects.select_related("source", "target_locale"), pk=translation_id
    )
    target = translation.get_target_instance()
    if not edit_translation.user_can_edit_instance(request.user, target):
        raise PermissionDenied
    try:
        outcome = pofiles.take(pofiles.read(request.FILES.get("file")), translation, user=request.user)
    except pofiles.UnusableFileError as error:
        messages.error(request, str(error))
    else:
        first, *others = pofiles.sentences(outcome)
        (messages.success if outcome.taken else messages.warning)(request, first)
        for sentence in others:
            messages.warning(request, sentence)
    return redirect(get_valid_next_url_from_request(request) or translation.get_target_instance_edit_url())


def stop_translation(request: HttpRequest, translation_id: int) -> HttpResponseBase:
    """Upstream's, for complete translations: an incomplete one that is stopped could be published in English."""
    translation = get_object_or_404(Translation, pk=translation_id)
    if request.method == "POST" and (missing := shortcomings(translation)):
        messages.error(request, sentence_about(missing))
        return redirect(translation.get_target_instance_edit_url())
    return edit_translation.stop_translation(request, translation_id)


def convert_to_alias(request: HttpRequest, page_id: int) -> HttpResponseBase:
    """Upstream's, which publishes the original in place of the translation, for those who may publish."""
    page = get_object_or_404(Page, pk=page_id)
    if not page.permissions_for_user(request.user).can_publish():
        raise PermissionDenied
    source = TranslationSource.objects.filter(
        object_id=page.translation_key, translations__target_locale=page.locale_id
    ).first()
    if request.method == "POST" and source is not None and page.alias_of_id is None:
        if (
            translation := stopped(page)
        ) is not None:  # written by hand: it is there when it is translated again
            take_over(page.specific, translation, user=request.user)
        try:
            # The page shows the original from now on, so it is as private.
            source.sync_view_restrictions(source.get_source_instance(), page)
        except ObjectDoesNotExist:
            return gone(request, _("The original has been deleted. Nothing was changed."))
    return convert.convert_to_alias(request, page_id)


class SubmitMixin:
    """Offers one's own languages, and fills the new translations from memory."""

    request: HttpRequest
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


class Snippets(snippets_api.SnippetViewSet):
    """Upstream lists the name of any snippet to anybody in the CMS; here its permission is asked for."""

    def get_queryset(self) -> QuerySet:
        if not may_touch(self.request.user, self.get_model(), "add", "change", "view"):
            raise PermissionDenied
        return super().get_queryset()


class Report(report.TranslationsReportView):
    """The list of all translations, for those who translate."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not request.user.has_perm("wagtail_localize.submit_translation"):
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)

    def get_queryset(self) -> QuerySet:
        mine = languages_of(self.request.user)
        return (
            super().get_queryset().filter(target_locale__in=mine).order_by("-source__last_updated_at", "pk")
        )


ONE = "localize/translate/<int:translation_id>/"
SNIPPETS = "localize/api/snippets/<slug:app_label>/<slug:model_name>/"
WRAPPED: list[tuple[str, View]] = [
    ("strings/<int:string_segment_id>/edit/", strings.edit_string),
    ("overrides/<int:overridable_segment_id>/edit/", strings.edit_override),
    ("pofile/download/", edit_translation.download_pofile),
    ("pofile/upload/", upload_pofile),
    ("machine_translate/", edit_translation.machine_translate),
    ("preview/", edit_translation.preview_translation),
    ("preview/<str:mode>/", edit_translation.preview_translation),
    ("disable/", stop_translation),
]


def admin_urls() -> list[URLPattern]:
    """Upstream's addresses with our screens."""
    return [
        *(path(ONE + rest, in_own_language(view)) for rest, view in WRAPPED),
        path("localize/page/<int:page_id>/convert_to_alias/", convert_to_alias),
        path("localize/submit/page/<int:page_id>/", SubmitPage.as_view()),
        path("localize/submit/snippet/<slug:app_label>/<slug:model_name>/<str:pk>/", SubmitSnippet.as_view()),
        path("localize/update/<int:translation_source_id>/", Update.as_view()),
        path(SNIPPETS, Snippets.as_view({"get": "list"})),
        path(SNIPPETS + "<str:pk>/", Snippets.as_view({"get": "retrieve"})),
        path("translate/", desk, name="translation_desk"),
        path("localize/reports/translations/", Report.as_view()),
        path("localize/reports/translations/results/", Report.as_view(results_only=True)),
    ]
