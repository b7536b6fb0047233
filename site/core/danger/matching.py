"""Phrases of danger and how they are found in a text. Pure: no database, no settings.

A phrase is words with spaces between them, and
- `kill*`: a word that begins so; `*suicid*`: a word with this anywhere inside (a phrase of one word only);
- `suicide~`: also with one letter wrong, missing, too many or exchanged (two if it has nine letters or more);
- `(kill|hurt) myself`: one of; each may be several words; `(really)?`: may be there or not;
- `...`: up to three words between; `$` at the end: and there the sentence ends;
- `<self>`: what the list defines with `self = myself|himself`.

Every place of the text is compared only with the phrases that can begin with its word, and these are short; so the
time grows with the length of the text and no faster.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

from core.danger.words import END, folded, forms_of, hidden_words, readings, words_of

GAP = 3  # words that `...` may stand for
SHORTEST_STEM = 2
SHORTEST_MISSPELLED = 6
LONG_WORD = 9  # letters from which two may be wrong
MOST_HIDDEN = 50  # starred words of a text that are guessed

_TOKEN = re.compile(r"\.\.\.|[()|?]|[^\s()|?]+")


class PhraseError(ValueError):
    """A phrase that can't be read; the text says why."""


@dataclass(frozen=True)
class PhraseWord:
    """One word of a phrase."""

    text: str
    is_stem: bool = False
    is_misspelled: bool = False


@dataclass(frozen=True)
class Choice:
    """One of several sequences, or none of them if it `is_optional`."""

    options: tuple["Sequence_", ...]
    is_optional: bool = False


@dataclass(frozen=True)
class Gap:
    """Some words that don't matter."""


@dataclass(frozen=True)
class Stop:
    """The end of the sentence."""


Sequence_ = tuple["PhraseWord | Choice | Gap | Stop", ...]


@dataclass(frozen=True)
class Phrase:
    """A phrase: `text` as it was written, `kind` (what is shown), and the `language` of its list."""

    text: str
    kind: str
    language: str = ""
    is_ours: bool = False  # added by the team rather than shipped with the code


@dataclass(frozen=True)
class Hit:
    """A phrase that fired, and the words of the text that it fired on."""

    phrase: Phrase
    words: str


def is_nearly(word: str, meant: str) -> bool:
    """Whether `word` is `meant` with one letter changed, missing, added or two exchanged (two from LONG_WORD on).

    The first letter is right, or the second one: people rarely miss both.
    """
    most = 2 if len(meant) >= LONG_WORD else 1
    if abs(len(word) - len(meant)) > most or word[:1] not in meant[:2]:
        return False
    before_last: list[int] = []
    last = list(range(len(meant) + 1))
    for row, letter in enumerate(word, start=1):
        line = [row]
        for column, other in enumerate(meant, start=1):
            cost = min(last[column] + 1, line[column - 1] + 1, last[column - 1] + (letter != other))
            if row > 1 and column > 1 and letter == meant[column - 2] and word[row - 2] == other:
                cost = min(cost, before_last[column - 2] + 1)
            line.append(cost)
        if min(line) > most:
            return False
        before_last, last = last, line
    return last[-1] <= most


def parse(text: str, macros: Mapping[str, str] | None = None) -> Sequence_:
    """Read a phrase. Raises PhraseError with a sentence for whoever wrote it."""
    for _round in range(4):  # a macro may use others
        text = re.sub(r"<(\w+)>", lambda match: f"({_macro(match[1], macros or {})})", text)
    pieces = _TOKEN.findall(text)
    sequence, rest = _sequence(pieces)
    if rest:
        raise PhraseError("A bracket is closed that was never opened.")
    if not sequence or isinstance(sequence[0], Gap | Stop):
        raise PhraseError("A phrase begins with a word.")
    if all(
        (isinstance(part, Choice) and part.is_optional) or isinstance(part, Gap | Stop) for part in sequence
    ):
        raise PhraseError("A phrase needs a word that must be there.")
    return sequence


def _macro(name: str, macros: Mapping[str, str]) -> str:
    if name not in macros:
        raise PhraseError(f"<{name}> isn't defined.")
    return macros[name]


def _sequence(pieces: list[str]) -> tuple[Sequence_, list[str]]:
    sequence: list[PhraseWord | Choice | Gap | Stop] = []
    while pieces and pieces[0] not in {")", "|"}:
        piece, *pieces = pieces
        if piece == "(":
            options = []
            while True:
                option, pieces = _sequence(pieces)
                options.append(option)
                if not pieces:
                    raise PhraseError("A bracket isn't closed.")
                sign, *pieces = pieces
                if sign == ")":
                    break
            is_optional = bool(pieces) and pieces[0] == "?"
            pieces = pieces[1:] if is_optional else pieces
            if not all(options):
                raise PhraseError("There is nothing between two strokes.")
            sequence.append(Choice(tuple(options), is_optional))
        elif piece == "...":
            sequence.append(Gap())
        elif piece == "$":
            sequence.append(Stop())
        elif piece != "?":
            sequence += _parts(piece)
    return tuple(sequence), pieces


def _parts(piece: str) -> list[PhraseWord]:
    """A written word; one with a hyphen is two, as in texts."""
    is_stem, is_misspelled = piece.endswith("*"), piece.endswith("~")
    words = [word for word in words_of(folded(piece.strip("*~"))) if word != END]
    if not words:
        return []
    parts = [PhraseWord(word) for word in words]
    if is_stem and len(words[-1]) < SHORTEST_STEM:
        raise PhraseError("The beginning of a word needs two letters or more before the star.")
    if is_misspelled and len(words[-1]) < SHORTEST_MISSPELLED:
        raise PhraseError(
            "Only words of six letters or more may be spelled wrong: short ones look like others."
        )
    parts[-1] = PhraseWord(words[-1], is_stem, is_misspelled)
    return parts


def _pattern(sequence: Sequence_) -> str:
    """The sequence as a regular expression over words with a space behind each. Gaps are bounded, so it is quick."""
    pattern = ""
    for part in sequence:
        if isinstance(part, PhraseWord):
            # Little words may be written onto an Arabic one (forms_of).
            joined = "[وف]?[بلسه]?" if "\u0600" <= part.text[0] <= "\u06ff" else ""
            pattern += f"{joined}{re.escape(part.text)}{'[^ .]*' if part.is_stem else ''} "
        elif isinstance(part, Gap):
            pattern += f"(?:[^ .]+ ){{0,{GAP}}}"
        elif isinstance(part, Stop):
            pattern += r"(?=\.|\Z)"
        else:
            pattern += f"(?:{'|'.join(map(_pattern, part.options))}){'?' if part.is_optional else ''}"
    return pattern


def _firsts(sequence: Sequence_) -> set[PhraseWord]:
    """The words that a sequence may begin with."""
    firsts: set[PhraseWord] = set()
    for part in sequence:
        if isinstance(part, PhraseWord):
            return firsts | {part}
        if isinstance(part, Choice):
            for option in part.options:
                firsts |= _firsts(option)
            if not part.is_optional:
                return firsts
    return firsts


def _all_words(sequence: Sequence_) -> Iterator[PhraseWord]:
    for part in sequence:
        if isinstance(part, PhraseWord):
            yield part
        elif isinstance(part, Choice):
            for option in part.options:
                yield from _all_words(option)


class PhraseList:
    """Phrases made ready for asking many texts. Those of the kind `harmless` silence others that they overlap."""

    HARMLESS = "harmless"

    def __init__(
        self, phrases: Iterable[Phrase], macros: Mapping[str, Mapping[str, str]] | None = None
    ) -> None:
        self.phrases: list[Phrase] = []
        self._inside: list[tuple[str, int]] = []
        self._by_word: dict[str, list[int]] = {}
        self._by_stem: dict[str, list[int]] = {}
        self._misspelled: list[tuple[PhraseWord, int]] = []  # words that may stand for the whole phrase
        self._sequences: list[Sequence_] = []
        for phrase in phrases:
            number = len(self.phrases)
            self.phrases.append(phrase)
            text = phrase.text.strip()
            if re.fullmatch(r"\*[^\s*()|]+\*", text):
                self._inside.append((folded(text.strip("*")), number))
                self._sequences.append(())
                continue
            try:
                sequence = parse(text, (macros or {}).get(phrase.language))
            except PhraseError as error:
                raise PhraseError(f"{phrase.language}: {text}: {error}") from error
            if len(sequence) > 1 and any(part.is_misspelled for part in _all_words(sequence)):
                raise PhraseError(f"{text}: a word that may be spelled wrong stands alone.")
            self._sequences.append(sequence)
            for first in _firsts(sequence):
                (self._by_stem if first.is_stem else self._by_word).setdefault(first.text, []).append(number)
                if first.is_misspelled:
                    self._misspelled.append((first, number))
        self._compiled: dict[int, re.Pattern[str]] = {}
        self._stem_lengths = sorted({len(stem) for stem in self._by_stem})

    @cached_property
    def _vocabulary(self) -> dict[int, list[str]]:
        """Words of the phrases by length, to guess starred ones from: s**cide."""
        found: dict[int, set[str]] = {}
        for number, sequence in enumerate(self._sequences):
            if self.phrases[number].kind != self.HARMLESS:
                for part in _all_words(sequence):
                    found.setdefault(len(part.text), set()).add(part.text)
        return {length: sorted(words) for length, words in found.items()}

    def find(self, text: str) -> list[Hit]:
        """What fires in the whole text, in the order of the text; empty if nothing does."""
        hits: dict[tuple[Phrase, str], Hit] = {}
        for plain in readings(text):
            for hit in self._find(plain):
                hits.setdefault((hit.phrase, hit.words), hit)
        if not hits and "*" in text:
            guessed = self._guessed(folded(text))
            hits |= {(hit.phrase, hit.words): hit for hit in self._find(guessed)} if guessed else {}
        return list(hits.values())

    def _find(self, plain: str) -> list[Hit]:
        words = words_of(plain)
        spans = sorted(self._spans(words))
        quiet = [False] * len(words)
        for start, end, number in spans:
            if self.phrases[number].kind == self.HARMLESS:
                quiet[start:end] = [True] * (end - start)
        return [
            Hit(self.phrases[number], " ".join(words[start:end]))
            for start, end, number in spans
            if self.phrases[number].kind != self.HARMLESS and not any(quiet[start:end])
        ]

    def _spans(self, words: list[str]) -> Iterator[tuple[int, int, int]]:
        """Where phrases stand: first word, the one after the last, number of the phrase."""
        joined = "".join(f"{word} " for word in words)
        candidates: dict[str, list[int]] = {}
        alone: dict[str, list[int]] = {}
        inside = [(part, number) for part, number in self._inside if part in joined]
        offset, at_offset = 0, {}
        for at, word in enumerate(words):
            at_offset[offset] = at
            offset += len(word) + 1
        at_offset[offset] = len(words)
        for offset, at in at_offset.items():
            word = words[at] if at < len(words) else END
            if word == END:
                continue
            if word not in candidates:
                candidates[word] = sorted(self._beginning_with(word))
                alone[word] = [number for part, number in inside if part in word]
                alone[word] += [number for part, number in self._misspelled if is_nearly(word, part.text)]
            for number in alone[word]:
                yield at, at + 1, number
            for number in candidates[word]:
                if match := self._regex(number).match(joined, offset):
                    yield at, at_offset[match.end()], number

    def _regex(self, number: int) -> re.Pattern[str]:
        """A phrase, made ready when a text first has its first word."""
        if number not in self._compiled:
            self._compiled[number] = re.compile(_pattern(self._sequences[number]))
        return self._compiled[number]

    def _beginning_with(self, word: str) -> set[int]:
        numbers: set[int] = set()
        for form in forms_of(word):
            numbers.update(self._by_word.get(form, ()))
            for length in self._stem_lengths:
                if length > len(form):
                    break
                numbers.update(self._by_stem.get(form[:length], ()))
        return numbers

    def _guessed(self, plain: str) -> str:
        """The text with starred words written out as the word of a phrase that fits, if there is one."""
        for hidden in dict.fromkeys(hidden_words(plain)[:MOST_HIDDEN]):
            pattern = re.compile(re.sub(r"[*#•]", ".", hidden.strip()))
            for length in (len(hidden), len(hidden) - 1, len(hidden) + 1):
                fitting = next(
                    (word for word in self._vocabulary.get(length, ()) if pattern.fullmatch(word)), None
                )
                if fitting:
                    plain = plain.replace(hidden, fitting)
                    break
        return plain
