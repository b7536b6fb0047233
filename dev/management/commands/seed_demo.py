"""`manage.py seed_demo`: the demo content, and any amount of synthetic data."""

import logging
import sys
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import translation
from wagtail.models import Locale

from dev.demo import Demo
from dev.demo.contents import steps
from dev.synthetic.contents import makers


class Command(BaseCommand):
    help = (
        "Adds the demo content in all languages, with accounts to try it. With --specialists or --articles, adds that "
        "many synthetic ones as well. Run again, it adds only what is missing."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--specialists", type=int, default=0, help="synthetic specialists to have (default 0)"
        )
        parser.add_argument("--articles", type=int, default=0, help="synthetic articles to have (default 0)")
        parser.add_argument(
            "--seed", type=int, default=1, help="the same seed makes the same data (default 1)"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.DEBUG and not settings.DEMO_ALLOWED:
            raise CommandError(
                "The demo's accounts have a password that everybody knows. Set DEMO_ALLOWED=true to add them anyway."
            )
        # A line for each of a thousand writes tells nothing.
        logging.getLogger("wagtail").setLevel(logging.WARNING)
        source, _made = Locale.objects.get_or_create(language_code=settings.LANGUAGE_CODE)
        targets = [
            Locale.objects.get_or_create(language_code=code)[0]
            for code, _name in settings.LANGUAGES
            if code != settings.LANGUAGE_CODE
        ]
        run = Demo(say=self.say, source=source, targets=targets)
        with translation.override(settings.LANGUAGE_CODE):
            for _order, title, function in sorted(steps, key=lambda entry: entry[0]):
                self.say(f"  {title} …")
                function(run)
            for kind in ("specialists", "articles"):
                if options[kind]:
                    self.say(f"  {options[kind]} synthetic {kind} …")
                    makers[kind](options[kind], options["seed"])
            if options["specialists"] or options["articles"]:
                self.say(
                    "  The CMS's search and its lists of uses learn of synthetic pages by `manage.py update_index` "
                    "and `manage.py rebuild_references_index`; the public site needs neither."
                )

    def say(self, line: str) -> None:
        self.stdout.write(line)
        sys.stdout.flush()
