"""`manage.py lighthouse`: what Lighthouse says of the pages that readers meet first."""

import os
import socket
import subprocess
import sys
import time
import urllib.request
from argparse import ArgumentParser
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.urls import reverse
from django.utils.translation import override

from articles.models import ArticleIndexPage, ArticlePage
from core.models import BasePage
from dev.lighthouse import FOLDER, PROGRAM, UNLISTED_BUT_RIGHT, Report, Surface, look, table
from dev.management.commands.serve import END_SECONDS, GUNICORN, READY_SECONDS
from directory.models import SpecialistIndexPage, SpecialistPage
from home.models import HomePage, StandardPage

DOCUMENT = Path(settings.BASE_DIR) / "docs" / "performance.md"
BEGIN, END = "<!-- lighthouse -->", "<!-- /lighthouse -->"


class Command(BaseCommand):
    """Start the production server on a free port, run Lighthouse on each page, write the table, judge."""

    help = f"""Runs Lighthouse (mobile) on the pages that readers meet first, against gunicorn as in production.

Writes its table into docs/performance.md, and ends with an error where an aim isn't met. What Lighthouse said of each
page is in var/{FOLDER.name}/reports as JSON, as its viewer reads it. `make lighthouse` installs it and sets the rest.
"""

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--languages", default="en,ar")
        parser.add_argument(
            "--pages", default="", help="some alone, as in home,article; the table isn't kept then"
        )

    def handle(self, *, languages: str, pages: str, **options: Any) -> None:
        if not PROGRAM.exists():
            raise CommandError("Lighthouse isn't installed: make lighthouse does it.")
        wanted = {name for name in pages.split(",") if name}
        found = [
            surface
            for language in languages.split(",")
            for surface in surfaces(language)
            if not wanted or surface.name in wanted
        ]
        with served() as site:
            for surface in found:
                urllib.request.urlopen(f"{site}{surface.path}").close()  # noqa: S310 - makes the pictures' sizes
            reports = [look(surface, site, keep=FOLDER / "reports", note=self.say) for surface in found]
        self.stdout.write("\n" + table(reports))
        if not wanted and languages == "en,ar":
            text = DOCUMENT.read_text()
            DOCUMENT.write_text(with_table(text, table(reports)))
        misses = [miss for report in reports for miss in report.misses()]
        if misses:
            raise CommandError("Below the aims:\n" + "\n".join(f"- {miss}" for miss in misses))

    def say(self, report: Report) -> None:
        """One line as soon as a page is done."""
        self.stdout.write(table([report]).splitlines()[-1])
        for miss in report.misses():
            self.stdout.write(f"  {miss}")
        self.stdout.flush()


def surfaces(language: str) -> Iterator[Surface]:
    """The pages, in one language of the demo."""
    here = {"locale__language_code": language}
    with override(language):
        yield Surface("home", language, path_of(HomePage, **here))
        yield Surface("article", language, path_of(ArticlePage, picture__isnull=False, **here))
        yield Surface("article list", language, path_of(ArticleIndexPage, **here))
        yield Surface("directory", language, path_of(SpecialistIndexPage, **here))
        free = {"specialist__search_row__next_slot_at__isnull": False, "specialist__portrait__isnull": False}
        yield Surface("profile", language, path_of(SpecialistPage, **free, **here))
        slug = SpecialistPage.objects.live().filter(**free, **here).earliest("pk").specialist.slug
        yield Surface(
            "slots", language, reverse("specialist_book", args=[slug]), skipped=(UNLISTED_BUT_RIGHT,)
        )
        yield Surface("help now", language, path_of(StandardPage, slug="help-now", **here))
        yield Surface("log in", language, reverse("account_login"), skipped=(UNLISTED_BUT_RIGHT,))


def path_of(model: type[BasePage], **filters: Any) -> str:
    """The address of the first such page. Raises CommandError without any."""
    page = model.objects.live().filter(**filters).order_by("pk").first()
    if page is None:
        raise CommandError("The demo's content is missing: manage.py seed_demo.")
    return str(page.path_here)


@contextmanager
def served() -> Iterator[str]:
    """gunicorn on a free port of this machine; its address."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    site = f"http://localhost:{port}"
    with (FOLDER / "server.log").open("w") as log:
        web = subprocess.Popen(  # noqa: S603 - our own command
            [sys.executable, "-m", "gunicorn", "--config", str(GUNICORN)],
            env={**os.environ, "PORT": str(port), "SITE_URL": site},
            stdout=log,
            stderr=log,
        )
        try:
            deadline = time.monotonic() + READY_SECONDS
            while not answers(port):
                if web.poll() is not None or time.monotonic() > deadline:
                    raise CommandError(f"The web server didn't start: see {log.name}.")
                time.sleep(0.1)
            yield site
        finally:
            web.terminate()
            web.wait(END_SECONDS)


def answers(port: int) -> bool:
    """Whether somebody takes connections there."""
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=1):
            return True
    except OSError:
        return False


def with_table(text: str, new: str) -> str:
    """The document with `new` between the two marks. Raises CommandError without them."""
    before, begin, rest = text.partition(BEGIN)
    _old, end, after = rest.partition(END)
    if not (begin and end):
        raise CommandError(f"{DOCUMENT.name} has no place for the table: {BEGIN} … {END}")
    return f"{before}{begin}\n{new}\n{end}{after}"
