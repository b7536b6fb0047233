"""The danger list: what fires, what doesn't, and how long a text may take. No database."""

import time
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from core import danger
from core.danger import LIFE, OVERDOSE, VIOLENCE
from core.danger.matching import Phrase, PhraseError, PhraseList, is_nearly, parse
from core.danger.words import folded

FOLDER = Path(__file__).parent
LONGEST = 4.0  # seconds for 100 kB on a busy machine; it takes about 0.3 on a quiet one


def rows(name: str) -> list[tuple[str, str, str]]:
    lines = (FOLDER / name).read_text("utf-8").splitlines()
    return [tuple(line.split("\t")) for line in lines if line and not line.startswith("#")]


def measured(name: str) -> tuple[float, float]:
    """Recall and precision of the list as it ships."""
    fired = [(expected != "none", bool(danger.find(text))) for expected, _language, text in rows(name)]
    hit = fired.count((True, True))
    return hit / (hit + fired.count((True, False))), hit / (hit + fired.count((False, True)))


def kind(text: str) -> str:
    return danger.kind_of(danger.find(text))


def test_there_are_enough_sentences_in_all_languages_and_kinds() -> None:
    found = rows("sentences.tsv")
    of_danger = [row for row in found if row[0] != "none"]
    assert len(of_danger) >= 400
    assert len(found) - len(of_danger) >= 200
    assert {row[0] for row in of_danger} == {LIFE, OVERDOSE, VIOLENCE}
    for language in ("en", "uk", "de", "ar"):
        assert sum(row[1] == language for row in of_danger) >= 60
    assert len({row[2] for row in found}) == len(found), "each sentence once"


def test_every_sentence_that_the_list_was_worked_on_with_is_right() -> None:
    wrong = [
        text
        for expected, _language, text in rows("sentences.tsv")
        if (expected != "none") != bool(danger.find(text))
    ]
    assert wrong == []


@pytest.mark.parametrize("name", [f"held_out{number}.tsv" for number in ("", "_2", "_3", "_4")])
def test_sentences_held_out_are_found_and_harmless_ones_left_alone(name: str) -> None:
    recall, precision = measured(name)
    assert recall >= 0.9
    assert precision >= 0.97


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("I don't want to be here anymore", LIFE),
        ("kill herself", LIFE),
        ("suicde", LIFE),
        ("kms", LIFE),
        ("how many pills to die", OVERDOSE),
        ("overdose", OVERDOSE),
        ("I took all the pills, I want to die", OVERDOSE),
        ("he beats me", VIOLENCE),
        ("I was raped", VIOLENCE),
        ("Lebensmüde", LIFE),
        ("не хочеться жити", LIFE),
        ("хочу зникнути", LIFE),
        ("لا أريد العيش", LIFE),
        ("نفسي اموت", LIFE),
        ("samobójstwo", LIFE),
    ],
)
def test_the_box_speaks_of_the_kind_of_danger(text: str, expected: str) -> None:
    assert kind(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "I WANT TO DIEEEEEE!!!",
        "i want\nto die",
        "su1c1de",
        "k!ll my$elf",
        "k*ll myself",
        "s**cide",
        "s.u.i.c.i.d.e",
        "s u i c i d e",
        "sui\u200bcide",
        "s\u00fc\u0131cide".replace("\u00fc", "u").replace("\u0131", "i"),
        "ｓｕｉｃｉｄｅ",
        "#suicide",
        "<b>suicide</b>",
        "suіcide",  # a Ukrainian і
        "I don`t want to live",
        "I don’t want to live",
        "İNTİHAR",
        "أَنْتَحِر",
        "انتـــــحار",
        "إنتحار",
        "وأريد أن أموت",
        "SELBSTMORD",
        "Selbstmordgedanken",
    ],
)
def test_spelling_hides_nothing(text: str) -> None:
    assert kind(text) == LIFE


@pytest.mark.parametrize("before", ["a" * 300 + " ", "so it is. " * 30, "слово " * 20_000])
def test_the_whole_text_is_asked(before: str) -> None:
    assert kind(f"{before}I want to kill myself") == LIFE


def test_no_phrase_runs_from_one_sentence_into_the_next() -> None:
    assert not kind("We want to. Die Kinder kommen mit.")


def test_harmless_words_silence_only_themselves() -> None:
    assert not kind("We are dying to see you")
    assert kind("I was dying to see you, now I want to die") == LIFE


@pytest.mark.parametrize(
    "text",
    [
        "I would like to talk about my work and my life with somebody. " * 1600,
        "want to " * 12_500,
        "i want to be he beats hope how many pills " * 2_400,
        "не хочу больше " * 6_600,
        "اريد ان " * 12_500,
        "he she partner my ex " * 4_800,
        "он меня муж дома " * 6_000,
        "він мене вночі " * 6_600,
        "er mich immer wieder " * 4_700,
        "زوجي هو كل يوم " * 6_600,
        "everyone is better if i was just " * 3_000,
        "a" * 100_000,
        "a " * 50_000,
        "s*" * 50_000,
        "suicid" * 16_000,
        "suiciid " * 12_500,
        "1!1 " * 25_000,
        "." * 100_000,
    ],
)
def test_a_long_text_is_asked_in_time(text: str) -> None:
    danger.find(text[:1000])  # makes the phrases ready
    started = time.process_time()
    danger.find(text)
    assert time.process_time() - started < LONGEST


@pytest.mark.parametrize(
    ("word", "meant", "expected"),
    [
        ("suicde", "suicide", True),
        ("siucide", "suicide", True),
        ("subside", "suicide", False),
        ("selbstmrod", "selbstmord", True),
        ("selbstwert", "selbstmord", False),
        ("", "suicide", False),
    ],
)
def test_long_words_may_be_spelled_wrong_a_little(word: str, meant: str, expected: bool) -> None:
    assert is_nearly(word, meant) is expected


@pytest.mark.parametrize(
    "text",
    [
        "",
        "...",
        "... word",
        "(a|b",
        "a)",
        "(a|)",
        "x*",
        "die~",
        "(really)?",
        "<nobody> x",
        "kill ... suicide~",
    ],
)
def test_phrases_that_cannot_be_read_are_refused(text: str) -> None:
    with pytest.raises(PhraseError):
        PhraseList([Phrase(text, LIFE)])


def test_a_phrase_knows_choices_endings_and_gaps() -> None:
    phrases = PhraseList([Phrase("(he|she) ... hit* (me)? again $", VIOLENCE)])
    assert phrases.find("She has now hitting me again.")
    assert phrases.find("he hits again")
    assert not phrases.find("he hits me again today")
    assert parse("one two")


def test_the_team_adds_phrases_and_silences_others() -> None:
    assert not danger.find("purple lanterns tonight")
    assert (
        danger.kind_of(danger.find("Purple   LANTERNS tonight", (("en", LIFE, "purple lantern*"),))) == LIFE
    )
    assert not danger.find("Suicide Squad", (("en", danger.HARMLESS, "suicide squad"),))
    assert danger.find("suicide", (("en", danger.HARMLESS, "suicide squad"),))


def test_letters_are_folded() -> None:
    assert folded("Kíll  DIEEEE") == "kil  die"


def test_the_command_says_which_phrase_fired_and_measures_files(tmp_path: Path) -> None:
    out = StringIO()
    call_command("try_danger", "he beats me", built_in=True, stdout=out)
    assert out.getvalue().startswith("violence: he beats me\n    violence [en] “he beats me”")
    out = StringIO()
    call_command("try_danger", file=[FOLDER / "sentences.tsv"], built_in=True, stdout=out)
    assert "recall 100.0%, precision 100.0%" in out.getvalue()
    plain = tmp_path / "lines.txt"
    plain.write_text("hello\nsuicide\n", "utf-8")
    out = StringIO()
    call_command("try_danger", file=[plain], built_in=True, stdout=out)
    assert out.getvalue().startswith("nothing: hello\nlife: suicide")
    with pytest.raises(CommandError, match="can't be read"):
        call_command("try_danger", file=[tmp_path / "none.tsv"], built_in=True)
