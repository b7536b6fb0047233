"""Words as the search compares them, language by language.

Texts and queries go the same way: accents and case are folded here, then PostgreSQL's own stemmer for the language
takes the endings off. PostgreSQL has none for Ukrainian; `ukrainian` is a light one.
"""

import re
import unicodedata
from collections.abc import Iterable
from difflib import get_close_matches

from anyascii import anyascii

CONFIGURATIONS = {"ar": "arabic", "de": "german", "en": "english"}  # the rest: "simple", as words come
MOST_LETTERS = 100  # of a query
MOST_WORDS = 8
WORD = re.compile(r"[^\W_]+", re.UNICODE)

# Little words of Ukrainian; PostgreSQL's dictionaries bring their own for the other languages.
UKRAINIAN_LITTLE = """
    а або але без би бо в вже він вона вони воно все всі де для до є же з за зі і із й його йому коли кого на не ні ну
    о об по при про під с та так там те ти то тому у це цей ця чи чого що щоб я як яка який які
"""
# Endings of nouns, adjectives and verbs after folding, when й is и and ї is і.
UKRAINIAN_ENDING = """
    иями ями ами ові еві єві ого иого ому иому ими іми ою ею єю ів ев ов ах ях ам ям ом ем єм оі ии их іх им ім
    ість істю ості ати ити іти ути ує ють уть ать ять а я о е є у ю і и ь
"""
UKRAINIAN_CHANGES = str.maketrans({"ж": "г", "з": "г", "ч": "к", "ц": "к", "ш": "х", "с": "х"})
# PostgreSQL's stemmer leaves these before short words, and a query may come without them.
ARABIC_ARTICLES = ("وال", "بال", "كال", "فال", "ال", "لل")
ARABIC_SPELLINGS = str.maketrans({"ة": "ه", "ى": "ي"})
SOUNDS = str.maketrans({"g": "h", "y": "i", "j": "i", "w": "v"})
ARABIC = re.compile(r"[\u0600-\u06ff]")
SHORTEST_STEM = 3
ALIKE = 0.8  # as difflib counts it: one letter of five may be wrong


def folded(text: str) -> str:
    """In small letters and without marks: Häuser is hauser, тривогою stays, كِتاب is كتاب."""
    marked = unicodedata.normalize("NFKD", text.casefold().replace("ґ", "г").replace("’", "'"))
    plain = "".join(letter for letter in marked if unicodedata.category(letter) not in {"Mn", "Cf"})
    # An apostrophe inside of a Ukrainian word is part of it, and typed in three ways or not at all.
    return re.sub(r"(?<=[а-яіє])['ʼ`](?=[а-яіє])", "", plain).replace("ـ", "")


def latin(text: str) -> str:
    """A name as its sounds in small Latin letters: Олена Приклад is olena priklad."""
    return " ".join(WORD.findall(anyascii(text).casefold().replace("'", "")))


def sounds(text: str) -> str:
    """A name as it may be spelled by ear: Bohdan and Bogdan, Pryklad and Priklad are one."""
    return re.sub(r"([a-z])\1", r"\1", latin(text).translate(SOUNDS).replace("kh", "h").replace("ck", "k"))


def consonants(text: str) -> str:
    """The words of a name by their consonants, as Arabic writes them: karim and كريم are krm."""
    return " ".join(re.sub("[aeiou]", "", word) or word for word in sounds(text).split())


def ukrainian(word: str) -> str:
    """The stem of a folded Ukrainian word: тривога, тривоги, тривогою and тривозі share one.

    It takes one ending off and evens out the consonant that changes before it. Different words may meet in one
    stem; for a search that is better than missing one.
    """
    for ending in UKRAINIAN_ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= SHORTEST_STEM:
            word = word.removesuffix(ending)
            break
    return word[:-1] + word[-1].translate(UKRAINIAN_CHANGES)


def arabic(word: str) -> str:
    """A folded Arabic word without what stands before it (the, and the, with the, for the), in one spelling."""
    for article in ARABIC_ARTICLES:
        if word.startswith(article) and len(word) - len(article) >= SHORTEST_STEM - 1:
            word = word.removeprefix(article)
            break
    return word.translate(ARABIC_SPELLINGS)


UKRAINIAN_STOP = frozenset(folded(word) for word in UKRAINIAN_LITTLE.split())
UKRAINIAN_ENDINGS = sorted(UKRAINIAN_ENDING.split(), key=len, reverse=True)


def configuration(language: str) -> str:
    """PostgreSQL's text search configuration for a language."""
    return CONFIGURATIONS.get(language, "simple")


def words_of(text: str, language: str) -> list[str]:
    """The words of a text as PostgreSQL gets them."""
    words = WORD.findall(folded(text))
    if language == "uk":
        return [ukrainian(word) for word in words if word not in UKRAINIAN_STOP]
    if language == "ar":
        return [arabic(word) for word in words]
    return words


def prepared(text: str, language: str) -> str:
    """A text as PostgreSQL gets it."""
    return " ".join(words_of(text, language))


def asked_words(query: str, language: str) -> list[str]:
    """The words of a query, not too many."""
    return words_of(query[:MOST_LETTERS], language)[:MOST_WORDS]


def corrected(query: str, known: Iterable[str], language: str) -> str | None:
    """The query with each word that isn't in `known` texts exchanged for the nearest that is; None if nothing is near.

    Short words are left alone: there, almost everything is near.
    """
    lexicon: dict[str, str] = {}
    for text in known:
        for word in re.findall(WORD, text):
            lexicon.setdefault(folded(word), word)
    stems = {stem for text in known for stem in words_of(text, language)}
    changed = False
    said = []
    for word in WORD.findall(query[:MOST_LETTERS])[:MOST_WORDS]:
        plain = folded(word)
        near: list[str] = []
        if len(plain) > SHORTEST_STEM and not set(words_of(plain, language)) & stems:
            near = get_close_matches(plain, lexicon, n=1, cutoff=ALIKE)
        changed = changed or bool(near)
        said.append(lexicon[near[0]] if near else word)
    return " ".join(said) if changed else None
