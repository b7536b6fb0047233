"""Fields of a profile that take what people write in any script, and checks of addresses."""

import re
from typing import Any
from unicodedata import decimal, normalize
from urllib.parse import urlsplit

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import URLValidator
from django.utils.translation import gettext_lazy as _


class NumberField(forms.IntegerField):
    """A whole number in the digits of any script. Browsers refuse all but their own in fields for numbers."""

    widget = forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"})
    default_error_messages = {"invalid": _("Write a whole number in digits, without commas or dots.")}

    def to_python(self, value: Any) -> int | None:
        return super().to_python("".join(value.split()) if isinstance(value, str) else value)


class TelephoneField(forms.CharField):
    """A number as people write it, in the digits of any script; kept with + in front and single spaces."""

    widget = forms.TextInput(attrs={"type": "tel", "dir": "ltr", "autocomplete": "tel"})

    def to_python(self, value: Any) -> str:
        text = normalize("NFKC", (super().to_python(value) or "")[:200])  # longer ones are refused below
        text = "".join(str(decimal(letter)) if letter.isdecimal() else letter for letter in text)
        text = re.sub(r"[\u200b-\u200f\u202a-\u202e\u2066-\u2069]", "", text).replace("(0)", " ")
        text = re.sub(r"^\s*(?:tel:)?\s*00", "+", text.removeprefix("tel:"))
        text = re.sub(r"^\s*\+\s*", "+", text)
        return " ".join(re.sub(r"[\s()./\-–—]+", " ", text).split())


def plain_web_address(url: str) -> None:
    """What moderators can follow: nothing but http and https, and nobody's password in it."""
    parts = urlsplit(url)
    if parts.scheme not in {"http", "https"} or "@" in parts.netloc:
        raise ValidationError(URLValidator.message, code="invalid")
