"""What is different between two texts, word by word. Pure functions, no ORM."""

import re
from dataclasses import dataclass
from difflib import SequenceMatcher

MOST_WORDS = 4000  # comparing takes longer than linear


@dataclass(frozen=True)
class Part:
    """Some words in a row: `kind` is same, gone or new."""

    kind: str
    text: str


@dataclass(frozen=True)
class Difference:
    """The old text with what is gone marked, the new one with what is new."""

    old: list[Part]
    new: list[Part]
    is_changed: bool


def difference(old: str, new: str) -> Difference:
    """Compare by words, and the spaces and line breaks between them."""
    before, after = _words(old), _words(new)
    if max(len(before), len(after)) > MOST_WORDS:
        before, after = [old] if old else [], [new] if new else []
    left: list[Part] = []
    right: list[Part] = []
    for kind, a, b, c, d in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if kind == "equal":
            left.append(Part("same", "".join(before[a:b])))
            right.append(Part("same", "".join(after[c:d])))
            continue
        if b > a:
            left.append(Part("gone", "".join(before[a:b])))
        if d > c:
            right.append(Part("new", "".join(after[c:d])))
    return Difference(left, right, old != new)


def _words(text: str) -> list[str]:
    return re.findall(r"\S+|\s+", text)
