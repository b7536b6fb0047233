"""Portraits from files that anybody may have sent: cropped to a square, and written anew without metadata."""

from typing import IO

from PIL import Image, ImageOps

from core.pictures.files import NotAPicture, RewrittenFile, decoded, encoded
from directory.errors import BadPicture

SMALLEST = 300
SIZE = 800
LARGEST_FILE = 15 * 1024 * 1024
# What stays of a picture that is higher than wide: how far down the square's centre may go, from 0 to 1.
CROPS = {"face": 0.3, "top": 0.0, "middle": 0.5}


def make_portrait(file: IO[bytes], *, crop: str = "face") -> RewrittenFile:
    """A square WebP of at most 800 × 800 pixels, cut from the middle; `crop`, of CROPS, says how far up.

    Raises BadPicture for what is no picture, too large or too small.
    """
    content = file.read(LARGEST_FILE + 1)
    if len(content) > LARGEST_FILE:
        raise BadPicture
    try:
        picture = decoded(content, smallest=SMALLEST, least=SIZE)
    except NotAPicture as error:
        raise BadPicture from error
    side = min(min(picture.size), SIZE)
    picture = ImageOps.fit(picture, (side, side), Image.Resampling.LANCZOS, centering=(0.5, CROPS[crop]))
    if picture.mode == "RGBA":
        paper = Image.new("RGB", picture.size, "white")
        paper.paste(picture, mask=picture.getchannel("A"))
        picture = paper
    return encoded(picture, quality=86)
