"""Picture files that anybody may have sent: decoded, turned upright, and written anew without their metadata.

Photos carry where and when they were taken, with which camera, and a small copy of what was cropped away. None of it
is kept: only the pixels of the first frame are, in sRGB, as a WebP under a name that nobody can guess.
"""

import io
import secrets
import threading
import warnings
from typing import IO, Any

from django.conf import settings
from django.core.files.base import ContentFile
from PIL import Image, ImageCms, ImageOps

FORMATS = ("JPEG", "PNG", "WEBP")
LARGEST_SIDE = 2400  # pixels of what is kept of a library's picture; the largest size shown is 1344 wide
QUALITY = 90
# One at a time in each process: the largest pictures take up to 400 MB while they are being decoded.
DECODING = threading.Lock()


class NotAPicture(ValueError):
    """The file is no JPEG, PNG or WebP, is broken, or has too many pixels."""


class RewrittenFile(ContentFile):
    """A file that has been written anew, and need not be again."""


def random_name() -> str:
    """A file's name that nobody can guess, 128 bits of it."""
    return f"{secrets.token_hex(16)}.webp"


def decoded(content: bytes, *, smallest: int = 1, least: int = LARGEST_SIDE) -> Image.Image:
    """The picture in `content`, upright, in sRGB, as RGB or RGBA, without anything beside its pixels.

    Both sides must have `smallest` pixels. The sides of large JPEGs are halved while they are being decoded, as long
    as they have `least` pixels. The size is read before any pixel is: raises NotAPicture for more than the setting
    WAGTAILIMAGES_MAX_IMAGE_PIXELS, and for everything else that is no picture.
    """
    try:
        with DECODING, warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            picture: Image.Image = Image.open(io.BytesIO(content), formats=FORMATS)
            width, height = picture.size
            if width * height > settings.WAGTAILIMAGES_MAX_IMAGE_PIXELS or min(width, height) < smallest:
                raise NotAPicture
            picture.draft(None, (least, least))  # None keeps the mode
            picture.load()
            orientation = picture.getexif().get(0x0112)
            picture = _upright(_in_srgb(picture), orientation)
            picture.info = {}
            return picture
    except NotAPicture:
        raise
    except Exception as error:  # Pillow's decoders raise almost anything for a broken file
        raise NotAPicture from error


def _upright(picture: Image.Image, orientation: Any) -> Image.Image:
    """Turned and mirrored as the camera noted it."""
    picture.info = {}
    exif = picture.getexif()
    exif.clear()
    if orientation in range(2, 9):
        exif[0x0112] = orientation
        return ImageOps.exif_transpose(picture)
    return picture


def _in_srgb(picture: Image.Image) -> Image.Image:
    """RGB, or RGBA if anything may be seen through. Colours stay what the file's profile says they are."""
    if picture.mode.startswith("I"):  # 16 bits of grey; Pillow itself would cut them off at 8
        picture = picture.convert("I").point(lambda value: value / 256).convert("L")
    sees_through = "A" in picture.getbands() or "transparency" in picture.info
    if picture.mode in {"P", "PA", "1", "LA"}:
        profile, picture = None, picture.convert("RGBA" if sees_through else "RGB")
    else:
        profile = picture.info.get("icc_profile")
    wanted = "RGBA" if sees_through else "RGB"
    if profile:
        try:
            alpha = picture.getchannel("A") if picture.mode == "RGBA" else None
            converted = ImageCms.profileToProfile(
                picture.convert("RGB") if alpha else picture,
                ImageCms.ImageCmsProfile(io.BytesIO(profile)),
                ImageCms.createProfile("sRGB"),
                outputMode="RGB",
            )
            if converted is not None:
                if alpha:
                    converted.putalpha(alpha)
                return converted if converted.mode == wanted else converted.convert(wanted)
        except (ImageCms.PyCMSError, OSError, ValueError, TypeError):
            pass  # a profile that is broken, or of another kind of colours
    return picture if picture.mode == wanted else picture.convert(wanted)


def encoded(picture: Image.Image, *, quality: int = QUALITY) -> RewrittenFile:
    """The picture as a WebP with a random name, and nothing in it but pixels."""
    written = io.BytesIO()
    picture.save(written, "WEBP", quality=quality, method=4)
    return RewrittenFile(written.getvalue(), name=random_name())


def rewritten(file: IO[bytes] | Any) -> RewrittenFile:
    """The picture in `file`, LARGEST_SIDE pixels wide or high at most. Raises NotAPicture."""
    if isinstance(file, RewrittenFile):
        return file
    file.seek(0)
    picture = decoded(file.read())
    picture.thumbnail((LARGEST_SIDE, LARGEST_SIDE), Image.Resampling.LANCZOS, reducing_gap=2.0)
    return encoded(picture)
