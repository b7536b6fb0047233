"""What production makes of static files while it collects them."""

import json
import re
from pathlib import Path
from typing import Any

import pytest
import tinycss2
from django.conf import settings
from django.contrib.staticfiles import finders
from django.core.files.storage import FileSystemStorage
from django.template.loader import render_to_string

from core.static_files import StaticFilesStorage, joined, minified

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
    styles = (tmp_path / names["css/site.css"]).read_text()
    assert f'url("../{names["fonts/literata-latin.woff2"]}")' in styles
    assert "/*" not in styles
    assert (tmp_path / f"{names['css/site.css']}.br").is_file()
    assert "@font-face{" in styles
    assert 'lang="uk"' in (tmp_path / "away" / "uk.html").read_text()  # for nginx: tests/config/test_nginx.py


def test_a_style_sheet_takes_the_place_of_the_line_that_imports_it() -> None:
    files = {
        "css/all.css": '/* first */\n@import "one.css";\n@import "two.css";\n.c { color: red; }\n',
        "css/one.css": ".a { top: 0; }\n",
        "css/two.css": '@import "one.css";\n.b::after { content: "@import one"; }\n',
    }
    whole = joined("css/all.css", files.__getitem__)
    assert minified(whole) == '.a{top:0}.a{top:0}.b::after{content:"@import one"}.c{color:red}'


def test_the_sites_style_sheet_is_one_file_with_all_that_it_imports_in_their_order() -> None:
    read = lambda name: (STATIC / name).read_text()  # noqa: E731
    whole = joined("css/site.css", read)
    assert "@import" not in whole
    parts = [read(f"css/{name}") for name in re.findall(r'@import "([^"]+)"', read("css/site.css"))]
    assert len(parts) > 3
    assert meaning(whole) == [rule for part in parts for rule in meaning(part)]


def collected(folder: Path, names: dict[str, str]) -> StaticFilesStorage:
    """The storage of a release with files of these names and contents: its list in `folder`, the files beside it."""
    source = FileSystemStorage(location=folder / "source")
    storage = StaticFilesStorage(
        location=str(folder.parent / "static"), base_url="/static/", manifest_folder=str(folder)
    )
    for name, text in names.items():
        for place in (folder / "source" / name, folder.parent / "static" / name):
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_text(text)
    outcomes = storage.post_process({name: (source, name) for name in names})
    assert [problem for *_names, problem in outcomes if isinstance(problem, Exception)] == []
    return StaticFilesStorage(
        location=str(folder.parent / "static"), base_url="/static/", manifest_folder=str(folder)
    )


def test_a_release_finds_its_files_after_another_one_has_collected_its_own(tmp_path: Path) -> None:
    """As after going back: the other release renamed one style sheet and changed the other."""
    collected(tmp_path / "1", {"css/site.css": "a{color:red}", "css/old.css": "b{color:red}"})
    collected(tmp_path / "2", {"css/site.css": "a{color:blue}", "css/new.css": "b{color:red}"})
    former = StaticFilesStorage(
        location=str(tmp_path / "static"), base_url="/static/", manifest_folder=str(tmp_path / "1")
    )
    for name, text in {"css/site.css": "a{color:red}", "css/old.css": "b{color:red}"}.items():
        path = tmp_path / "static" / former.url(name).removeprefix("/static/")
        assert re.fullmatch(r".+\.[0-9a-f]{12}\.css", path.name)
        assert path.read_text() == text


def test_a_page_is_shown_though_a_name_is_not_in_the_list(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    storage = collected(tmp_path / "1", {"css/site.css": "a{}"})
    assert [storage.url("css/gone.css") for _ in range(2)] == ["/static/css/gone.css"] * 2
    assert caplog.text.count("static_file_unknown") == 1


def test_error_pages_need_no_list_of_static_files(tmp_path: Path, settings: Any) -> None:
    settings.STORAGES = {
        **settings.STORAGES,
        "staticfiles": {
            "BACKEND": "core.static_files.StaticFilesStorage",
            "OPTIONS": {"location": str(tmp_path), "manifest_folder": str(tmp_path)},
        },
    }
    for template in ("500.html", "503.html"):
        assert "/static/css/site.css" in render_to_string(template, {"path": "/en/"})


def test_every_static_file_that_a_template_names_is_there() -> None:
    """Production shows a page without it, so nothing else would tell."""
    named = {
        name
        for folder in ("templates", "site")
        for path in (Path(settings.BASE_DIR) / folder).rglob("*.html")
        for name in re.findall(r"""{% static ['"]([^'"]+)['"]""", path.read_text())
    }
    assert len(named) > 10
    assert [name for name in sorted(named) if finders.find(name) is None] == []
