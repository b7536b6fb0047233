"""Security rule B19: every role × every address, GET and POST, against matrix.toml."""

import logging
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings

from tests.accounts import matrix

CODES = {"ok", "in", "go", "no", "gone", "bad", "err"}
READERS = ["X", "A", "B", "S", "T"]
REFUSED = {"in", "no", "gone"}


@pytest.fixture(autouse=True)
def _quiet() -> Iterator[None]:
    """Eight thousand lines of log help nobody, and cost time."""
    logging.disable(logging.CRITICAL)
    yield
    logging.disable(logging.NOTSET)


@pytest.fixture
def no_new_files() -> Iterator[None]:
    """Delete the pictures' sizes that were made meanwhile: the rows about them are rolled back."""
    folder = Path(settings.MEDIA_ROOT)
    before = set(folder.rglob("*"))
    yield
    for path in set(folder.rglob("*")) - before:
        if path.is_file():
            path.unlink()


def test_B19_every_address_has_one_row() -> None:
    named = Counter(url for row in matrix.rows() for url in row.urls)
    there = set(matrix.routes())
    assert sorted(there - set(named)) == [], "new addresses: say in matrix.toml who gets what there"
    assert sorted(set(named) - there) == [], "there are no such addresses any more"
    assert [url for url, count in named.items() if count > 1] == []


def test_B19_every_row_is_complete() -> None:
    for row in matrix.rows():
        for answers in (row.get, row.post):
            assert len(answers) == len(matrix.ROLES), row.what
            assert set(answers) <= CODES, row.what
            readers = answers[: len(READERS)]
            assert "err" not in readers, f"{row.what}: the CMS's errors are for those who work in it"


@pytest.mark.parametrize("role", matrix.ROLES)
@pytest.mark.usefixtures("content", "no_new_files")
def test_B19_everybody_gets_what_the_matrix_says(role: str) -> None:
    """Who is refused changes nothing."""
    cast = matrix.Cast()
    client = matrix.logged_in(cast.people.get(role))
    wrong: dict[str, str] = {}
    for method in matrix.METHODS:
        expected = matrix.expected(role, method)
        for route in matrix.routes():
            answer = matrix.ask(client, method, matrix.address(route, cast))
            if answer.code != expected[route]:
                wrong[f"{method} {route}"] = f"{answer.code} instead of {expected[route]}"
            elif answer.code in REFUSED and answer.written:
                wrong[f"{method} {route}"] = f"wrote, though refused: {answer.written[0]}"
    assert wrong == {}, "\n".join(f"{route}: {told}" for route, told in wrong.items())
