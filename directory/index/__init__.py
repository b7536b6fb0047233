"""The rows that the directory searches, made from what they are made from: records, pages, terms and free times.

Whoever changes one of those calls `rebuild` in the same transaction. Calling it once too often does no harm.
"""

from directory.index.bits import chunks, rebuild_bits, wrong_bits
from directory.index.differences import differences
from directory.index.locks import lock
from directory.index.writing import BATCH, advance, batches, rebuild, write_replies, write_times

__all__ = [
    "BATCH",
    "advance",
    "batches",
    "chunks",
    "differences",
    "lock",
    "rebuild",
    "rebuild_bits",
    "write_replies",
    "write_times",
    "wrong_bits",
]
