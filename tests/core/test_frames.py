"""Deep calls find room in one piece."""

import resource
import sys

import pytest

from core.frames import with_room


def one() -> int:
    return 1


def loop() -> int:
    """How often memory that is new to the process is touched during a thousand calls: at an edge, by each."""
    before = resource.getrusage(resource.RUSAGE_THREAD).ru_minflt
    for _ in range(1000):
        one()
    return resource.getrusage(resource.RUSAGE_THREAD).ru_minflt - before


def below(depth: int) -> int:
    return below(depth - 1) if depth else loop()


@with_room
def below_with_room(depth: int) -> int:
    return below(depth)


def test_it_answers_and_fails_as_before() -> None:
    assert with_room(lambda a, *, b: a + b)(1, b=2) == 3
    with pytest.raises(ZeroDivisionError):
        with_room(lambda: 1 / 0)()


def test_no_depth_is_an_edge() -> None:
    depths = range(400)
    if sys.version_info < (
        3,
        13,
    ):  # later ones keep a chunk; when none older is supported, core.frames can go
        assert max(map(below, depths)) >= 1000
    assert max(map(below_with_room, depths)) < 100
