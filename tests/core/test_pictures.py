"""What is kept of the pictures that people add, by whichever screen, and what they are told of those that are none."""

import io
import re
import struct
import zlib
from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile, TemporaryUploadedFile
from django.core.management import call_command
from django.test import Client
from django.urls import reverse
from PIL import Image, ImageCms
from wagtail.models import Collection, UploadedFile

from core.models import Picture
from core.pictures.files import LARGEST_SIDE, NotAPicture, decoded, rewritten
from core.templatetags.content import rendition
from tests.core.pictures import content
from tests.factories.people import log_in_to_cms, make_editor

pytestmark = pytest.mark.django_db

NAME = re.compile(r"(?:pictures|images)/[0-9a-f]{32}\.webp")
SECRET = "50.4501 N, camera 0815"


def noted(orientation: int = 1) -> bytes:
    """A JPEG with metadata of every kind."""
    exif = Image.Exif()
    exif[0x010E], exif[0xA431], exif[0x0112] = SECRET, SECRET, orientation
    exif.get_ifd(0x8825)[0x001D] = SECRET
    return content(exif=exif, comment=SECRET.encode(), xmp=f"<x>{SECRET}</x>".encode())


def claiming(width: int, height: int) -> bytes:
    """A PNG of a few bytes that says it has this size."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(b"")) + chunk(b"IEND", b"")
    )


BAD: dict[str, tuple[str, Callable[[], bytes]]] = {
    "a truncated JPEG": ("a.jpg", lambda: content()[:-900]),
    "a truncated PNG": ("a.png", lambda: content(kind="PNG")[:-900]),
    "a truncated WebP": ("a.webp", lambda: content(kind="WEBP")[:-900]),
    "the first bytes of a JPEG": ("a.jpg", lambda: content()[:30]),
    "the first bytes of a PNG": ("a.png", lambda: content(kind="PNG")[:20]),
    "the first bytes of a WebP": ("a.webp", lambda: content(kind="WEBP")[:16]),
    "nothing": ("a.jpg", lambda: b""),
    "text": ("a.jpg", lambda: b"<svg onload=alert(1)>"),
    "a PNG called JPEG": ("a.jpg", lambda: content(kind="PNG")),
    "a GIF": ("a.gif", lambda: content(kind="GIF", mode="L")),
    "a picture without an extension": ("a", lambda: content()),
    "no pixels": ("a.png", lambda: claiming(0, 0)),
    "a row of no pixels": ("a.png", lambda: claiming(10, 0)),
    "too many pixels": ("a.png", lambda: claiming(5001, 5000)),
    "a bomb": ("a.png", lambda: claiming(60_000, 60_000)),
}
GOOD: dict[str, tuple[str, Callable[[], bytes]]] = {
    "a JPEG": ("a.jpg", content),
    "capital letters": ("A.JPEG", content),
    "a PNG": ("a.png", lambda: content(kind="PNG")),
    "a WebP": ("a.webp", lambda: content(kind="WEBP")),
    "CMYK": ("a.jpg", lambda: content(mode="CMYK")),
    "grey": ("a.jpg", lambda: content(mode="L")),
    "16 bits": ("a.png", lambda: content(kind="PNG", mode="I;16")),
    "one bit": ("a.png", lambda: content(kind="PNG", mode="1")),
    "a palette": ("a.png", lambda: content(kind="PNG", mode="P")),
    "see-through": ("a.png", lambda: content(kind="PNG", mode="RGBA")),
    "grey and see-through": ("a.png", lambda: content(kind="PNG", mode="LA")),
    "moving": (
        "a.webp",
        lambda: content(kind="WEBP", save_all=True, append_images=[Image.new("RGB", (400, 300), "red")]),
    ),
    "much metadata": ("a.jpg", lambda: content(exif=b"Exif\0\0MM\0*\0\0\0\x08\0\0" + b"x" * 60_000)),
    "one pixel": ("a.png", lambda: content((1, 1), kind="PNG")),
    "a long name": (f"{'ї' * 300}.jpg", content),
    "a name with NUL": ("a\0b.jpg", content),
    "a name that climbs": ("../../a.jpg", content),
    "a name of spaces": ("   .jpg", content),
}


@pytest.fixture
def cms(client: Client) -> Client:
    log_in_to_cms(client, make_editor())
    return client


def one(cms: Client, file: Any) -> Any:
    return cms.post(reverse("wagtailimages:add"), {"title": "One", "file": file})


def several(cms: Client, file: Any) -> Any:
    return cms.post(reverse("wagtailimages:add_multiple"), {"files[]": file})


def chooser(cms: Client, file: Any) -> Any:
    address = reverse("wagtailimages_chooser:create")
    return cms.post(address, {"image-chooser-upload-title": "One", "image-chooser-upload-file": file})


def replacing(cms: Client, file: Any) -> Any:
    picture = Picture.objects.create(title="Before", file=ContentFile(content(), name="before.jpg"))
    return cms.post(reverse("wagtailimages:edit", args=[picture.pk]), {"title": "After", "file": file})


every_screen = pytest.mark.parametrize("screen", [one, several, chooser, replacing])


@every_screen
@pytest.mark.parametrize("kind", BAD)
def test_what_is_no_picture_is_refused_in_words(cms: Client, screen: Any, kind: str) -> None:
    name, make = BAD[kind]
    answer = screen(cms, SimpleUploadedFile(name, make()))
    assert answer.status_code == 200
    assert Picture.objects.exclude(title="Before").count() == UploadedFile.objects.count() == 0
    text = answer.content.decode()
    assert any(word in text for word in ["can", "empty", "Not a", "pixels", "valid image", "submitted"]), text


@every_screen
@pytest.mark.parametrize("kind", GOOD)
def test_a_picture_of_any_kind_is_kept_and_shown(cms: Client, screen: Any, kind: str) -> None:
    name, make = GOOD[kind]
    answer = screen(cms, SimpleUploadedFile(name, make()))
    assert answer.status_code in {200, 302}
    picture = Picture.objects.get()
    assert NAME.fullmatch(picture.file.name)
    assert len(picture.in_sizes("fill-192x192|format-webp", "width-960|format-webp")) == 2
    assert all(NAME.fullmatch(one.file.name) for one in picture.renditions.all())
    with picture.file.open() as file:
        kept = Image.open(file)
        assert (kept.format, kept.size) == ("WEBP", (picture.width, picture.height))
        assert getattr(kept, "n_frames", 1) == 1
    assert cms.get(reverse("wagtailimages:index")).status_code == 200


@every_screen
def test_nothing_but_pixels_is_kept(cms: Client, screen: Any) -> None:
    screen(cms, SimpleUploadedFile(f"{SECRET}.jpg", noted()))
    picture = Picture.objects.get()
    sizes = picture.in_sizes("original", "width-200")
    for stored in [picture, *sizes]:
        with stored.file.open("rb") as file:
            raw = file.read()
        assert SECRET.encode() not in raw
        assert not {b"EXIF", b"XMP ", b"ICCP"} & {raw[at : at + 4] for at in range(len(raw) - 4)}
    assert not any("50" in name for name in default_storage.listdir("pictures")[1] if "camera" in name)


def test_what_waits_for_another_answer_is_kept_without_metadata_too(cms: Client) -> None:
    """Upstream stores the file as it came when the collection can't be one's own."""
    root = Collection.get_first_root_node()
    root.add_child(name="Another")
    address = reverse("wagtailimages:add_multiple")
    answer = cms.post(
        address, {"files[]": SimpleUploadedFile("home.jpg", noted()), "collection": "9999"}
    ).json()
    waiting = UploadedFile.objects.get(pk=answer["uploaded_file_id"])
    with waiting.file.open("rb") as file:
        assert SECRET.encode() not in file.read()
    assert "home" not in waiting.file.name
    prefix = f"uploaded-image-{waiting.pk}"
    answer = cms.post(
        reverse("wagtailimages:create_multiple_from_uploaded_image", args=[waiting.pk]),
        {f"{prefix}-title": "Home", f"{prefix}-collection": root.pk},
    )
    assert answer.json()["success"]
    assert NAME.fullmatch(Picture.objects.get().file.name)


def test_several_without_a_file_are_told_so(cms: Client) -> None:
    answer = cms.post(
        reverse("wagtailimages:add_multiple"), {"other": SimpleUploadedFile("a.jpg", content())}
    )
    assert answer.json()["success"] is False


def test_a_large_file_that_django_keeps_on_the_disk_is_rewritten_too() -> None:
    upload = TemporaryUploadedFile("a.jpg", "image/jpeg", 0, None)
    upload.write(noted())
    upload.seek(0)
    picture = Picture.objects.create(title="Large", file=upload)
    with picture.file.open("rb") as file:
        assert SECRET.encode() not in file.read()


@pytest.mark.parametrize(("orientation", "where"), [(1, (0, 0)), (3, (1, 1)), (6, (1, 0)), (8, (0, 1))])
def test_a_picture_is_turned_upright_before_the_note_is_dropped(
    orientation: int, where: tuple[int, int]
) -> None:
    exif = Image.Exif()
    exif[0x0112] = orientation
    drawn = Image.new("RGB", (200, 100), "white")
    drawn.paste("black", (0, 0, 40, 40))
    file = io.BytesIO()
    drawn.save(file, "JPEG", exif=exif)
    kept = Image.open(rewritten(file)).convert("L")
    assert kept.size == ((200, 100) if orientation in {1, 3} else (100, 200))
    assert kept.getpixel((where[0] * (kept.width - 1), where[1] * (kept.height - 1))) < 60  # type: ignore[operator]


def test_colours_look_the_same_without_the_profile() -> None:
    """In a profile whose blue is red, a blue pixel was seen as something else than blue."""
    lab = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    file = io.BytesIO(content(icc_profile=lab))
    assert decoded(file.getvalue()).mode == "RGB"
    assert decoded(content(icc_profile=b"no profile")).mode == "RGB"
    assert decoded(content(kind="PNG", mode="RGBA", icc_profile=lab)).mode == "RGBA"
    grey = decoded(content(kind="PNG", mode="I;16"))
    assert grey.convert("L").getextrema()[0] == 0


def test_of_a_large_picture_as_much_is_kept_as_pages_show() -> None:
    kept = Image.open(rewritten(io.BytesIO(content((5000, 1000)))))
    assert kept.size == (LARGEST_SIDE, LARGEST_SIDE // 5)


def test_a_broken_file_is_never_stored_in_another_way() -> None:
    with pytest.raises(NotAPicture):
        Picture(title="Broken").file.save("a.jpg", ContentFile(content()[:-900]), save=False)


@pytest.mark.parametrize("harm", ["lost", "truncated"])
def test_a_picture_whose_file_is_lost_or_broken_shows_as_missing(cms: Client, harm: str) -> None:
    picture = Picture.objects.create(title="Was here", file=ContentFile(content(), name="a.jpg"))
    with default_storage.open(picture.file.name) as file:
        whole = file.read()
    default_storage.delete(picture.file.name)
    if harm == "truncated":
        default_storage.save(picture.file.name, ContentFile(whole[:-900]))
    assert rendition(picture, "fill-192x192", wide="fill-384x384") is None
    for address in (
        reverse("wagtailimages:index"),
        reverse("wagtailimages:edit", args=[picture.pk]),
        reverse("wagtailimages_chooser:choose"),
        reverse("wagtailimages_chooser:chosen", args=[picture.pk]),
        reverse("wagtailimages:image_usage", args=[picture.pk]),
        reverse("wagtailimages:preview", args=[picture.pk, "width-100"]),
        reverse("wagtailimages:url_generator", args=[picture.pk]),
    ):
        assert cms.get(address).status_code in {200, 302, 404}, address


def test_only_sizes_are_served(client: Client, settings: Any) -> None:
    picture = Picture.objects.create(title="Kept", file=ContentFile(content(), name="a.jpg"))
    (size,) = picture.in_sizes("width-100")
    answer = client.get(size.url)
    assert answer.status_code == 200
    assert answer["Cache-Control"] == "public, max-age=86400"  # docs/deploy/nginx.conf says the same
    assert b"".join(answer.streaming_content)  # type: ignore[attr-defined]
    for close in answer._resource_closers:  # type: ignore[attr-defined]  # answer.close() would end the request too, and the test's connection
        close()
    name = picture.file.name
    for path in (
        name,
        f"images/../{name}",
        f"images/%2e%2e/{name}",
        f"./{name}",
        f"images//../{name}",
        "images/",
    ):
        assert client.get(f"/media/{path}").status_code == 404, path


def test_older_pictures_are_rewritten_by_command(capsys: pytest.CaptureFixture[str]) -> None:
    picture = Picture.objects.create(title="Old", file=ContentFile(content(), name="a.jpg"))
    old = default_storage.save("original_images/at_home.jpg", ContentFile(noted(6)))
    Picture.objects.filter(pk=picture.pk).update(file=old, width=400, height=300, focal_point_x=100)
    picture.in_sizes("width-100")
    lost = Picture.objects.create(title="Lost", file=ContentFile(content(), name="a.jpg"))
    Picture.objects.filter(pk=lost.pk).update(file="original_images/lost.jpg")
    call_command("rewrite_pictures", dry_run=True)
    assert "2 pictures would be" in capsys.readouterr().out
    call_command("rewrite_pictures")
    assert (
        f"1 pictures were written anew.\nThese can't be read; add them again, or delete them: {lost.pk}."
        in (capsys.readouterr().out)
    )
    picture.refresh_from_db()
    assert NAME.fullmatch(picture.file.name)
    assert (picture.width, picture.height, picture.focal_point_x) == (300, 400, 100)
    assert not picture.renditions.exists()
