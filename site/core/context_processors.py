"""What every template may use."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils.translation import get_language_bidi


def site(request: HttpRequest) -> dict[str, Any]:
    """`text_direction` ("ltr" or "rtl") of the active language and `site_url` without a final slash."""
    return {"text_direction": "rtl" if get_language_bidi() else "ltr", "site_url": settings.SITE_URL}
