"""Headers that depend on where in the site a request went."""

from typing import Any

from csp.middleware import CSPMiddleware, PolicyParts
from django.conf import settings
from django.http import HttpRequest
from django.http.response import HttpResponseBase

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
