"""PostgreSQL's extensions, for migrations."""

from typing import Any

from django.contrib.postgres.operations import CreateExtension
from django.core.management.base import CommandError
from django.db import DatabaseError


class TrustedExtension(CreateExtension):
    """CREATE EXTENSION, which the owner of a database may do for trusted extensions, or a sentence that helps."""

    def database_forwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        try:
            super().database_forwards(app_label, schema_editor, from_state, to_state)
        except DatabaseError as error:
            raise CommandError(
                f'The PostgreSQL extension "{self.name}" could not be created ({str(error).strip()}). '
                "The database's user must own the database, and the server needs PostgreSQL's contrib modules "
                "(postgresql-contrib). Or let an administrator run, in this database: "
                f"CREATE EXTENSION {self.name};"
            ) from error
