"""The README and docs/ name only what is there: commands, files, environment variables, accounts."""

import re
import subprocess
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import get_commands
from django.urls import reverse

from dev.demo import people_to_try
from dev.import_diagram import PAGE, drawn
from dev.operators_book.book import BookError, blocks
from dev.operators_book.following import MOMENTS

BASE_DIR = Path(__file__).resolve().parents[2]
README = BASE_DIR / "README.md"
DOCS = BASE_DIR / "docs"
OPERATORS = DOCS / "operators.md"
ROOTS = (BASE_DIR, BASE_DIR / "site", BASE_DIR / "tests")  # where paths begin, and imports
PAGES = [*sorted(BASE_DIR.glob("*.md")), *sorted(DOCS.rglob("*.md"))]
MADE_LATER = ("var/", ".venv/")  # made while running, or by installing
ABSENT_ON_PURPOSE = {"site/__init__.py"}  # decision 1 is about that
# Read by Make, by Django or PostgreSQL, by the tests or the benchmark; the settings and gunicorn.py read all others.
OTHER_VARIABLES = {
    "DJANGO_SETTINGS_MODULE",
    "ARGS",
    "PYTHON",
    "YES",
    "ATTUNE_NO_SKIPS",
    "LC_CTYPE",
    "BAKERYDEMO",
}

every_page = pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(BASE_DIR)))


def code(page: Path) -> list[str]:
    """What stands between backticks, and the lines of code blocks."""
    text = page.read_text()
    blocks = re.findall(r"^```\w*\n(.*?)^```", text, re.MULTILINE | re.DOTALL)
    prose = re.sub(r"^```.*?^```", "", text, flags=re.MULTILINE | re.DOTALL)
    return re.findall(r"`([^`\n]+)`", prose) + [line for block in blocks for line in block.splitlines()]


def variables_read() -> set[str]:
    """The environment variables that the settings and gunicorn's configuration ask for."""
    sources = [
        *(BASE_DIR / "site" / "config" / "settings").glob("*.py"),
        BASE_DIR / "site/config/gunicorn.py",
    ]
    asked = r'(?:\benv\.\w+|\benviron\.get|\brequired)\(\s*["\']([A-Z_]+)["\']'
    found = {name for source in sources for name in re.findall(asked, source.read_text())}
    # gunicorn's own, between its two masters; what the benchmark gives its own settings; and what chooses the settings.
    return found - {"GUNICORN_PID", "STOCK_LOCALIZE", "DJANGO_SETTINGS_MODULE"}


def paths(texts: list[str]) -> set[str]:
    """The words that look like a path of this repository: with a slash inside and nothing that varies."""
    words = {word.rstrip(".,;:") for text in texts for word in text.split()}
    return {
        word
        for word in words
        if re.fullmatch(r"[\w.][\w.-]*/[\w./-]*", word)
        and not word.startswith(MADE_LATER)
        and any((root / word.split("/")[0]).exists() for root in ROOTS)
    }


def is_there(path: str) -> bool:
    """Whether there is such a file or folder, named from the repository's or the sources' root on."""
    return any((root / path).exists() for root in ROOTS)


def test_the_sources_of_these_tests_are_found():
    assert README in PAGES
    assert {"SECRET_KEY", "SITE_URL", "WEB_PROCESSES"} <= variables_read()
    assert paths(["run site/config/gunicorn.py, then `x`", "/etc/attune/env", "var/media"]) == {
        "site/config/gunicorn.py"
    }
    assert len(code(OPERATORS)) > 60


@every_page
def test_every_make_target_exists(page):
    targets = set(re.findall(r"^([a-z-]+):", (BASE_DIR / "Makefile").read_text(), re.MULTILINE))
    named = {name for text in code(page) for name in re.findall(r"\bmake ([a-z-]+)", text)}
    assert named - targets == set()


def test_help_lists_every_command_with_a_description():
    described = re.findall(r"^([a-z-]+):.* ## ", (BASE_DIR / "Makefile").read_text(), re.MULTILINE)
    help_page = subprocess.run(
        ["make", "help"], cwd=BASE_DIR, capture_output=True, text=True, check=True
    ).stdout
    assert sorted(re.findall(r"^  make ([a-z-]+) ", help_page, re.MULTILINE)) == sorted(described)


@every_page
def test_every_management_command_exists(page):
    command = r"(?:\bmanage\.py|^(?:sudo |bin/)?attune(?: --release \S+)?) ([a-z_]+)"
    named = {name for text in code(page) for name in re.findall(command, text)}
    # The last one is how PostgreSQL names a connection of the worker.
    assert named - set(get_commands()) - {"help", "listener"} == set()


@every_page
def test_every_file_exists(page):
    assert {path for path in paths(code(page)) if not is_there(path)} - ABSENT_ON_PURPOSE == set()


@every_page
def test_every_link_leads_to_a_file_and_a_heading(page):
    for target in re.findall(r"(?:\]\(|src=\")([^)\s\"]+)", page.read_text()):
        if target.startswith("https://"):
            continue
        name, _, heading = target.partition("#")
        file = page.parent / name if name else page
        assert file.exists(), target
        if heading:
            titles = re.findall(r"^#+ (.+)$", file.read_text(), re.MULTILINE)
            assert heading in {re.sub(r"[^\w -]", "", title).lower().replace(" ", "-") for title in titles}


@every_page
def test_every_environment_variable_and_setting_exists(page):
    known = variables_read() | OTHER_VARIABLES
    named = {
        name
        for text in code(page)
        for name in re.findall(r"(?:^|[\s\"$])([A-Z][A-Z0-9]*_[A-Z0-9_]+)(?=$|[\s\"=,])", text)
    }
    assert {name for name in named if name not in known and not hasattr(settings, name)} == set()


def test_the_operators_table_has_exactly_the_variables_that_are_read():
    rows = re.findall(r"^\| ((?:`[A-Z_]+`(?:, )?)+) \|", OPERATORS.read_text(), re.MULTILINE)
    named = {name for row in rows for name in re.findall(r"[A-Z_]+", row)}
    assert named == variables_read() | {"DJANGO_SETTINGS_MODULE"}


def test_the_example_of_the_environment_sets_what_is_required_and_nothing_unknown():
    production = (BASE_DIR / "site/config/settings/production.py").read_text()
    required = set(re.findall(r'required\(\s*"([A-Z_]+)"', production))
    named = set(re.findall(r"^([A-Z_]+)=", (DOCS / "deploy" / "env").read_text(), re.MULTILINE))
    assert required <= named <= variables_read() | {"DJANGO_SETTINGS_MODULE"}


def test_the_operators_book_says_who_runs_each_command():
    """And nothing that `make operators-book` wouldn't know; it follows them all on an empty Debian."""
    found = blocks(OPERATORS.read_text())
    assert {moment for block in found for moment in block.moments} == MOMENTS
    assert {block.user for block in found} == {"root", "attune", ""}
    with pytest.raises(BookError, match="line 3: say above the commands who runs them"):
        blocks("As root:\n```sh\nrm -rf /\n```\n")


def test_the_readme_names_the_demos_accounts():
    rows = re.findall(r"^\| (\w+)[^|]* \| `([^`]+)` \| `([^`]+)` \|$", README.read_text(), re.MULTILINE)
    assert rows == [(account.role, account.email, account.password) for account in people_to_try()]


def test_the_readme_says_where_the_codes_of_the_demos_staff_are():
    number = len([account for account in people_to_try() if account.secret])
    assert number == 5
    assert "all but the client" in README.read_text()
    assert all(account.secret for account in people_to_try()[-number:])
    assert f"`/dev{reverse('dev_codes', 'dev.pages.urls')}`" in README.read_text()


def test_the_pictures_are_small():
    pictures = list((DOCS / "pictures").iterdir())
    assert pictures
    assert [picture.name for picture in pictures if picture.stat().st_size > 120_000] == []


def test_the_diagram_of_the_apps_is_drawn_from_the_code():
    assert drawn(PAGE.read_text()) == PAGE.read_text(), "make diagram"
