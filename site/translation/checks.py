"""Checks of one translated string against its source. Plain text in, sentences out: no database.

Both strings are as wagtail-localize keeps them: HTML with inline tags alone, attributes replaced by an `id`.
"""

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable
from html import unescape
from urllib.parse import urlsplit

from django.utils.translation import gettext as _

LINK = re.compile(r"""<a\s[^<>]*?\bid\s*=\s*["']([^"']+)["']""", re.IGNORECASE)
BREAK = re.compile(r"<br\s*/?>", re.IGNORECASE)
TAG = re.compile(r"<[^<>]*>")  # a < that is no tag's ends none: it would be looked for to the end from each
PLACEHOLDER = re.compile(r"%\(\w+\)[a-z]|\{\w+\}|https?://[^\s<>\"']+", re.IGNORECASE)
# 1,200 · 1.200 · 1 200 · 1٬200 are one number; 2.5 and 2,5 as well.
NUMBER = re.compile(r"\d+(?:[.,'’٬٫\u00a0\u202f ]\d{3}(?!\d))*(?:[.,٫]\d+)?")
# Languages write these differently: 5 p.m. is 17 Uhr.
TWELVE_HOURS = re.compile(r"\d\s*[ap]\.?\s?m\b", re.IGNORECASE)
INVISIBLE = dict.fromkeys(map(ord, "\u00ad\u200b\u200c\u200d\u200e\u200f\u2060\ufeff"))
# NUL and lone surrogates can't be stored, other control characters can't be seen; line breaks and tabs can.
UNPRINTABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff]")
SAFE_SCHEMES = {"", "http", "https", "mailto", "tel"}


def plain(html: str) -> str:
    """The text that a reader sees."""
    return unescape(TAG.sub("", BREAK.sub("\n", html)))


def links(html: str) -> Counter[str]:
    """The ids of the links and how often each occurs."""
    return Counter(LINK.findall(html))


def placeholders(html: str) -> Counter[str]:
    """What must stand in the translation letter by letter: %(name)s, {name}, addresses."""
    return Counter(found.rstrip(".,;:!?)»“”") for found in PLACEHOLDER.findall(plain(html)))


def numbers(html: str) -> set[str]:
    """The numbers in figures, without their separators and in ASCII digits."""
    text = PLACEHOLDER.sub("", plain(html))
    return {
        "".join(str(unicodedata.digit(sign)) for sign in found if sign.isdigit())
        for found in NUMBER.findall(text)
    }


def faults(
    source: str, translation: str, *, max_length: int | None = None, same_lines: bool = False
) -> list[str]:
    """What is wrong with `translation`, a sentence each in the active language; none if nothing is.

    `max_length` counts the characters that readers see; `same_lines`: as many lines as the original.
    """
    text = plain(translation)
    if not text.translate(INVISIBLE).strip():
        return [_("The translation is empty.")]
    sentences = []
    if UNPRINTABLE.search(text):
        sentences.append(_("The translation holds control characters: delete them."))
    if wrong := difference(links(source), links(translation)):
        sentences.append(
            _("The links differ from the original's: %(links)s.") % {"links": join_sorted(wrong)}
        )
    if wrong := difference(placeholders(source), placeholders(translation)):
        sentences.append(
            _("These must stay as they are in the original: %(placeholders)s.")
            % {"placeholders": join_sorted(wrong)}
        )
    if not TWELVE_HOURS.search(plain(source)) and (wrong := numbers(source) ^ numbers(translation)):
        sentences.append(
            _("The numbers differ from the original's: %(numbers)s.") % {"numbers": join_sorted(wrong)}
        )
    if same_lines and (wanted := line_count(source)) != (given := line_count(translation)):
        sentences.append(
            _("The original has %(wanted)s lines, the translation %(given)s.")
            % {"wanted": wanted, "given": given}
        )
    if max_length is not None and len(text) > max_length:
        sentences.append(
            _("The translation has %(length)s characters; at most %(most)s fit here.")
            % {"length": len(text), "most": max_length}
        )
    return sentences


def line_count(html: str) -> int:
    """How many lines have something on them."""
    return sum(bool(line.strip()) for line in plain(html).splitlines())


def unsafe_address(value: str) -> bool:
    """Whether a link to `value` could run a script: browsers ignore white space and control characters in schemes."""
    cleaned = "".join(sign for sign in value if sign.isprintable() and not sign.isspace())
    try:
        return urlsplit(cleaned).scheme.lower() not in SAFE_SCHEMES
    except ValueError:
        return True


def difference(one: Counter[str], other: Counter[str]) -> set[str]:
    """What occurs more often in one of them."""
    return set((one - other) + (other - one))


def join_sorted(values: Iterable[str]) -> str:
    return ", ".join(sorted(values))
