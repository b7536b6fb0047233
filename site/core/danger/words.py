"""Texts as the danger list compares them: the same letters however they are typed, hidden or decorated.

Pure functions; the time grows with the length of the text and no faster.
"""

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache

END = "."  # stands where a sentence ends; no phrase runs across it
LONGEST_WORD = 40  # letters; what is longer is only looked at from its beginning, and inside

# Letters that Unicode doesn't take apart, or that people type for one another.
_LETTERS = str.maketrans(
    {
        **dict.fromkeys("أإآٱٲٳا", "ا"),
        **dict.fromkeys("ىیېيئ", "ي"),
        **dict.fromkeys("ةەہۀھ", "ه"),
        **dict.fromkeys("کڪگ", "ك"),
        **dict.fromkeys("ؤۆ", "و"),
        "چ": "ج",
        "پ": "ب",
        "ڤ": "ف",
        "ـ": "",
        "ء": "",
        "ı": "i",
        "ł": "l",
        "đ": "d",
        "ø": "o",
        "æ": "ae",
        "œ": "oe",
        "ґ": "г",
        "є": "е",
        "ё": "е",
    }
)
_APOSTROPHES = re.compile("['\u2019\u2018\u02bc\u02b9\u0060\u00b4\u2032\uff07\u201b]")
_REPEATED = re.compile(r"([^\W\d_])\1+")
_PIECE = re.compile(r"[^\W_]+|[.!?\u061f\u06d4]+(?=\s|$)", re.UNICODE)
_SPELLED_OUT = re.compile(r"(?<![^\W_])(?:[^\W\d_][ .\-_*,]){2,}[^\W\d_](?![^\W_])", re.UNICODE)

_CYRILLIC_LOOKS = str.maketrans("aceiopxykmhbt", "асеіорхукмнвт")
_LATIN_LOOKS = str.maketrans("асеіорхукмнвт", "aceiopxykmhbt")
_LEET = str.maketrans("013457@$!|€+", "oieastasiiet")
_LEET_L = str.maketrans("1|!", "lll")
_HAS_LEET = re.compile(r"[a-z][013457@$!|€+]+[a-z]|[013457@$€][a-z]{2}|[a-z]{2}[01345@$]")
_HIDDEN = re.compile(r"[^\W_]+[*#•]+[^\W_]*|(?<!\w)[*#•]+[^\W_]{3,}", re.UNICODE)


def folded(text: str) -> str:
    """Small letters without marks, hidden characters and repetitions: DIEEEE is die, kill is kil, كِتَاب is كتاب.

    Doubled letters become one everywhere, in texts and in phrases, since nobody can tell how many were meant.
    """
    text = unicodedata.normalize("NFKC", text).casefold()
    text = "".join(
        letter
        for letter in unicodedata.normalize("NFKD", text)
        if letter in "\n\t" or unicodedata.category(letter) not in {"Mn", "Me", "Cf", "Cc"}
    )
    text = _APOSTROPHES.sub("", text.translate(_LETTERS))
    return _REPEATED.sub(r"\1", text)


def _one_script(word: str) -> str:
    """A word with letters of two alphabets that look alike, in the alphabet that it is mostly written in."""
    if word.isascii():
        return word
    cyrillic = sum("\u0400" <= letter <= "\u04ff" for letter in word)
    latin = sum("a" <= letter <= "z" for letter in word)
    if not cyrillic or not latin:
        return word
    return word.translate(_CYRILLIC_LOOKS if cyrillic >= latin else _LATIN_LOOKS)


def words_of(plain: str) -> list[str]:
    """The words of a folded text, and END where a sentence ends."""
    return [
        _one_script(piece)[:LONGEST_WORD] if piece[0] not in ".!?\u061f\u06d4" else END
        for piece in _PIECE.findall(plain)
    ]


@lru_cache(maxsize=10_000)
def forms_of(word: str) -> tuple[str, ...]:
    """A word, and for an Arabic one also without the little words written onto it: and, so, with, for, will."""
    forms = [word]
    for joined in ("وف", "بلسه"):
        last = forms[-1]
        if len(last) > 3 and last[0] in joined and "\u0600" <= last[1] <= "\u06ff":
            forms.append(last[1:])
    return tuple(forms)


def readings(text: str) -> Iterator[str]:
    """The folded text, and what it says if figures and signs stand for letters or letters stand apart."""
    plain = folded(text)
    yield plain
    if _SPELLED_OUT.search(plain):
        yield folded(_SPELLED_OUT.sub(lambda match: re.sub(r"[ .\-_*,]", "", match[0]), plain))
    loose = re.sub(r"[!|]+(?=\s|$)", " ", unicodedata.normalize("NFKC", text).casefold())
    if _HAS_LEET.search(loose):
        yield folded(loose.translate(_LEET))
        if any(sign in loose for sign in "1|!"):
            yield folded(loose.translate(_LEET_L).translate(_LEET))


def hidden_words(plain: str) -> list[str]:
    """Words of which letters are starred out: s**cide, k*ll, r*ped."""
    return [word for word in _HIDDEN.findall(plain) if sum(letter.isalpha() for letter in word) >= 2]
