"""The check of the message catalogues, and that it sees the whole project."""

import shutil
from pathlib import Path
from typing import Any

import polib
import pytest
from django.core.management import CommandError, call_command

from core.i18n.catalogues import extract, faults, plural_forms

UKRAINIAN = (
    "nplurals=4; plural=(n%10==1 && n%100!=11 ? 0 : n%10>=2 && n%10<=4 && (n%100<12 || n%100>14) ? 1 : 2);"
)
ONE, MANY = "%(count)s article", "%(count)s articles"
needs_gettext = pytest.mark.skipif(shutil.which("xgettext") is None, reason="GNU gettext is not installed")


def catalogue(*entries: polib.POEntry, forms: str = UKRAINIAN) -> polib.POFile:
    made = polib.POFile()
    made.metadata = {"Plural-Forms": forms}
    made.extend(entries)
    return made


def entry(text: str, translation: str = "", **more: Any) -> polib.POEntry:
    return polib.POEntry(msgid=text, msgstr=translation, **more)


def counted(*texts: str) -> polib.POEntry:
    return polib.POEntry(msgid=ONE, msgid_plural=MANY, msgstr_plural=dict(enumerate(texts)))


WANTED = catalogue(entry("Hello %(name)s"), entry("May", msgctxt="month"), counted())
GOOD = [
    entry("Hello %(name)s", "Вітаємо, %(name)s"),
    entry("May", "травень", msgctxt="month"),
    counted("%(count)s стаття", "%(count)s статті", "%(count)s статей", "%(count)s статті"),
]


def test_a_complete_catalogue_has_no_faults() -> None:
    assert list(faults("uk", catalogue(*GOOD), WANTED)) == []


@pytest.mark.parametrize(
    ("entries", "sentence"),
    [
        (GOOD[1:], "“Hello %(name)s” is missing"),
        ([*GOOD[:1], entry("May", "можна"), GOOD[2]], "“May” (month) is missing"),
        ([*GOOD, entry("Gone", "Зникле")], "“Gone” is asked for nowhere"),
        ([*GOOD, entry("Gone", "Зникле", obsolete=True)], "“Gone” is obsolete"),
        ([entry("Hello %(name)s"), *GOOD[1:]], "“Hello %(name)s” is not translated"),
        ([entry("Hello %(name)s", "Вітаємо %(імʼя)s"), *GOOD[1:]], "other placeholders"),
        ([entry("Hello %(name)s", "Вітаємо"), *GOOD[1:]], "other placeholders"),
        ([entry("Hello %(name)s", "Вітаємо, %(name)s", flags=["fuzzy"]), *GOOD[1:]], "is fuzzy"),
        ([*GOOD[:2], counted("%(count)s стаття", "%(count)s статті")], "has 2 plural forms, not 4"),
        ([*GOOD[:2], counted("%(count)s а", "", "%(count)s в", "%(count)s г")], "all plural forms"),
        ([*GOOD[:2], counted("%(count)s а", "%(n)s б", "%(count)s в", "%(count)s г")], "in a plural form"),
        ([*GOOD[:2], counted("а", "б", "в", "г")], "no plural form with all"),
    ],
)
def test_each_fault_is_a_sentence(entries: list[polib.POEntry], sentence: str) -> None:
    found = list(faults("uk", catalogue(*entries), WANTED))
    assert len(found) >= 1
    assert all(line.startswith("uk: ") for line in found)
    assert any(sentence in line for line in found)


def test_a_form_for_one_or_two_may_say_the_number_in_words() -> None:
    arabic = (
        "nplurals=6; plural=n==0 ? 0 : n==1 ? 1 : n==2 ? 2 : n%100>=3 && n%100<=10 ? 3 : n%100>=11 ? 4 : 5;"
    )
    forms = ["لا مقالات", "مقالة واحدة", "مقالتان", *["%(count)s مقالات"] * 3]
    assert list(faults("ar", catalogue(counted(*forms), forms=arabic), catalogue(counted()))) == []


@pytest.mark.parametrize(
    "rule", ["", "nplurals=2;", "nplurals=2; plural=n>1 ? 2 : 0;", "nplurals=x; plural=n;"]
)
def test_a_header_without_a_valid_plural_rule_is_a_fault(rule: str) -> None:
    assert plural_forms(catalogue(forms=rule)) is None
    assert list(faults("uk", catalogue(*GOOD, forms=rule), WANTED)) == [
        "uk: the header has no valid Plural-Forms."
    ]


@needs_gettext
def test_texts_of_code_and_templates_of_all_apps_are_seen() -> None:
    found = {item.msgid: " ".join(path for path, _line in item.occurrences) for item in extract()}
    assert "templates/" in found["Skip to the content"]
    assert "articles/" in found["The list of articles. There is one in each language."]
    assert "site/translation/" in found["The translation is empty."]
    assert not any("tests/" in place or "migrations" in place for place in found.values())


@needs_gettext
def test_the_command_says_what_is_missing(
    settings: Any, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    settings.LOCALE_PATHS = [tmp_path]
    folder = tmp_path / "uk" / "LC_MESSAGES"
    folder.mkdir(parents=True)
    catalogue(entry("Skip to the content", "До змісту")).save(str(folder / "django.po"))
    with pytest.raises(CommandError, match="faults in the catalogues"):
        call_command("check_catalogues")
    said = capsys.readouterr().err
    assert "is missing" in said
    assert "more (--all shows them)" in said
    assert "de: there is no" in said


def test_without_gettext_there_is_a_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    with pytest.raises(CommandError, match="GNU gettext is missing"):
        call_command("check_catalogues")
