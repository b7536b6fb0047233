"""What can be told from a body: its headings and how long it takes to read."""

import re
from dataclasses import dataclass
from math import ceil
from typing import Any

from django.utils.html import strip_tags
from django.utils.text import slugify

WORDS_PER_MINUTE = (
    220  # silent reading of non-fiction: Brysbaert 2019, doi.org/10.1016/j.jml.2019.104047, less some care
)


@dataclass(frozen=True)
class Heading:
    """A heading of the body with the id it has on the page."""

    id: str
    title: str
    level: int


def heading_id(text: str, block_id: str | None) -> str:
    """An id that stays the same while the heading's words do, and never meets another one's."""
    slug = slugify(text, allow_unicode=True)[:48].strip("-")
    return f"{slug or 'section'}-{(block_id or '')[:4]}".rstrip("-")


def headings(body: Any) -> list[Heading]:
    """The headings of a StreamField value, in order."""
    return [
        Heading(heading_id(block.value["text"], block.id), block.value["text"], int(block.value["level"]))
        for block in body
        if block.block_type == "heading" and block.value["text"]
    ]


def words(value: Any) -> int:
    """How many words stand in a block's raw data; addresses and keys don't count."""
    if isinstance(value, str):
        return 0 if value.startswith("http") else len(re.findall(r"\w+", strip_tags(value)))
    if isinstance(value, dict):
        return sum(words(item) for key, item in value.items() if key not in {"id", "type", "level", "kind"})
    if isinstance(value, list | tuple):
        return sum(words(item) for item in value)
    return 0


def reading_minutes(body: Any) -> int:
    """Minutes to read a StreamField value without its references, at least 1."""
    raw = [item["value"] for item in body.raw_data if item["type"] != "reference_list"]
    return max(1, ceil(words(raw) / WORDS_PER_MINUTE))
