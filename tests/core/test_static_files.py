"""What production makes of static files while it collects them."""

import json
import re
from pathlib import Path

import pytest
import tinycss2
from django.conf import settings
from django.core.files.storage import FileSystemStorage

from core.static_files import StaticFilesStorage, minified

STATIC = Path(settings.BASE_DIR) / "site" / "static"
STYLES = sorted((STATIC / "css").glob("*.css"))


def meaning(css: str) -> list:
    """A style sheet as a parser sees it, nested rules with it."""
    return [
        meaning_of(rule) for rule in tinycss2.parse_stylesheet(css, skip_comments=True, skip_whitespace=True)
    ]


def meaning_of(rule: tinycss2.ast.Node) -> tuple:
    prelude = meaning_of_tokens(rule.prelude)
    if rule.type == "at-rule" and rule.content is None:
        return rule.at_keyword, prelude
    content = tinycss2.parse_blocks_contents(rule.content, skip_comments=True, skip_whitespace=True)
    return (
        rule.type,
        getattr(rule, "at_keyword", ""),
        prelude,
        [
            (one.name, meaning_of_tokens(one.value), one.important)
            if one.type == "declaration"
            else meaning_of(one)
            for one in content
        ],
    )


def meaning_of_tokens(tokens: list) -> str:
    """White space counts, but not beside commas and `>`, and not at the ends."""
    text = re.sub(r"/\*.*?\*/|\s+", " ", tinycss2.serialize(tokens), flags=re.DOTALL)
    return re.sub(r"\s*([,>])\s*", r"\1", text).strip()


@pytest.mark.parametrize("path", STYLES, ids=lambda path: path.stem)
def test_a_minified_style_sheet_says_the_same(path: Path) -> None:
    source = path.read_text()
    assert meaning(minified(source)) == meaning(source)
    assert len(minified(source)) < len(source)


def test_what_stands_in_quotes_and_what_white_space_means_stay() -> None:
    css = '@layer a {\n  .b :is(c,\n  d) > e { content: "x,  { y"; width: calc(1% - 2px); } /* f */\n}\n'
    assert minified(css) == '@layer a{.b :is(c,d)>e{content:"x,  { y";width:calc(1% - 2px)}}'


def test_an_empty_custom_property_keeps_its_space() -> None:
    assert minified(":root { --dark: ; --light: initial; }") == ":root{--dark: ;--light:initial}"


def test_files_get_names_with_a_hash_by_which_styles_and_modules_find_each_other(tmp_path: Path) -> None:
    source = FileSystemStorage(location=STATIC)
    files = [str(path.relative_to(STATIC)) for path in STATIC.rglob("*") if path.is_file()]
    storage = StaticFilesStorage(location=str(tmp_path), base_url="/static/")
    for name in files:
        with source.open(name) as file:
            storage.save(name, file)
    outcomes = list(storage.post_process({name: (source, name) for name in files}))
    assert [problem for *_names, problem in outcomes if isinstance(problem, Exception)] == []
    names = json.loads((tmp_path / "staticfiles.json").read_text())["paths"]
    assert f'from "./{Path(names["js/clock.js"]).name}"' in (tmp_path / names["js/times.js"]).read_text()
    tokens = (tmp_path / names["css/tokens.css"]).read_text()
    assert f'url("../{names["fonts/literata-latin.woff2"]}")' in tokens
    assert "/*" not in tokens
    assert (tmp_path / f"{names['css/tokens.css']}.br").is_file()
    assert "@font-face{" in tokens
