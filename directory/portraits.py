"""Portraits from files that anybody may have sent: decoded, turned, cropped, and written anew without metadata."""

import io
import warnings
from typing import IO

from django.conf import settings
from django.core.files.base import ContentFile
from PIL import Image, ImageOps

from directory.errors import BadPicture

FORMATS = ("JPEG", "PNG", "WEBP")
SMALLEST = 300
SIZE = 800
LARGEST_FILE = 15 * 1024 * 1024
# What stays of a picture that is higher than wide: how far down the square's centre may go, from 0 to 1.
CROPS = {"face": 0.3, "top": 0.0, "middle": 0.5}


def make_portrait(file: IO[bytes], *, crop: str = "face") -> ContentFile:
    """A square WebP of at most 800 × 800 pixels, cut from the middle; `crop`, of CROPS, says how far up.

    The size is read before any pixel is decoded. Raises BadPicture for what is no picture, too large or too small.
    """
    content = file.read(LARGEST_FILE + 1)
    if len(content) > LARGEST_FILE:
        raise BadPicture
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            picture: Image.Image = Image.open(io.BytesIO(content), formats=FORMATS)
            width, height = picture.size
            if width * height > settings.WAGTAILIMAGES_MAX_IMAGE_PIXELS or min(width, height) < SMALLEST:
                raise BadPicture
            picture.load()
            picture = ImageOps.exif_transpose(picture)
            side = min(picture.size)
            picture = ImageOps.fit(
                picture.convert("RGBA"),
                (min(side, SIZE),) * 2,
                Image.Resampling.LANCZOS,
                centering=(0.5, CROPS[crop]),
            )
    except BadPicture:
        raise
    except Exception as error:  # Pillow's decoders raise almost anything for a broken file
        raise BadPicture from error
    paper = Image.new("RGB", picture.size, "white")
    paper.paste(picture, mask=picture.getchannel("A"))
    written = io.BytesIO()
    paper.save(written, "WEBP", quality=86, method=4)  # nothing of the original's metadata is passed on
    return ContentFile(written.getvalue(), name="portrait.webp")
