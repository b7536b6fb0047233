"""Finished pages as files, which several processes write and delete."""

import threading
from datetime import timedelta
from pathlib import Path

import pytest
import time_machine
from django.utils import timezone

from core.page_cache.files import PageFiles
from core.page_cache.reading import Reading
from core.page_tags import ADDRESS, MENU, PAGE


@pytest.fixture
def files(tmp_path: Path) -> PageFiles:
    return PageFiles(tmp_path)


def other_process(files: PageFiles) -> PageFiles:
    """Knows nothing of what this one has written."""
    return PageFiles(files.folder)


def write(
    files: PageFiles, address: str = "/en/articles/rest/", *tags: object, lasts: timedelta | None = None
) -> Path:
    reading = Reading()
    reading.tags |= {str(tag) for tag in tags}
    if lasts:
        reading.until = timezone.now() + lasts
    files.write(address, b"plain", b"packed", reading)
    return files.pages / address.strip("/") / "index.html"


def names(files: PageFiles) -> list[str]:
    return sorted(str(path.relative_to(files.folder)) for path in files.folder.rglob("*") if path.is_file())


def test_a_page_is_written_plain_and_packed_for_another_user_to_read(files: PageFiles) -> None:
    page = write(files)
    assert page.read_bytes() == b"plain"
    assert page.with_name("index.html.br").read_bytes() == b"packed"
    assert oct(page.stat().st_mode)[-3:] == "644"
    assert [name for name in names(files) if "/." in name] == []


@pytest.mark.parametrize(
    "address",
    [
        "/en/../../etc/",
        "//en/",
        "/en/%2e%2e/",
        "/en/a",
        "/sitemap.xml",
        "/en/a b/",
        "/en/\u0430/",
        "/en/.git/",
        "",
    ],
)
def test_odd_addresses_are_no_files(files: PageFiles, address: str) -> None:
    write(files, address)
    assert names(files) == []


def test_pages_that_differ_or_count_visits_or_end_soon_are_no_files(files: PageFiles) -> None:
    for change in ({"variations": {"region": "DE"}}, {"visits": [print]}):
        reading = Reading()
        for name, value in change.items():
            setattr(reading, name, value)
        assert not files.write("/en/", b"", b"", reading)
    write(files, lasts=timedelta(seconds=30))
    assert names(files) == []


@pytest.mark.parametrize(
    ("read", "changed", "is_deleted"),
    [
        (PAGE(1), PAGE(1), True),
        (PAGE(1), PAGE(11), False),
        (PAGE, PAGE(2), True),
        (PAGE(1), str(PAGE), True),
        (PAGE, str(PAGE), True),
        (PAGE(1), MENU(1), False),
        (PAGE(1), "site", True),
    ],
)
@pytest.mark.parametrize("is_own", [True, False])
def test_a_change_deletes_what_read_it_whoever_wrote_it(
    files: PageFiles, read: object, changed: str, is_deleted: bool, is_own: bool
) -> None:
    page = write(files, "/en/articles/rest/", read)
    (files if is_own else other_process(files)).change([changed])
    assert page.exists() != is_deleted
    assert page.with_name("index.html.br").exists() != is_deleted


def test_a_change_that_another_process_heard_first_is_no_hole(files: PageFiles) -> None:
    """The other one deletes the notes of the tag before this one has put the page there."""
    page = write(files, "/en/", PAGE(1))
    other_process(files).change([PAGE(1)])
    page.parent.mkdir(parents=True, exist_ok=True)
    page.write_bytes(b"late")
    files.change([PAGE(1)])
    assert not page.exists()


def test_a_page_is_deleted_before_it_ends(files: PageFiles) -> None:
    page = write(files, lasts=timedelta(minutes=10))
    end = timezone.now() + timedelta(minutes=10)
    with time_machine.travel(end - timedelta(seconds=10), tick=False):
        other_process(files).tick()
        assert page.exists()
    with time_machine.travel(end - timedelta(seconds=1), tick=False):
        other_process(files).tick()
        assert not page.exists()


def test_everything_goes_with_one_that_begins_or_ends(files: PageFiles) -> None:
    write(files, "/en/", PAGE(1), lasts=timedelta(hours=1))
    write(files, "/en/articles/", PAGE(2))
    other_process(files).clear()
    assert names(files) == []
    assert [path.name for path in files.folder.iterdir()] == []


def test_writing_again_after_everything_went(files: PageFiles) -> None:
    write(files, "/en/", PAGE(1))
    files.clear()
    assert write(files, "/en/", PAGE(1)).exists()


def test_two_contents_of_one_length_have_other_times(files: PageFiles) -> None:
    """nginx tells a browser that it has the page already by its length and the second in which it was written."""
    first = write(files).stat().st_mtime
    files.write("/en/articles/rest/", b"other", b"packed", Reading())
    assert (files.pages / "en/articles/rest/index.html").stat().st_mtime != first


def test_a_very_long_address_is_a_tag_like_others(files: PageFiles) -> None:
    tag = ADDRESS("/home/" + "ш" * 120 + "/")
    page = write(files, "/en/", tag)
    other_process(files).change([tag])
    assert not page.exists()


def test_unfinished_files_of_others_are_left_alone(files: PageFiles) -> None:
    write(files, lasts=timedelta(hours=1))
    (files.ends / ".unfinished").write_text("")
    files.tick()


def test_changes_while_pages_are_written(files: PageFiles) -> None:
    errors: list[Exception] = []
    ends = threading.Event()

    def keep_writing() -> None:
        number = 0
        while not ends.is_set():
            number += 1
            try:
                write(files, f"/en/p{number % 200}/", PAGE(number % 50))
            except Exception as error:  # shown by the test
                errors.append(error)

    thread = threading.Thread(target=keep_writing)
    thread.start()
    for number in range(300):
        files.change([PAGE(number % 50)])
    ends.set()
    thread.join()
    assert errors == []
