"""Every test here runs on Monday, 1 March 2027, from 08:00 UTC on."""

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
import time_machine

NOW = datetime(2027, 3, 1, 8, tzinfo=UTC)


@pytest.fixture
def clock() -> Iterator[time_machine.Traveller]:
    """The clock, running; `clock.shift(timedelta)` and `clock.move_to(moment)` set it."""
    with time_machine.travel(NOW, tick=True) as traveller:
        yield traveller
