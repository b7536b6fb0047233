"""The blocks of every page's body. Blocks think, templates print (`templates/blocks/`)."""

from core.blocks.body import BodyStreamBlock
from core.blocks.outline import Heading, headings, reading_minutes
from core.blocks.stored import StoredStreamBlock

__all__ = ["BodyStreamBlock", "Heading", "StoredStreamBlock", "headings", "reading_minutes"]
