"""What a process keeps, without pages: values, tags and moments."""

import pytest

from core.page_cache.reading import SITE, Reading
from core.page_cache.store import Store
from core.page_tags import MENU, PAGE


@pytest.fixture(autouse=True)
def _sizes_of_values_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("core.page_cache.store.TAG_SIZE", 0)
    monkeypatch.setattr("core.page_cache.store.ENTRY_SIZE", 0)


def reading(*tags: object) -> Reading:
    made = Reading()
    made.tags |= {str(tag) for tag in tags}
    return made


def kept(store: Store, *tags: object, key: str = "key", since: int | None = None, size: int = 10) -> bool:
    moment = store.moment if since is None else since
    return store.put(key, "value", reading(*tags), since=moment, size=size) is not None


@pytest.mark.parametrize(
    ("read", "changed", "is_dropped"),
    [
        (PAGE(1), PAGE(1), True),
        (PAGE(1), PAGE(2), False),
        (PAGE(1), PAGE(11), False),
        (PAGE, PAGE(2), True),  # a list of all of them
        (PAGE(1), str(PAGE), True),  # so many changed that only the kind was sent
        (PAGE, str(PAGE), True),
        (PAGE(1), MENU(1), False),
        (PAGE(1), str(MENU), False),
        (PAGE(1), str(SITE), True),  # everything leans on the site
    ],
)
def test_a_change_drops_what_read_it(read: object, changed: str, is_dropped: bool) -> None:
    store = Store(1000)
    assert kept(store, read)
    assert store.change([changed]) == (["key"] if is_dropped else [])
    assert (store.get("key") is None) == is_dropped
    assert store.size == (0 if is_dropped else 10)


@pytest.mark.parametrize(
    ("read", "changed", "is_kept"),
    [
        (PAGE(1), PAGE(1), False),
        (PAGE(1), PAGE(2), True),
        (PAGE, PAGE(2), False),
        (PAGE(1), str(PAGE), False),
        (PAGE(1), MENU(1), True),
    ],
)
def test_what_was_begun_before_a_change_is_not_kept(read: object, changed: str, is_kept: bool) -> None:
    store = Store(1000)
    before = store.moment
    store.change([changed])
    assert kept(store, read, since=before) == is_kept
    assert kept(store, read), "begun after it"


def test_what_was_begun_before_the_connection_was_lost_is_not_kept() -> None:
    store = Store(1000)
    before = store.moment
    store.clear()
    assert not kept(store, PAGE(1), since=before)
    assert kept(store, PAGE(1))


def test_the_least_recently_used_goes_first() -> None:
    store = Store(100)
    for key in "abcde":
        assert kept(store, PAGE(key), key=key, size=20)
    assert store.get("a")
    assert kept(store, PAGE("f"), key="f", size=20)
    assert store.get("b") is None
    assert store.get("a")
    assert store.size == 100


def test_what_is_too_large_is_not_kept() -> None:
    assert not kept(Store(100), size=26)


def test_tags_of_what_is_gone_are_forgotten() -> None:
    store = Store(1000)
    for number in range(50):
        kept(store, PAGE(number))
    assert set(store.keys_by_tag) == {"site", "page:49"}
    store.change(["site"])
    assert not store.keys_by_tag


def test_more_changes_than_are_remembered_keep_nothing_that_was_begun_before(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("core.page_cache.store.MOST_CHANGES", 10)
    store = Store(1000)
    before = store.moment
    for number in range(20):
        store.change([PAGE(number)])
    assert len(store.changed) <= 11
    assert not kept(store, PAGE(0), since=before)
    assert not kept(store, PAGE(0), since=before + 9)
