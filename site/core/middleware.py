"""Headers that depend on where in the site a request went."""

from typing import Any

from csp.middleware import CSPMiddleware, PolicyParts
from django.conf import settings
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.middleware.locale import LocaleMiddleware
from django.utils.cache import patch_vary_headers
from django.utils.translation import get_language_from_path

CMS_PREFIX = "/cms/"


class PolicyMiddleware(CSPMiddleware):
    """The strict Content-Security-Policy everywhere, and the CMS's own under `/cms/`.

    A preview is a public page that the CMS frames. It comes through here as a request of its own, with the
    address of the page.
    """

    def get_policy_parts(
        self, request: HttpRequest, response: HttpResponseBase, report_only: bool = False
    ) -> PolicyParts:
        parts: Any = super().get_policy_parts(request, response, report_only)
        if report_only or parts.config is not None:
            return parts
        if getattr(request, "is_preview", False):
            parts.config = settings.PREVIEW_POLICY
        elif request.path_info.startswith(CMS_PREFIX):
            parts.config = settings.CMS_POLICY
        return parts


class LanguageMiddleware(LocaleMiddleware):
    """Django's, which looks under `/<language>/` for an address that there is nothing at.

    What a view without a language doesn't find is nowhere else either: Django would look for a picture or a screen of
    the CMS among the pages.
    """

    def process_response(self, request: HttpRequest, response: Any) -> Any:
        meant = request.resolver_match and not get_language_from_path(request.path_info)
        if response.status_code == 404 and meant:
            patch_vary_headers(response, ["Accept-Language"])
            return response
        return super().process_response(request, response)
