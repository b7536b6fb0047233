"""The pages that a site begins with, and what writes them: `manage.py first_content`, and the demo, which adds its own.

Apps have them in a package `first_content`, whose functions register with `@step(order, title)`. Texts lie beside as
TOML, one file per page and language (`<language>/<slug>.toml`); a translated file has the structure of the English one.
"""

import copy
import json
import tomllib
import uuid
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from django.db import transaction
from wagtail.fields import StreamField
from wagtail.models import Locale, Page, Site
from wagtail_localize.models import StringSegment, StringTranslation, Translation, TranslationSource
from wagtail_localize.segments import StringSegmentValue
from wagtail_localize.segments.extract import extract_segments

NAMESPACE = uuid.UUID("6f9619ff-8b86-d011-b42d-00cf4fc964ff")

Say = Callable[[str], None]
T = TypeVar("T")


@dataclass
class Run:
    """What the steps share: the languages, and how to say something to whoever runs the command."""

    say: Say
    source: Locale
    targets: list[Locale]


Step = TypeVar("Step", bound=Callable[..., Any])
steps: list[tuple[int, str, Callable[[Run], Any]]] = []


def step(order: int, title: str) -> Callable[[Step], Step]:
    """Register a step, which gets a Run. Each is safe to run again: it adds what is missing and keeps the rest."""

    def register(function: Step) -> Step:
        steps.append((order, title, function))
        return function

    return register


def read(path: Path) -> dict[str, Any]:
    """A TOML file."""
    with path.open("rb") as file:
        return tomllib.load(file)


def text_in(folder: Path, language: str, slug: str) -> dict[str, Any]:
    """The text of a page in a language, empty if it isn't translated."""
    path = folder / language / f"{slug}.toml"
    return read(path) if path.exists() else {}


def block_id(*parts: object) -> str:
    """An id that is the same in every run, so that translations find their block again."""
    return str(uuid.uuid5(NAMESPACE, "/".join(map(str, parts))))


def stream(
    name: str, blocks: list[dict[str, Any]], convert: Callable[[dict[str, Any]], Any]
) -> list[dict[str, Any]]:
    """A StreamField's raw data from the blocks of a file. `convert` gives a block's value."""
    return [
        {"id": block_id(name, number), "type": block["type"], "value": convert(block)}
        for number, block in enumerate(blocks)
    ]


def items(name: str, values: list[Any]) -> list[dict[str, Any]]:
    """A ListBlock's raw data; without ids wagtail-localize wouldn't see the items."""
    return [
        {"id": block_id(name, number), "type": "item", "value": value} for number, value in enumerate(values)
    ]


def body(
    name: str,
    blocks: list[dict[str, Any]],
    *,
    topics: dict[str, int] | None = None,
    picture: Callable[[str], int] | None = None,
) -> list[dict[str, Any]]:
    """The raw data of a page's body.

    `topics` are the numbers of the source language's topics by slug; `picture` gives the number of a picture by its
    name. Without them, blocks may name none.
    """

    def value(block: dict[str, Any]) -> Any:
        rest = {key: item for key, item in block.items() if key != "type"}
        here = f"{name}/{blocks.index(block)}"
        match block["type"]:
            case "text":
                return block["html"].strip()
            case "image":
                assert picture is not None, here  # noqa: S101 - written by us
                return {**rest, "image": picture(block["image"])}
            case "key_points":
                return {**rest, "points": items(here, block["points"])}
            case "questions" | "reference_list":
                return {**rest, "items": items(here, block["items"])}
            case "helplines":
                return None
            case "call_to_action":
                return {**rest, "topic": (topics or {}).get(block.get("topic", ""))}
            case _:
                return rest

    return stream(name, blocks, value)


def with_texts(source: Any, **texts: Any) -> Any:
    """A copy of `source` in memory with other texts; StreamField data are given raw."""
    translated = copy.copy(source)
    for name, value in texts.items():
        raw = isinstance(source._meta.get_field(name), StreamField)
        setattr(translated, name, json.dumps(value) if raw else value)
    return translated


def publish(page: Page, parent: Page) -> Page:
    """Add `page` under `parent` and publish it, unless it is there already. Returns the page that is there.

    That is one with its slug, whatever people have made of it, or of its type where there may be one alone.
    """
    existing = find(page, parent)
    if existing is not None:
        return existing
    parent.add_child(instance=page)
    page.save_revision().publish()
    return page


def add_draft(page: Page, parent: Page) -> Page:
    """Add `page` under `parent` for somebody to write and publish, unless it is there already, as in `publish`."""
    existing = find(page, parent)
    if existing is not None:
        return existing
    page.live, page.has_unpublished_changes = False, True
    parent.add_child(instance=page)
    page.save_revision()
    return page


def find(page: Page, parent: Page) -> Page | None:
    """The page that stands under `parent` where `page` would."""
    if type(page).max_count_per_parent == 1:
        only: Page | None = type(page).objects.child_of(parent).first()
        if only is not None:
            return only
    there = parent.get_children().filter(slug=page.slug).first()
    return there.specific if there else None


def front_page_of(run: Run) -> Page:
    """The front page in the source language. Raises Site.DoesNotExist before there is one."""
    root: Page = Site.objects.select_related("root_page").get(is_default_site=True).root_page
    return root.get_translation_or_none(run.source) or root


def add_list(run: Run, model: type[Any], slug: str, folder: Path) -> Any:
    """The page of this model that lists what is below it, in all languages, under the front page."""

    def fields(language: str) -> dict[str, Any]:
        text = text_in(folder, language, slug)
        return {name: text[name] for name in ("title", "introduction", "search_description") if text}

    source = fields(run.source.language_code)
    page = publish(model(slug=slug, locale=run.source, **source), front_page_of(run))

    def in_words(language: str) -> Any:
        return with_texts(page, **texts) if (texts := fields(language)) else None

    translate_all(run, page, with_texts(page, **source), in_words)
    return page


class StructureError(Exception):
    """A translated file doesn't have the structure of the English one."""


def translate_all(
    run: Run, source: Any, written: Any, in_words: Callable[[str], Any | None], *, publish: bool = True
) -> None:
    """Translate `source` into every language that `in_words` has words for: a copy of it in memory, by language code.

    Not if people have changed since what it says, which is what `written` says: those words are no longer right.
    """
    missing = [locale for locale in run.targets if source.get_translation_or_none(locale) is None]
    if not missing:
        return
    if words(source) != words(written):
        codes = ", ".join(locale.language_code for locale in missing)
        run.say(f"    “{source}” has been edited: translate it in the CMS ({codes}).")
        return
    for locale in missing:
        if (translated := in_words(locale.language_code)) is not None:
            translate(source, locale, translated, publish=publish)


def words(source: Any) -> list[tuple[str, str]]:
    """What `source` says and is to be translated, with its place."""
    return [
        (segment.path, segment.string.data)
        for segment in extract_segments(source)
        if isinstance(segment, StringSegmentValue) and not segment.is_empty()
    ]


def translate(source: Any, locale: Locale, translated: Any, *, publish: bool = True) -> None:
    """Translate `source` the way a translator does, taking the strings from `translated`.

    `translated` is a copy of `source` in memory that says everything in the other language. Strings are paired by
    where they stand. Raises StructureError where the two differ. A translation that is there is left alone.
    """
    if source.get_translation_or_none(locale) is not None:
        return
    with transaction.atomic():
        record, _made = TranslationSource.update_or_create_from_instance(source)
        translation, _made = Translation.objects.get_or_create(source=record, target_locale=locale)
        wanted = numbered(words(translated))
        segments = StringSegment.objects.filter(source=record).select_related("context").order_by("order")
        rows = []
        for place, segment in numbered((segment.context.path, segment) for segment in segments).items():
            if place not in wanted:
                raise StructureError(f"{source} in {locale.language_code}: nothing stands at {place}")
            rows.append(
                StringTranslation(
                    translation_of_id=segment.string_id,
                    locale=locale,
                    context=segment.context,
                    data=wanted.pop(place),
                    translation_type=StringTranslation.TRANSLATION_TYPE_MANUAL,
                )
            )
        if wanted:
            raise StructureError(f"{source} in {locale.language_code}: too much at {next(iter(wanted))}")
        StringTranslation.objects.bulk_create(rows, ignore_conflicts=True)
        translation.save_target(publish=publish)


def numbered(pairs: Iterable[tuple[str, T]]) -> dict[tuple[str, int], T]:
    """Values by their path and their number on that path: a rich text has a string for each paragraph."""
    seen: Counter[str] = Counter()
    result = {}
    for path, value in pairs:
        result[path, seen[path]] = value
        seen[path] += 1
    return result
