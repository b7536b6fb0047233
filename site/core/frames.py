"""Room for the frames of deep calls, in one piece.

CPython keeps frames in chunks of 16 kB, and takes a new one from the operating system whenever a call doesn't fit into
the last one, and gives it back when that call returns. Wherever a loop happens to run at such an edge, each call in it
costs fifty times as much: middleware and templates are deep enough for several edges, and where they lie changes with
every function around. A page took up to 30 % longer for it. Fixed in CPython 3.13 and 3.14
(https://github.com/python/cpython/issues/142183), not in 3.11 and 3.12.
"""

from collections.abc import Callable
from typing import ParamSpec, TypeVar

P = ParamSpec("P")
T = TypeVar("T")
# Pointers: a frame that claims so many gets a chunk of the next power of two, 512 kB, of which it touches nothing.
# The half that is left over takes all frames below.
STACK = 31_800


def with_room(function: Callable[P, T]) -> Callable[P, T]:
    """`function`, whose calls find room for some thousand frames. That costs 5 µs a call."""

    def call(*args: P.args, **kwargs: P.kwargs) -> T:
        return function(*args, **kwargs)

    call.__code__ = call.__code__.replace(co_stacksize=STACK)
    return call
