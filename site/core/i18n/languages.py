"""Names of languages, each in the language being read, and lists as it writes them."""

from collections.abc import Iterable

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext

# Languages people may hold sessions in; a code that isn't here is shown as it is.
NAMES = {
    "ar": _("Arabic"),
    "cs": _("Czech"),
    "de": _("German"),
    "en": _("English"),
    "es": _("Spanish"),
    "fa": _("Persian"),
    "fi": _("Finnish"),
    "fr": _("French"),
    "he": _("Hebrew"),
    "hi": _("Hindi"),
    "it": _("Italian"),
    "ku": _("Kurdish"),
    "nl": _("Dutch"),
    "pl": _("Polish"),
    "pt": _("Portuguese"),
    "ro": _("Romanian"),
    "ru": _("Russian"),
    "sv": _("Swedish"),
    "tr": _("Turkish"),
    "uk": _("Ukrainian"),
}


def language_name(code: str) -> str:
    """The name of a language in the language being read, or its code if we don't know it."""
    return str(NAMES.get(code, code))


def listed(words: Iterable[str]) -> str:
    """The words one after another, with the comma of the language being read."""
    # Translators: what stands between the items of a list, with its space
    return pgettext("list", ", ").join(words)
