"""Any amount of data that looks like people's: to measure with, and to try lists that are long."""

from collections.abc import Callable

# Makers by kind: (how many to have, seed) → nothing. The modules here add theirs.
makers: dict[str, Callable[[int, int], None]] = {}
