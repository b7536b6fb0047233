"""Migrations are kept from the first release on, and can run while the release before them serves."""

from typing import Any

import pytest
from django.apps import apps
from django_migration_linter import MigrationLinter
from wagtail.fields import StreamField

from core.fields import StreamField as OurStreamField
from tests.our_apps import our_apps


@pytest.mark.django_db
def test_no_migration_is_in_the_way_of_the_release_before_it(capsys: Any) -> None:
    linter = MigrationLinter(include_apps=sorted(our_apps()), ignore_initial_migrations=True, no_cache=True)
    linter.lint_all_migrations()
    assert not linter.has_errors, capsys.readouterr().out


def test_a_change_of_blocks_makes_no_migration() -> None:
    streams = [
        field
        for model in apps.get_models()
        for field in model._meta.get_fields()
        if isinstance(field, StreamField)
    ]
    assert len(streams) > 4
    for stream in streams:
        assert isinstance(stream, OurStreamField), stream
        _name, _path, args, kwargs = stream.deconstruct()
        assert args == [[]], stream
        assert "block_lookup" not in kwargs, stream
