"""The demo content: what the modules here add, in order.

They register functions with `@step(order, title)`. Texts lie beside as TOML, one file per page and language
(`<app>/<language>/<slug>.toml`); a translated file has the same structure as the English one. Pages that every site
begins with are those of `core.first_content`.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from django.core.files.images import ImageFile

from core import first_content
from core.first_content import Run, block_id, items, publish, read, stream, text_in, translate, with_texts
from core.models import Picture

HERE = Path(__file__).parent
PICTURES = HERE / "pictures"

__all__ = ["block_id", "items", "publish", "read", "stream", "translate", "with_texts"]


@dataclass
class Demo(Run):
    """What the steps share: the languages, and how to say something to whoever runs the command."""

    pictures: dict[str, Picture] = field(default_factory=dict)


Step = Callable[[Demo], None]
steps: list[tuple[int, str, Step]] = []


def step(order: int, title: str) -> Callable[[Step], Step]:
    """Register a step of the demo. Every step is safe to run again: it adds what is missing and keeps the rest."""

    def register(function: Step) -> Step:
        steps.append((order, title, function))
        return function

    return register


def text_of(app: str, language: str, slug: str) -> dict[str, Any]:
    """The text of a page in a language, empty if it isn't translated."""
    return text_in(HERE / app, language, slug)


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


def body(demo: Demo, name: str, blocks: list[dict[str, Any]], topics: dict[str, int]) -> list[dict[str, Any]]:
    """The raw data of a page's body. `topics` are the numbers of the source language's topics by slug."""
    return first_content.body(
        name, blocks, topics=topics, picture=lambda stem: int(picture(demo, stem, stem).pk)
    )


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
