"""How production stores static files: a hash in each name, compressed; style sheets joined, without comments.

Beside them lie pages that nginx shows while the site itself is away.
"""

import re
from collections.abc import Callable, Iterator
from pathlib import Path, PurePosixPath
from typing import Any

import structlog
from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.storage import FileSystemStorage, Storage
from django.template.loader import render_to_string
from django.utils.translation import override
from whitenoise.storage import CompressedManifestStaticFilesStorage

logger = structlog.get_logger(__name__)

STYLES = "css/"  # our own; those of other packages stay as they came
AWAY = "away"  # docs/deploy/nginx.conf


def minified(css: str) -> str:
    """A style sheet, laid out as oxfmt does, without its comments and its layout. Nothing else changes.

    Minifiers do more, and take the space in `.card :is(a, b)` away inside of `@layer`, which then means something
    else. The rest compresses well anyway.
    """
    parts = re.split(r'("[^"\n]*")', re.sub(r"/\*.*?\*/", "", css, flags=re.DOTALL))
    parts[::2] = [_squeezed(part) for part in parts[::2]]  # every second one is a string
    text = re.sub(r"([{;])([\w-]+): ", r"\1\2:", "".join(parts)).replace(";}", "}").strip()
    # An empty custom property keeps its space: without it some browsers take it for a mistake.
    return re.sub(r"(--[\w-]+):(?=[;}])", r"\1: ", text)


def _squeezed(text: str) -> str:
    return re.sub(r" ?([{};,>]) ?", r"\1", re.sub(r"\s+", " ", text))


def joined(name: str, read: Callable[[str], str]) -> str:
    """The style sheet `name` with those that it imports from its own folder in place of its `@import` lines.

    `read` gives the text of a file. A browser would have to load the first to learn of the others.
    """
    folder = PurePosixPath(name).parent
    return re.sub(
        r'^@import "([\w-]+\.css)";$',
        lambda line: joined(str(folder / line[1]), read),
        read(name),
        flags=re.MULTILINE,
    )


class StyleSource:
    """The storage that a style sheet is collected from, with what it imports, minified."""

    def __init__(self, source: Storage) -> None:
        self.source = source

    def open(self, name: str) -> ContentFile:
        return ContentFile(minified(joined(name, self.text)).encode())

    def text(self, name: str) -> str:
        with self.source.open(name) as file:
            content: bytes = file.read()
            return content.decode()


class StaticFilesStorage(CompressedManifestStaticFilesStorage):
    """WhiteNoise's storage, for sources that are written for people to read.

    All releases put their files into one folder, where those with a hash in the name lie side by side: pages of the
    former release, in a process or in a browser, still find theirs. The list of names is each release's own.

    `manifest_folder` is where the list lies; beside the files unless it is given.
    """

    def __init__(self, *args: Any, manifest_folder: str = "", **options: Any) -> None:
        self.unknown: set[str] = set()
        manifest = FileSystemStorage(location=manifest_folder) if manifest_folder else None
        super().__init__(*args, manifest_storage=manifest, **options)

    def stored_name(self, name: str) -> str:
        """The name with a hash. Where the list has none, the name itself: a page without its style is still a page."""
        try:
            return str(super().stored_name(name))
        except ValueError:
            if name not in self.unknown:
                self.unknown.add(name)
                logger.error("static_file_unknown", name=name)
            return name

    support_js_module_import_aggregation = True  # modules import each other by names with a hash, too

    def post_process(self, paths: dict[str, Any], dry_run: bool = False, **options: Any) -> Iterator[Any]:
        collected = {
            name: (StyleSource(source), path) if name.startswith(STYLES) else (source, path)
            for name, (source, path) in paths.items()
        }
        yield from super().post_process(collected, dry_run, **options)
        if not dry_run:
            write_away_pages(Path(self.location) / AWAY)


def write_away_pages(folder: Path) -> None:
    """Write into `folder` the page that asks for a moment's patience, in each language: `en.html`.

    Whole or not at all: nginx may be showing the one before.
    """
    folder.mkdir(parents=True, exist_ok=True)
    for language, _name in settings.LANGUAGES:
        with override(language):
            page = render_to_string("503.html", {"path": ""})  # its link leads to where it stands
        new = folder / f"{language}.new"
        new.write_text(page)
        new.replace(folder / f"{language}.html")
