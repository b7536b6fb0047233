"""The demo content: what the modules here add, in order.

They register functions with `@step(order, title)`. Texts lie beside as TOML, one file per page and language
(`<app>/<language>/<slug>.toml`); a translated file has the same structure as the English one.
"""

import copy
import json
import tomllib
import uuid
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

from django.core.files.images import ImageFile
from django.db import transaction
from wagtail.fields import StreamField
from wagtail.models import Locale, Page
from wagtail_localize.models import StringSegment, StringTranslation, Translation, TranslationSource
from wagtail_localize.segments import StringSegmentValue
from wagtail_localize.segments.extract import extract_segments

from core.models import Picture

HERE = Path(__file__).parent
PICTURES = HERE / "pictures"
NAMESPACE = uuid.UUID("6f9619ff-8b86-d011-b42d-00cf4fc964ff")

Say = Callable[[str], None]
T = TypeVar("T")


@dataclass
class Demo:
    """What the steps share: the languages, and how to say something to whoever runs the command."""

    say: Say
    source: Locale
    targets: list[Locale]
    pictures: dict[str, Picture] = field(default_factory=dict)


Step = Callable[[Demo], None]
steps: list[tuple[int, str, Step]] = []


def step(order: int, title: str) -> Callable[[Step], Step]:
    """Register a step of the demo. Every step is safe to run again: it adds what is missing and keeps the rest."""

    def register(function: Step) -> Step:
        steps.append((order, title, function))
        return function

    return register


def read(path: Path) -> dict[str, Any]:
    """A TOML file of the demo."""
    with path.open("rb") as file:
        return tomllib.load(file)


def text_of(app: str, language: str, slug: str) -> dict[str, Any]:
    """The text of a page in a language, empty if it isn't translated."""
    path = HERE / app / language / f"{slug}.toml"
    return read(path) if path.exists() else {}


def picture(demo: Demo, stem: str, title: str) -> Picture:
    """The drawing called `stem`, put into the library on first use. Raises FileNotFoundError if there is none."""
    if stem not in demo.pictures:
        drawing = Picture.objects.filter(title=title).first()
        if drawing is None:
            path = PICTURES / f"{stem}.webp"
            with path.open("rb") as file:
                drawing = Picture(title=title, credit="Attune", licence="CC0 1.0")
                drawing.file = ImageFile(file, name=path.name)  # type: ignore[assignment]  # as Django takes it
                drawing.save()
        demo.pictures[stem] = drawing
    return demo.pictures[stem]


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


def body(demo: Demo, name: str, blocks: list[dict[str, Any]], topics: dict[str, int]) -> list[dict[str, Any]]:
    """The raw data of a page's body. `topics` are the numbers of the source language's topics by slug."""

    def value(block: dict[str, Any]) -> Any:
        rest = {key: item for key, item in block.items() if key != "type"}
        here = f"{name}/{blocks.index(block)}"
        match block["type"]:
            case "text":
                return block["html"].strip()
            case "image":
                return {**rest, "image": picture(demo, block["image"], block["image"]).pk}
            case "key_points":
                return {**rest, "points": items(here, block["points"])}
            case "questions" | "reference_list":
                return {**rest, "items": items(here, block["items"])}
            case "helplines":
                return None
            case "call_to_action":
                return {**rest, "topic": topics.get(block.get("topic", ""))}
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
    """Add `page` under `parent` and publish it, unless a page with its slug is there already."""
    existing = parent.get_children().filter(slug=page.slug).first()
    if existing:
        return existing.specific
    parent.add_child(instance=page)
    page.save_revision().publish()
    return page


class StructureError(Exception):
    """A translated file doesn't have the structure of the English one."""


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
        wanted = numbered(
            (segment.path, segment.string.data)
            for segment in extract_segments(translated)
            if isinstance(segment, StringSegmentValue) and not segment.is_empty()
        )
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


@dataclass(frozen=True)
class Account:
    """Somebody the demo can be tried as."""

    role: str
    email: str
    password: str
    secret: str = ""  # of the app for codes, where a second factor is asked for


PASSWORD = "calm-water-42"  # noqa: S105 - printed for whoever tries the demo, refused outside development

SECRET = "ATTUNEDEMOATTUNEDEMOATTUNEDEMO23"  # noqa: S105 - as well known


def people_to_try() -> list[Account]:
    """Who to log in as."""
    readers, staff = ["client"], ["specialist", "editor", "moderator", "translator", "admin"]
    return [
        *[Account(role, f"{role}@attune.example", PASSWORD) for role in readers],
        *[Account(role, f"{role}@attune.example", PASSWORD, SECRET) for role in staff],
    ]
