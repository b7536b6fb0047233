"""What the contact of a practice may look like."""

import re
from urllib.parse import urlsplit

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _


def practice_address(url: str) -> None:
    """A page that anybody can open: https, a host with a name in public, nobody's password in it."""
    try:
        parts = urlsplit(url)
        host = parts.hostname or ""
    except ValueError:
        parts, host = urlsplit(""), ""
    if parts.scheme != "https" or "@" in parts.netloc or not re.search(r"\.[^\W\d][\w-]+$", host):
        raise ValidationError(
            _("Enter the address of a web page that begins with https://, like https://practice.example."),
            code="invalid",
        )


def international_number(number: str) -> None:
    """A telephone number that can be called from abroad: + and 7 to 15 digits, with single spaces."""
    if not re.fullmatch(r"\+[1-9](?: ?[0-9]){6,14}", number):
        raise ValidationError(
            _("Enter the number with + and the code of the country, like +49 30 123456."), code="invalid"
        )
