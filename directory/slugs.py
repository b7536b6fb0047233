"""Addresses from names."""

from collections.abc import Callable

from anyascii import anyascii
from django.utils.text import slugify

LONGEST = 120


def slug_from(name: str, is_taken: Callable[[str], bool]) -> str:
    """An ASCII address for a name in any script; with a number behind it where somebody has it already."""
    stem = slugify(anyascii(name))[: LONGEST - 8].strip("-_") or "specialist"
    slug, number = stem, 1
    while is_taken(slug):
        number += 1
        slug = f"{stem}-{number}"
    return slug
