"""What stands in the database for a StreamField, made to fit its blocks.

A body may be older than its blocks, or have been written by a script: a key that came later is missing, a type of block
is gone, a list stands where a text is read. Wagtail would hand that on, and every page, form, feed and search that
reads it would have to be ready for anything. Here it is put right once, for all of them; the row changes when somebody
saves it.
"""

import json
import uuid
from collections.abc import Callable
from functools import cached_property
from typing import Any

from wagtail import blocks
from wagtail.blocks.list_block import ListBlock
from wagtail.blocks.stream_block import BaseStreamBlock, StreamValue
from wagtail.blocks.struct_block import BaseStructBlock

TEXTS = (blocks.CharBlock, blocks.TextBlock, blocks.URLBlock, blocks.RichTextBlock)
NAMESPACE = uuid.UUID("8f0a3f2e-5b1c-4c79-9d6a-2f5c1f6a7d10")
LARGEST_KEY = 2**63 - 1


class StoredStreamBlock(blocks.StreamBlock):
    """A StreamBlock whose value always fits. The top of every StreamField of the site."""

    def to_python(self, value: Any) -> Any:
        if isinstance(value, StreamValue):
            return value
        if isinstance(value, str) and value:
            try:
                value = json.loads(value)
            except ValueError:
                return super().to_python(value)  # keeps the text
        return StoredStreamValue(self, value) if value else super().to_python(value)


class StoredStreamValue(StreamValue):
    """The value of a `StoredStreamBlock`, made to fit when somebody reads it: most pages are shown from kept parts."""

    def __init__(self, block: StoredStreamBlock, stored: Any) -> None:
        self.stream_block, self._stored = block, stored
        self.is_lazy, self.raw_text = True, None

    @cached_property
    def _raw_data(self) -> list[Any]:
        return fitting(self.stream_block, self._stored)

    @cached_property
    def _bound_blocks(self) -> list[Any]:
        return [None] * len(self._raw_data)


def fitting(block: Any, value: Any) -> Any:
    """The raw `value` as `block` reads it: what is missing or of another kind becomes the block's empty value."""
    if isinstance(block, BaseStreamBlock):
        return _items(lambda item: block.child_blocks[item["type"]], _known(block, value))
    if isinstance(block, BaseStructBlock):
        fields = value if isinstance(value, dict) else {}
        return {name: fitting(child, fields.get(name)) for name, child in block.child_blocks.items()}
    if isinstance(block, ListBlock):
        items = value if isinstance(value, list) else []
        if items and all(block._item_is_in_block_format(item) for item in items):
            return _items(lambda item: block.child_block, items)
        plain = [item["value"] if block._item_is_in_block_format(item) else item for item in items]
        return [fitting(block.child_block, item) for item in plain]
    if isinstance(block, blocks.ChooserBlock):
        return _key(value)
    if isinstance(block, blocks.ChoiceBlock):
        is_known = isinstance(value, str) and any(value == key for key, _label in block.field.choices)
        return value if is_known else block.get_default()
    if isinstance(block, TEXTS):
        return str(value) if isinstance(value, str | int | float) and not isinstance(value, bool) else ""
    return value


def _known(block: Any, value: Any) -> list[dict[str, Any]]:
    items = value if isinstance(value, list) else []
    return [
        item
        for item in items
        if isinstance(item, dict) and isinstance(item.get("type"), str) and item["type"] in block.child_blocks
    ]


def _items(block_of: Callable[[Any], Any], items: list[Any]) -> list[dict[str, Any]]:
    """Each with an id of its own, which translations find it by: what has none, or another's, gets one that stays."""
    fitted: list[dict[str, Any]] = []
    taken: set[str] = set()
    for position, item in enumerate(items):
        number = item.get("id")
        if not isinstance(number, str) or not number or number in taken:
            number = str(uuid.uuid5(NAMESPACE, f"{position} {item['type']} {number}"))
        taken.add(number)
        fitted.append(
            {"type": item["type"], "value": fitting(block_of(item), item.get("value")), "id": number}
        )
    return fitted


def _key(value: Any) -> int | None:
    """The number of what was chosen."""
    if isinstance(value, str) and value.isascii() and value.isdecimal() and len(value) < 20:
        value = int(value)
    is_key = isinstance(value, int) and not isinstance(value, bool) and 0 < value <= LARGEST_KEY
    return value if is_key else None
