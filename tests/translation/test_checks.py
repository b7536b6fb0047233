"""The checks of one string. Numbers: docs/rules/translation.md."""

import pytest

from translation.checks import faults, unsafe_address


@pytest.mark.parametrize("nothing", ["", "   ", "\u00a0", "<b></b>", "<br/>", "&nbsp;", "\u200b"])
def test_case_5_nothing_visible_is_empty(nothing: str) -> None:
    assert faults("Sleep", nothing) == ["The translation is empty."]


def test_a_good_translation_has_no_faults() -> None:
    source = 'Read <a id="a1">this</a> for %(minutes)s minutes, {name}: 1,200 words at https://example.org.'
    target = 'Прочитайте <a id="a1">це</a> за %(minutes)s хвилин, {name}: 1 200 слів на https://example.org.'
    assert faults(source, target, max_length=200) == []


@pytest.mark.parametrize(
    "target",
    [
        "Прочитайте це",
        '<a id="a2">Прочитайте</a> це',
        '<a id="a1">Прочитайте</a> <a id="a1">це</a>',
    ],
)
def test_case_6_links_that_differ_are_an_error(target: str) -> None:
    assert any("links" in fault for fault in faults('Read <a id="a1">this</a>', target))


@pytest.mark.parametrize(
    ("source", "target"),
    [
        ("Hello %(name)s", "Привіт"),
        ("Hello {name}", "Привіт {імʼя}"),
        ("See https://example.org/a", "Дивіться https://example.org/b"),
        ("Hello", "Привіт {name}"),
    ],
)
def test_placeholders_that_differ_are_an_error(source: str, target: str) -> None:
    assert any("must stay" in fault for fault in faults(source, target))


@pytest.mark.parametrize(
    ("source", "target"),
    [("30 minutes", "ЗО хвилин"), ("30 minutes", "20 хвилин"), ("Some people", "20 людей"), ("1,200", "1,2")],
)
def test_numbers_that_differ_are_an_error(source: str, target: str) -> None:
    assert any("numbers" in fault for fault in faults(source, target))


@pytest.mark.parametrize(
    ("source", "target"),
    [
        ("1,200 people", "1.200 Menschen"),
        ("1,200 people", "1\u202f200 людей"),
        ("2.5 hours", "2,5 години"),
        ("30 minutes", "٣٠ دقيقة"),
        ("In 2019, 2020 and 2021", "2019, 2020 und 2021"),
        ("At 5 p.m.", "Um 17 Uhr"),
    ],
)
def test_the_same_number_may_be_written_as_its_language_does(source: str, target: str) -> None:
    assert faults(source, target) == []


def test_a_translation_may_not_be_longer_than_its_field_as_readers_see_it() -> None:
    assert faults("A", "<b>12345 &amp;</b>".replace("12345", "абвгд"), max_length=7) == []
    assert faults("A", "абвгдежз", max_length=7) == ["The translation has 8 characters; at most 7 fit here."]


@pytest.mark.parametrize(
    "address",
    [
        "javascript:alert(1)",
        " JaVa\tScript:alert(1)",
        "\u0001javascript:x",
        "data:text/html,x",
        "vbscript:x",
        "ftp://x",
    ],
)
def test_addresses_that_could_run_a_script_are_unsafe(address: str) -> None:
    assert unsafe_address(address)


@pytest.mark.parametrize(
    "address",
    ["https://example.org/a?b=c", "/uk/articles/", "#top", "mailto:a@example.org", "tel:+4930", "page/2"],
)
def test_addresses_that_links_need_are_safe(address: str) -> None:
    assert not unsafe_address(address)
