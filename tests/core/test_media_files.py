"""Files on a disk that is full, lost or written to by a process that is killed."""

import errno
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import FileSystemStorage, default_storage
from django.core.files.uploadedfile import SimpleUploadedFile, TemporaryUploadedFile
from django.test import Client
from django.urls import reverse
from wagtail.users.models import UserProfile

from accounts.exports import build
from articles.models import ArticlePage
from core.media_files import LEFT_AFTER, MediaStorage, content_of, delete_left_parts
from core.models import Picture, pictures
from directory.models import Portrait
from tests.core.pictures import content
from tests.factories.content import SPECIALISTS
from tests.factories.people import log_in_to_cms, make_editor

KILLED = """
import os, sys
from django.conf import settings
settings.configure(MEDIA_ROOT=sys.argv[1])
import django
django.setup()
from django.core.files.base import ContentFile
from core.media_files import MediaStorage
class Dying(ContentFile):
    def chunks(self, chunk_size=None):
        yield b"half"
        os.kill(os.getpid(), 9)
MediaStorage().save("whole.txt", Dying(b"half of it"))
"""


class Full(ContentFile):
    """A file that the disk has no room for after its first half."""

    def chunks(self, chunk_size: int | None = None) -> Iterator[Any]:
        yield b"half"
        raise OSError(errno.ENOSPC, "No space left on device")


def files_in(folder: Path) -> list[str]:
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file())


@pytest.fixture
def full_disk(monkeypatch: pytest.MonkeyPatch) -> None:
    """From now on, nothing can be written to the storage of media."""

    def save(self: Any, name: str, content: IO[bytes]) -> str:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(FileSystemStorage, "_save", save)


def test_a_file_is_whole_or_absent(tmp_path: Path) -> None:
    storage = MediaStorage(location=tmp_path)
    assert storage.save("a/b.txt", ContentFile(b"whole")) == "a/b.txt"
    with pytest.raises(OSError, match="No space"):
        storage.save("a/full.txt", Full(b"whole"))
    assert files_in(tmp_path) == ["a/b.txt"]
    other = storage.save("a/b.txt", ContentFile(b"another"))
    assert other != "a/b.txt"
    assert (tmp_path / "a/b.txt").read_bytes() == b"whole"
    upload = TemporaryUploadedFile("large.bin", "application/octet-stream", 5, None)
    upload.write(b"large")
    upload.seek(0)
    assert (tmp_path / storage.save("large.bin", upload)).read_bytes() == b"large"
    upload.close()
    assert not [name for name in files_in(tmp_path) if name.endswith(".part")]


def test_two_that_want_the_same_name_both_get_one(tmp_path: Path) -> None:
    storage = MediaStorage(location=tmp_path)
    storage._save("a.txt", ContentFile(b"first"))
    second = storage._save("a.txt", ContentFile(b"second"))
    assert (tmp_path / "a.txt").read_bytes() == b"first"
    assert (tmp_path / second).read_bytes() == b"second"


def test_what_a_killed_process_was_writing_is_not_there_and_goes_after_a_day(
    tmp_path: Path, settings: Any
) -> None:
    settings.MEDIA_ROOT = tmp_path
    path = f"{settings.BASE_DIR / 'site'}"
    done = subprocess.run(
        [sys.executable, "-c", KILLED, str(tmp_path)], env={**os.environ, "PYTHONPATH": path}, check=False
    )
    assert done.returncode == -9
    assert not (tmp_path / "whole.txt").exists()
    (left,) = tmp_path.iterdir()
    assert delete_left_parts() == 0
    long_ago = time.time() - LEFT_AFTER.total_seconds() - 60
    os.utime(left, (long_ago, long_ago))
    (tmp_path / "old.txt").write_text("stays")
    os.utime(tmp_path / "old.txt", (long_ago, long_ago))
    assert delete_left_parts() == 1
    assert files_in(tmp_path) == ["old.txt"]


# --- Pages ------------------------------------------------------------------------------------------------------


@pytest.mark.django_db
@pytest.mark.parametrize("harm", ["lost", "full"])
def test_public_pages_leave_out_a_picture_that_cannot_be_made_and_say_so_once(
    content: None,
    client: Client,
    harm: str,
    request: pytest.FixtureRequest,
    caplog: pytest.LogCaptureFixture,
    monkeypatch: pytest.MonkeyPatch,
    settings: Any,
    tmp_path: Path,
) -> None:
    monkeypatch.setattr(pictures, "_noted", set())
    pages = ["/en/", "/en/articles/", "/en/specialists/", f"/en/specialists/{SPECIALISTS[0]}/"]
    pages += [page.path_here for page in ArticlePage.objects.live().filter(locale__language_code="en")]
    for model in (Picture, Portrait):
        for picture in model.objects.all():
            picture.renditions.all().delete()
    if harm == "full":
        request.getfixturevalue("full_disk")
    else:  # the files themselves are other tests', too
        settings.MEDIA_ROOT = tmp_path
    for _ in range(2):
        for path in pages:
            answer = client.get(path)
            assert answer.status_code == 200, path
            assert "/media/images/" not in answer.content.decode(), path
    said = [line for line in caplog.messages if "picture_left_out" in line]
    assert said
    assert len(said) == len(set(said))


@pytest.mark.django_db
@pytest.mark.usefixtures("full_disk")
def test_an_upload_that_finds_no_room_is_told_to_come_back(client: Client) -> None:
    log_in_to_cms(client, make_editor())
    picture = SimpleUploadedFile("a.jpg", content(), "image/jpeg")
    answer = client.post(reverse("wagtailimages:add"), {"title": "No room", "file": picture})
    assert answer.status_code == 503
    assert int(answer["Retry-After"]) > 0
    assert not Picture.objects.exists()


@pytest.mark.django_db
def test_a_copy_of_somebodys_data_is_made_though_a_picture_is_lost() -> None:
    user = make_editor()
    profile = UserProfile.get_for_user(user)
    profile.avatar.save("a.jpg", ContentFile(content(), name="a.jpg"))
    whole = build(user)
    default_storage.delete(profile.avatar.name)
    assert content_of(UserProfile.objects.get(user=user).avatar) is None
    assert 0 < len(build(user)) < len(whole)
