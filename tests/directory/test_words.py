"""Words are compared without accents, case and endings, language by language; small mistakes are forgiven."""

import pytest

from directory.search.words import (
    all_of,
    asked_words,
    corrected,
    folded,
    latin,
    prepared,
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


def test_a_query_cannot_be_anything_but_words() -> None:
    assert asked_words("sleep & !grief | (x:*) 'y' <-> \\", "en") == ["sleep", "grief", "x", "y"]
    assert all_of(["sleep", "gri"]) == "sleep & (gri | gri:*)"
    assert len(asked_words("word " * 50, "en")) == 8
    assert all_of([]) == ""
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
        ("sleeping", "Sleep"),
        ("тривогою", None),
        ("xyz", None),
        ("gried", "Grief"),
    ],
)
def test_a_mistyped_word_becomes_the_nearest_known_one(typed: str, instead: str | None) -> None:
    language = "uk" if typed[0] > "z" else "en"
    assert corrected(typed, TOPICS, language) == instead
