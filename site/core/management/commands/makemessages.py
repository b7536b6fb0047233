"""`manage.py makemessages`: Django's, with this project's languages and folders as defaults."""

import contextlib
from typing import Any

from django.conf import settings
from django.core.management.base import CommandParser
from django.core.management.commands import makemessages

# Folders without texts for readers, seen from the repository's root.
IGNORED = ["var/*", ".venv/*", "node_modules/*", "tests/*", "docs/*", "*/migrations/*", "*/demo/*"]


def languages() -> list[str]:
    """The languages with a catalogue: all but the one that the code is written in."""
    return [code for code, _name in settings.LANGUAGES if code != settings.LANGUAGE_CODE]


class Command(makemessages.Command):
    """One catalogue for each language, in site/locale, from the code and templates of all apps."""

    help = "Collects the texts to translate into site/locale (needs GNU gettext)."

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("--into", help="write there instead of site/locale")
        parser.set_defaults(
            locale=languages(),
            no_wrap=True,
            no_obsolete=True,
            add_location="file",
        )

    def handle(self, *args: Any, into: str | None = None, **options: Any) -> None:
        self.into = into
        options["ignore_patterns"] = [*options["ignore_patterns"], *IGNORED]
        with contextlib.chdir(settings.BASE_DIR):
            super().handle(*args, **options)

    def build_potfiles(self) -> list[str]:
        """Upstream's, writing where we want: by itself it writes into every folder called `locale` that it meets."""
        if self.into:
            self.locale_paths, self.default_locale_path = [self.into], self.into
            self.ignore_patterns.append("site/locale")
        files: list[str] = super().build_potfiles()
        return files
