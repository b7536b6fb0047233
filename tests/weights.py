"""What a static file weighs when it is sent."""

from pathlib import Path

import brotli

from core.static_files import minified

TEXT = {".css", ".js", ".svg", ".webmanifest"}  # what WhiteNoise keeps compressed; fonts are so by themselves


def weight(path: Path) -> int:
    """The bytes that production sends: style sheets minified, text compressed with Brotli."""
    content = path.read_bytes()
    if path.suffix == ".css":
        content = minified(content.decode()).encode()
    return len(brotli.compress(content)) if path.suffix in TEXT else len(content)
