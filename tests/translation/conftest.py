"""A module that says TREE = ("uk", "de") begins each of its tests with that tree of pages, made once."""

from collections.abc import Iterator

import pytest
from django.db import connection
from pytest_django import DjangoDbBlocker

from core import databases
from tests import run_databases
from tests.factories.pages import Tree, find_tree


@pytest.fixture(scope="module", autouse=True)
def _in_its_tree(
    request: pytest.FixtureRequest,
    migrated_database: str,
    django_db_blocker: DjangoDbBlocker,
    testrun_uid: str,
) -> Iterator[None]:
    """The tests' transactions are rolled back in a database that has the tree: to translate one takes seconds."""
    languages = getattr(request.module, "TREE", None)
    if languages is None:
        yield
        return
    name = f"{connection.settings_dict['NAME']}_tree"
    with django_db_blocker.unblock():
        databases.copy(run_databases.with_tree(languages, testrun_uid), name)
        within = databases.using(name)
        within.__enter__()
    yield
    with django_db_blocker.unblock():
        within.__exit__(None, None, None)
        databases.drop(name)


@pytest.fixture
def tree(request: pytest.FixtureRequest) -> Tree:
    return find_tree(*request.module.TREE)
