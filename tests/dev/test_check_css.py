"""The check of the style sheets finds what it is for."""

import pytest

from dev.check_css import check, main

WRITTEN = '<p class="card card__title chip profile"> "alert--{{ kind }}"'


def sentences(written: str = WRITTEN, **sheets: str) -> list[str]:
    return [
        fault.sentence for fault in check({f"{name}.css": text for name, text in sheets.items()}, written)
    ]


def test_the_style_sheets_of_the_site_are_in_order(capsys: pytest.CaptureFixture[str]) -> None:
    assert main() == 0, capsys.readouterr().out


@pytest.mark.parametrize(
    ("css", "fault"),
    [
        (".card { color red; }", "Stop token reached before {} block for a qualified rule."),
        (".card { color: red; } }", "EOF reached before {} block for a qualified rule."),
        (".card { color: red; margin: 0; color: blue; }", "color is set twice in one block"),
        (".card { color: var(--inc); }", "--inc is defined nowhere"),
        (".card { --ink: #000; }", "--ink is never used"),
        (".crad { color: red; }", ".crad is written by no template, script or module"),
    ],
)
def test_a_mistake_is_found_where_it_stands(css: str, fault: str) -> None:
    assert sentences(one=css) == [fault]
    (found,) = check({"one.css": f"/* a comment\n */\n{css}"}, WRITTEN)
    assert (found.file, found.line) == ("one.css", 3)


def test_a_block_has_one_file() -> None:
    assert sentences(components=".card { margin: 0; }", pages=".card__title { margin: 0; }") == [
        ".card is styled in components.css and pages.css"
    ]
    assert (
        sentences(
            components=".card { margin: 0; }", pages=".profile { margin: 0; } .profile .card { order: 1; }"
        )
        == []
    )


def test_how_two_blocks_stand_together_is_said_in_the_file_of_one_of_them() -> None:
    assert sentences(
        components=".card { margin: 0; } .chip { margin: 0; }", pages=".card .chip { order: 1; }"
    ) == ["nothing in “.card .chip” belongs to this file"]


def test_what_elements_stand_on_belongs_to_nobody() -> None:
    assert sentences(base="@layer reset { .card { margin: 0; } }", components=".card { margin: 0; }") == []


def test_a_modifier_may_be_put_together_by_a_template() -> None:
    assert sentences(one=".alert--error { margin: 0; }") == []
    assert sentences(one=".chip--error { margin: 0; }") == [
        ".chip--error is written by no template, script or module"
    ]
