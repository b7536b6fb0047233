"""What the words of a search may mean: a topic by another of its names, in whatever language it is typed.

Known while a search is read, and not written into the rows: editors can add words at any time.
"""

import re

from django.conf import settings

from core.caching import forget, remembered
from core.search.synonyms import Synonyms
from directory.terms import TERM_KINDS

REMEMBERED = "directory_meanings"
COMMA = re.compile("[,،]")


def synonyms(language: str) -> Synonyms:
    """What words mean to somebody who reads `language`. Remembered for some minutes."""
    return remembered(REMEMBERED, language, lambda: _read(language))


def forget_synonyms() -> None:
    """Read them anew next time: a term has changed."""
    forget(REMEMBERED)


def _read(language: str) -> Synonyms:
    dictionary = Synonyms(language)
    others: list[str] = []
    for model in (kind.model for kind in TERM_KINDS):
        names = model.names(language)
        also = model._default_manager.filter(locale__language_code=settings.LANGUAGE_CODE)
        called = [*model._default_manager.values_list("slug", "name")]
        for slug, words in also.values_list("slug", "also_called"):
            other_names = [text.strip() for text in COMMA.split(words) if text.strip()]
            called += [(slug, text) for text in other_names]
            others += other_names
        dictionary.texts += names.values()
        for slug, text in called:
            # Names are remembered: one that another process has just added or renamed comes some minutes later.
            dictionary.add(text, names.get(slug, ""))
    dictionary.texts += others
    return dictionary
