"""What the words of a search may mean: a topic by another of its names, in whatever language it is typed.

Known while a search is read, and not written into the rows: editors can add words at any time.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from django.conf import settings

from core.caching import forget, remembered
from directory.search.words import words_of
from directory.terms import TERM_KINDS

REMEMBERED = "directory_meanings"
COMMA = re.compile("[,،]")
LONGEST = 4  # words of one name that are looked for together

Phrase = tuple[str, ...]


@dataclass
class Synonyms:
    """By the words of every name, the names in one language of the terms that are meant."""

    names: dict[Phrase, list[Phrase]] = field(default_factory=dict)
    texts: list[str] = field(default_factory=list)  # all that terms are called: in this language first

    def expand(self, words: Sequence[str]) -> list[str]:
        """A query's words, each as `to_tsquery` takes it: itself, or what it means. The last may be unfinished."""
        found = []
        at = 0
        while at < len(words):
            for length in range(min(LONGEST, len(words) - at), 0, -1):
                phrase = tuple(words[at : at + length])
                meant = self.names.get(tuple(map(_plain, phrase)), [])
                if meant or length == 1:
                    break
            ways = [_all(phrase), *(_all(name) for name in meant if name != phrase)]
            if at + length == len(words):
                ways.insert(1, _all((*phrase[:-1], f"{phrase[-1]}:*")))
            found.append(" | ".join(ways))
            at += length
        return found


def synonyms(language: str) -> Synonyms:
    """What words mean to somebody who reads `language`. Remembered for some minutes."""
    return remembered(REMEMBERED, language, lambda: _read(language))


def forget_synonyms() -> None:
    """Read them anew next time: a term has changed."""
    forget(REMEMBERED)


def _read(language: str) -> Synonyms:
    found = Synonyms()
    others: list[str] = []
    for model in (kind.model for kind in TERM_KINDS):
        names = model.names(language)
        also = model._default_manager.filter(locale__language_code=settings.LANGUAGE_CODE)
        called = [*model._default_manager.values_list("slug", "name")]
        for slug, words in also.values_list("slug", "also_called"):
            own = [text.strip() for text in COMMA.split(words) if text.strip()]
            called += [(slug, text) for text in own]
            others += own
        found.texts += names.values()
        for slug, text in called:
            # Names are remembered: one that another process has just added or renamed comes some minutes later.
            name = tuple(words_of(names.get(slug, ""), language))
            phrase = tuple(map(_plain, words_of(text, language)))
            if name and phrase and name not in found.names.setdefault(phrase, []):
                found.names[phrase].append(name)
    found.texts += others
    return found


def _plain(word: str) -> str:
    """One form for depression and depressions: enough to tell that the same is meant."""
    return word.removesuffix("s") if len(word) > 4 else word


def _all(words: Phrase) -> str:
    return f"({' & '.join(words)})"
