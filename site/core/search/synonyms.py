"""What the words of a search may mean: something by another of its names, in whatever language it is typed."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from core.search.words import words_of

LONGEST = 4  # words of one name that are looked for together

Phrase = tuple[str, ...]


@dataclass
class Synonyms:
    """By the words of every name, the names in one language of what is meant."""

    language: str
    names: dict[Phrase, list[Phrase]] = field(default_factory=dict)
    texts: list[str] = field(default_factory=list)  # all that things are called: in this language first

    def add(self, text: str, meant: str) -> None:
        """Let `text`, in any language, mean what is called `meant` in this one."""
        name = tuple(words_of(meant, self.language))
        phrase = tuple(map(_plain, words_of(text, self.language)))
        if name and phrase and name not in self.names.setdefault(phrase, []):
            self.names[phrase].append(name)

    def expand(self, words: Sequence[str]) -> list[str]:
        """A query's words, each as `to_tsquery` takes it: itself, or what it means. The last may be unfinished."""
        expanded = []
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
            expanded.append(" | ".join(ways))
            at += length
        return expanded


def _plain(word: str) -> str:
    """One form for depression and depressions: enough to tell that the same is meant."""
    return word.removesuffix("s") if len(word) > 4 else word


def _all(words: Phrase) -> str:
    return f"({' & '.join(words)})"
