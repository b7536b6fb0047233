"""How the cost of reading a text grows with its length, whatever the machine is doing."""

import time
from collections.abc import Callable

LONGEST = 100_000  # characters
MOST = 30  # times the cost for ten times the length; squares cost a hundred
TRIES = 5
CHEAP = 0.02  # seconds for the long one: too little to measure, and too little to hurt


def assert_linear(read: Callable[[str], object], part: str, *, end: str = "", longest: int = LONGEST) -> None:
    """Fail if reading `part` repeated to `longest` characters costs more than 30 times what a tenth of them costs.

    The quickest of a few tries counts, in time of this thread alone: others don't slow it down.
    """

    def cost(length: int) -> float:
        text = part * (length // len(part)) + end
        begun = time.thread_time()
        read(text)
        return time.thread_time() - begun

    for _number in range(TRIES):
        short = cost(longest // 10)
        long = cost(longest)
        if long < CHEAP or long < short * MOST:
            return
    raise AssertionError(f"{long:.3f} s for {longest} characters of {part!r}, {short:.4f} s for a tenth")
