"""Shared by tests: what test_hostile_input.py and others lean on."""

import os
from typing import Any
from zlib import crc32

EXAMPLES = int(
    os.environ.get("ATTUNE_EXAMPLES", "40")
)  # of each address; 2000 find what 40 don't, in minutes


def some(values: list[Any], seed: str | int, share: int = 8) -> list[Any]:
    """A few of them (40 examples: 5 with a share of 8), others for another seed; all with ATTUNE_EXAMPLES=2000.

    Numbers go through them in turn, so that each of a list is tried with some address.
    """
    first = (crc32(seed.encode()) if isinstance(seed, str) else seed) % len(values)
    return (values[first:] + values[:first])[: max(EXAMPLES // share, 1)]
