"""`manage.py check_catalogues`: are the message catalogues complete?"""

import shutil
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

import polib
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from core.i18n import catalogues
from core.management.commands.makemessages import languages

SHOWN = 20


class Command(BaseCommand):
    help = (
        "Fails if a text of the code or templates is missing, untranslated, fuzzy, obsolete, short of plural forms, or "
        "translated with other placeholders in site/locale (needs GNU gettext)."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--all", action="store_true", help=f"show all faults, not {SHOWN} a language")

    def handle(self, **options: Any) -> None:
        if shutil.which("xgettext") is None:
            raise CommandError("GNU gettext is missing: apt-get install gettext")
        wanted = catalogues.extract()
        total = 0
        for language in languages():
            path = Path(settings.LOCALE_PATHS[0]) / language / "LC_MESSAGES" / "django.po"
            if not path.exists():
                sentences = [f"{language}: there is no {language}/LC_MESSAGES/django.po; run make messages."]
            else:
                sentences = list(catalogues.faults(language, polib.pofile(str(path)), wanted))
            total += len(sentences)
            shown = sentences if options["all"] else sentences[:SHOWN]
            for sentence in shown:
                self.stderr.write(sentence)
            if len(sentences) > len(shown):
                self.stderr.write(f"{language}: and {len(sentences) - len(shown)} more (--all shows them).")
        if total:
            raise CommandError(f"{total} faults in the catalogues.")
        self.stdout.write(f"{len(wanted)} texts in {len(languages())} languages, all translated.")
