"""Words are compared without accents, case and endings, language by language; small mistakes are forgiven."""

import pytest

from core.search.words import (
    arabic,
    asked_words,
    consonants,
    corrected,
    folded,
    latin,
    prepared,
    sounds,
    ukrainian,
    words_of,
)


@pytest.mark.parametrize(
    ("typed", "same"),
    [
        ("Häuser", "hauser"),
        ("GROẞ", "gross"),
        ("Ґанок", "ганок"),
        ("сім’я", "сімя"),
        ("сім'я", "сімя"),
        ("сімʼя", "сімя"),
        ("قَلَق", "قلق"),
        ("قـلـق", "قلق"),
        ("أمل", "امل"),
    ],
)
def test_marks_case_and_ways_of_typing_make_no_difference(typed: str, same: str) -> None:
    assert folded(typed) == folded(same) == same


@pytest.mark.parametrize(
    "forms",
    [
        "тривога тривоги тривогу тривогою тривозі тривог",
        "депресія депресії депресію депресією депресій",
        "психолог психолога психологу психологом психологи психологів",
        "стосунки стосунків стосункам стосунками стосунках",
        "самотність самотності самотністю",
        "горе горя горем",
        "батьківство батьківства батьківством",
    ],
)
def test_the_forms_of_a_ukrainian_word_share_a_stem(forms: str) -> None:
    assert len({ukrainian(folded(form)) for form in forms.split()}) == 1


def test_different_ukrainian_words_keep_apart() -> None:
    words = "тривога сон горе стрес паніка довіра самотність пара родина межі настрій"
    assert len({ukrainian(folded(word)) for word in words.split()}) == len(words.split())


def test_little_ukrainian_words_are_left_out() -> None:
    assert words_of("Я не можу спати, і це про мене", "uk") == [
        ukrainian(word) for word in ("можу", "спати", "мене")
    ]


@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("Олена Приклад", "olena priklad"),
        ("François Muster", "francois muster"),
        ("كريم", "krym"),
        ("O’Neil", "oneil"),
    ],
)
def test_names_meet_in_latin_letters(name: str, key: str) -> None:
    assert latin(name) == key


@pytest.mark.parametrize(
    ("name", "typed"),
    [
        ("Богдан Приклад", "bohdan pryklad"),
        ("Богдан Приклад", "Bogdan Priklad"),
        ("Anna Schmitt", "ana schmit"),
        ("Wolf Vogel", "volf vohel"),
    ],
)
def test_names_are_one_by_ear(name: str, typed: str) -> None:
    assert sounds(name) == sounds(typed)


@pytest.mark.parametrize(
    ("name", "typed"),
    [
        ("كريم", "karim"),
        ("أمل", "amal"),
        ("أحمد", "Ahmad"),
        ("إبراهيم", "Ibrahim"),
        ("ليلى", "laila"),
        ("بشير", "bashir"),
    ],
)
def test_arabic_names_are_one_by_their_consonants(name: str, typed: str) -> None:
    assert consonants(name) == consonants(typed)


@pytest.mark.parametrize(
    "words",
    [
        ["الثقة", "ثقة", "ثقه", "بالثقة", "والثقة"],
        ["الأسرة", "اسرة", "للأسرة"],
    ],
)
def test_arabic_words_are_one_with_and_without_what_stands_before_them(words: list[str]) -> None:
    assert len({arabic(folded(word)) for word in words}) == 1, [arabic(folded(word)) for word in words]


def test_a_query_cannot_be_anything_but_words() -> None:
    assert asked_words("sleep & !grief | (x:*) 'y' <-> \\", "en") == ["sleep", "grief", "x", "y"]
    assert len(asked_words("word " * 50, "en")) == 8
    assert prepared("  ", "en") == ""


TOPICS = ["Anxiety", "Low mood", "Grief and loss", "Sleep", "Тривога", "Горе і втрата"]


@pytest.mark.parametrize(
    ("typed", "instead"),
    [
        ("anxeity", "Anxiety"),
        ("anxity help", "Anxiety help"),
        ("sleeep", "Sleep"),
        ("тревога", "Тривога"),
        ("тривгоа", "Тривога"),
        ("sleep", None),
        ("sleeping", None),
        ("cheap", None),
        ("панічний", None),
        ("тривогою", None),
        ("xyz", None),
        ("gried", "Grief"),
    ],
)
def test_a_mistyped_word_becomes_the_nearest_known_one(typed: str, instead: str | None) -> None:
    language = "uk" if typed[0] > "z" else "en"
    assert corrected(typed, TOPICS, language) == instead
