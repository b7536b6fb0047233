"""`manage.py first_content`."""

import logging
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand
from django.utils import translation
from django.utils.module_loading import autodiscover_modules
from wagtail.models import Locale, Page

from core.first_content import Run, steps


class Command(BaseCommand):
    help = (
        "Makes the pages that the site links to, and its menus, in all its languages: published where the site itself "
        "has the words, as drafts where only people can write them. Run again, it adds only what is missing."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        logging.getLogger("wagtail").setLevel(logging.WARNING)  # a line for each write tells nothing
        autodiscover_modules("first_content")
        source, _made = Locale.objects.get_or_create(language_code=settings.LANGUAGE_CODE)
        others = [code for code, _name in settings.LANGUAGES if code != settings.LANGUAGE_CODE]
        if not Page.objects.filter(depth__gt=1).exclude(content_type__app_label="wagtailcore").exists():
            for code in others:  # later, a language that isn't there was deleted
                Locale.objects.get_or_create(language_code=code)
        targets = sorted(
            Locale.objects.filter(language_code__in=others), key=lambda one: others.index(one.language_code)
        )
        run = Run(say=self.stdout.write, source=source, targets=targets)
        with translation.override(settings.LANGUAGE_CODE):
            for _order, title, function in sorted(steps, key=lambda entry: entry[0]):
                self.stdout.write(f"  {title} …")
                function(run)
        self.stdout.write(
            "Read all pages in the CMS before you tell anybody of the site. Drafts say themselves what to write."
        )
