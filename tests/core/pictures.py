"""Shared by tests: what test_pictures.py and others lean on."""

import io
from typing import Any

from PIL import Image


def content(
    size: tuple[int, int] = (400, 300), kind: str = "JPEG", mode: str = "RGB", **options: Any
) -> bytes:
    file = io.BytesIO()
    Image.effect_noise(size, 80).convert(mode).save(file, kind, **options)
    return file.getvalue()
