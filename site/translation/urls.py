"""wagtail-localize's addresses in the CMS with our screens."""

from django.urls import URLPattern, path
from wagtail_localize.views import edit_translation

from translation import strings
from translation.desk import desk
from translation.views.access import View, in_own_language
from translation.views.editing import convert_to_alias, stop_translation, upload_pofile
from translation.views.lists import Snippets, TranslationsReport
from translation.views.submitting import SubmitPage, SubmitSnippet
from translation.views.updating import Update

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
        path("localize/reports/translations/", TranslationsReport.as_view()),
        path("localize/reports/translations/results/", TranslationsReport.as_view(results_only=True)),
    ]
