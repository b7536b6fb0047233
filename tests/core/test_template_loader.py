"""How templates are read."""

import re
from pathlib import Path

import pytest
from django.conf import settings
from django.template import engines
from django.template.loader import get_template

TEMPLATES = Path(settings.BASE_DIR) / "templates"
PAGES = sorted(path for path in TEMPLATES.rglob("*.html"))
UNTRIMMED = re.compile(
    r"{%\s*blocktrans(?:late)?\b(?![^%]*\btrimmed\b)[^%]*%}((?:(?!{%\s*endblocktrans).)*)", re.DOTALL
)


def test_our_pages_are_read_without_indentation_and_keep_their_lines() -> None:
    source = (TEMPLATES / "base.html").read_text()
    read = get_template("base.html").template.source  # type: ignore[attr-defined]
    assert "\n    <head>" in source
    assert "\n<head>" in read
    assert "\n " not in read
    assert read.count("\n") == source.count("\n")


def test_texts_and_the_templates_of_others_stay_as_they_are() -> None:
    loaded = engines["django"].get_template("wagtailadmin/base.html")
    assert "\n    " in loaded.template.source  # type: ignore[attr-defined]


@pytest.mark.parametrize("path", PAGES, ids=lambda path: str(path.relative_to(TEMPLATES)))
def test_no_text_to_translate_has_white_space_that_would_be_lost(path: Path) -> None:
    assert [text for text in UNTRIMMED.findall(path.read_text()) if re.search(r"\n[ \t]", text)] == []
