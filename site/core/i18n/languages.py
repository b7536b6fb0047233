"""Names of languages, each in the language being read, and lists as it writes them."""

from collections.abc import Iterable
from functools import cache

from babel import Locale, UnknownLocaleError
from django.conf import settings
from django.utils.translation import get_language, pgettext, to_locale

# Languages people may hold sessions in.
CODES = tuple("ar cs de en es fa fi fr he hi it ku nl pl pt ro ru sv tr uk".split())  # noqa: SIM905 - shorter so


def locale_of(language: str | None = None) -> Locale:
    """What the Unicode CLDR says about a language (the one being read): names, and how numbers are written."""
    return _locale(language or get_language() or settings.LANGUAGE_CODE)


def language_name(code: str) -> str:
    """The name of a language in the language being read, or its code if nobody knows it."""
    return str(locale_of().languages.get(code, code))


def names() -> dict[str, str]:
    """The languages that people may hold sessions in, by their codes, in the language being read."""
    return {code: language_name(code) for code in CODES}


def join_words(words: Iterable[str]) -> str:
    """The words one after another, with the comma of the language being read."""
    # Translators: what stands between the items of a list, with its space
    return pgettext("list", ", ").join(words)


@cache  # one for each language of the site; its data takes some milliseconds and two megabytes, once in a process
def _locale(language: str) -> Locale:
    try:
        return Locale.parse(to_locale(language))
    except (UnknownLocaleError, ValueError):
        return Locale.parse(to_locale(settings.LANGUAGE_CODE))
