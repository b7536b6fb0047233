"""Texts without control characters, and without those that reverse the text around them."""

import unicodedata
from collections.abc import Iterable

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _


def refuse_lines(text: str) -> None:
    """For what is printed in mails, calendar files and lists."""
    _refuse(text, but="", sentence=_("Please write this on one line."))


def refuse_controls(text: str) -> None:
    _refuse(text, but="\r\n\t", sentence=_("Please write this in letters and signs alone."))


def _refuse(text: str, *, but: Iterable[str], sentence: str) -> None:
    """Marks that Arabic needs are fine."""
    if any(
        (unicodedata.category(one) in {"Cc", "Zl", "Zp"} and one not in but) or one in "\u202d\u202e"
        for one in text
    ):
        raise ValidationError(sentence)
