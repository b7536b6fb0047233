"""What people call themselves, made safe to print anywhere: in a page, a mail's header, a calendar file."""

import unicodedata
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

# Controls, formats (zero-width characters and those that turn the direction of text), private and unassigned ones.
REFUSED = {"Cc", "Cf", "Cs", "Co", "Cn"}
SPACES = {"Zs", "Zl", "Zp"}
MOST_MARKS = 4  # accents on one letter; more is no language but a way to write over the lines above and below


def clean_name(text: str) -> str:
    """`text` as one line of visible characters: NFKC, without control, zero-width and direction characters.

    Spaces of any kind become single ones. More than four accents on one letter are left out.
    """
    kept: list[str] = []
    marks = 0
    for one in unicodedata.normalize("NFKC", text):
        category = unicodedata.category(one)
        marks = marks + 1 if category in {"Mn", "Me"} else 0
        if one in "\t\n\r" or category in SPACES:
            kept.append(" ")
        elif category not in REFUSED and marks <= MOST_MARKS:
            kept.append(one)
    return unicodedata.normalize("NFKC", " ".join("".join(kept).split()))


def isolated(text: str) -> str:
    """`text` between marks that keep its direction from what stands around it; for plain text, as `<bdi>` in pages."""
    return f"\u2068{text}\u2069"


class NameField(forms.CharField):
    """A name or nickname, cleaned as above before its length is counted."""

    def __init__(self, **options: Any) -> None:
        options.setdefault("max_length", 80)
        super().__init__(**options)

    def to_python(self, value: Any) -> str:
        return clean_name(super().to_python(value) or "")

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        return {**super().widget_attrs(widget), "dir": "auto"}


CHOOSE = _("Please choose one of these.")  # for radio buttons without an answer
