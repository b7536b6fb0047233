"""Lists: of snippets, for the editor's choosers, and of all translations."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from wagtail_localize.views import report, snippets_api

from core.permissions import languages_of, may_touch


class Snippets(snippets_api.SnippetViewSet):
    """Upstream lists the name of any snippet to anybody in the CMS; here its permission is asked for."""

    def get_queryset(self) -> QuerySet:
        if not may_touch(self.request.user, self.get_model(), "add", "change", "view"):
            raise PermissionDenied
        return super().get_queryset()


class TranslationsReport(report.TranslationsReportView):
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
