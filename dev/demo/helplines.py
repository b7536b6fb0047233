"""Helplines of the demo in all languages, and one phrase of the team's danger list."""

from typing import Any

from core.danger import HARMLESS
from core.models import DangerPhrase, Helpline
from dev.demo import HERE, Demo, read, step

FILE = HERE / "helplines.toml"


@step(15, "Helplines")
def helplines(demo: Demo) -> None:
    """Add what is missing; numbers that somebody has corrected stay as they are.

    Nobody has opened the lines' websites for the demo, so no line says when it was checked or where it was found.
    """
    data = read(FILE)
    have = set(Helpline.objects.filter(locale=demo.source).values_list("country", "dial"))
    for position, line in enumerate(data["line"]):
        if (line["country"], line["dial"]) in have:
            continue
        original = Helpline(
            locale=demo.source,
            position=position,
            **line | words(data, line, "en"),
        )
        original.save()
        for locale in demo.targets:
            translated = original.copy_for_translation(locale)
            for name, text in words(data, line, locale.language_code).items():
                setattr(translated, name, text)
            translated.save()
    DangerPhrase.objects.get_or_create(
        phrase="the killing joke", defaults={"kind": HARMLESS, "language": "en"}
    )


def words(data: dict[str, Any], line: dict[str, Any], language: str) -> dict[str, str]:
    """The name and the hours of a line in a language; a name with @ is one of the shared texts."""
    name, hours = line["name"], line.get("hours", "")
    return {
        "name": data["texts"][name[1:]][language] if name.startswith("@") else name,
        "hours": data["texts"][hours][language] if hours else "",
    }
