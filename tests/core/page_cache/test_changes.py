"""Each kind of thing is changed; exactly the pages that show it change, and the others stay."""

import os
import random
import re
from collections.abc import Iterator

import pytest
import time_machine
from django.core.exceptions import ObjectDoesNotExist, ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from core.page_cache.process import Cache
from tests.core.page_cache.changes import CHANGES, PATHS
from tests.core.page_cache.readers import Reader, fresh, heard
from tests.factories.content import ARTICLES, SPECIALISTS

SEQUENCES = int(os.environ.get("ATTUNE_EXAMPLES", "0")) // 200 or 1
STEPS = 25


@pytest.fixture
def _standing_clock() -> Iterator[None]:
    """No free time is over, and no day ends, while it is being looked."""
    with time_machine.travel(timezone.now(), tick=False):
        yield


@pytest.mark.usefixtures("_standing_clock")
def test_what_changes_is_seen_and_the_rest_stays(reader: Reader, cache: Cache) -> None:
    for path in PATHS:
        reader.get(path)  # makes the sizes of pictures, which is a change
    heard(cache)
    before = {path: reader.get(path).body for path in PATHS}
    assert {path for path in PATHS if reader.get(path).how != "hit"} == set()
    stale, needless = {}, {}
    for name, (make, needlessly) in CHANGES.items():
        make()
        heard(cache)
        answers = {path: reader.get(path) for path in PATHS}
        assert {path for path in PATHS if answers[path].status >= 500} == set(), name
        heard(cache)  # a page may have made a size of a picture
        stale[name] = [path for path in PATHS if answers[path].body != fresh(path)]
        needless[name] = [
            path
            for path, answer in answers.items()
            if answer.how != "hit" and answer.body == before[path] and not re.fullmatch(needlessly, path)
        ]
        before = {path: answer.body for path, answer in answers.items()}
        for path in PATHS:
            reader.get(path)
        heard(cache)
    assert {name: paths for name, paths in stale.items() if paths} == {}
    assert {name: paths for name, paths in needless.items() if paths} == {}


@pytest.mark.usefixtures("_standing_clock")
@pytest.mark.parametrize("seed", range(SEQUENCES))
def test_any_sequence_of_changes_leaves_no_old_page(reader: Reader, cache: Cache, seed: int) -> None:
    """Changes in any order, several at once, with reading in between or without; other pages each time."""
    dice = random.Random(seed)
    names = sorted(CHANGES)
    done: list[str] = []
    for _step in range(STEPS):
        for name in dice.sample(names, dice.choice([1, 1, 1, 3])):
            done.append(name)
            try:
                CHANGES[name][0]()
            except (ObjectDoesNotExist, ValidationError, IndexError):
                done[-1] += " (there was nothing to change)"
        heard(cache)
        read = dice.sample(PATHS, 6)
        answers = {path: reader.get(path).body for path in read}
        assert {path for path in read if answers[path] != fresh(path)} == set(), done
        for path in dice.sample(PATHS, 10):
            reader.get(path)
    assert {path for path in PATHS if reader.get(path).body != fresh(path)} == set(), done


@pytest.mark.parametrize(
    ("path", "most"),
    [
        (f"articles/{ARTICLES[1]}/", 3),
        ("specialists/", 3),
        (f"specialists/{SPECIALISTS[1]}/", 6),
        (f"specialists/{SPECIALISTS[1]}/book/", 4),
        ("free-consultation/", 3),
        ("", 6),
    ],
)
def test_a_page_that_is_not_kept_asks_little_where_its_parts_are(
    reader: Reader, cache: Cache, path: str, most: int
) -> None:
    """With a parameter that isn't the page's own it is rendered each time."""
    for _ in range(3):
        reader.get(f"/en/{path}?somebody=counts")
    with CaptureQueriesContext(connection) as asked:
        answer = reader.get(f"/en/{path}?somebody=counts")
    assert (answer.status, answer.how) == (200, "")
    assert len(asked) <= most, [query["sql"][:200] for query in asked.captured_queries]
