"""Errors that are meant to be read: a service raises one, and the page says its sentence."""

from typing import Any

from django.utils.translation import gettext_lazy as _


class Refusal(Exception):
    """Why something can't be done, in a sentence for people. `status` is the HTTP status of the page that says it."""

    sentence: Any = _("This can't be done.")
    status = 409
    retry_after = 0  # seconds, for the header `Retry-After`; 0 is none
