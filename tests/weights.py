"""What static files and pages weigh when they are sent."""

from pathlib import Path

import brotli

from core.static_files import joined, minified

TEXT = {".css", ".js", ".svg", ".webmanifest"}  # what WhiteNoise keeps compressed; fonts are so by themselves


def weight(path: Path) -> int:
    """The bytes that production sends: style sheets joined and minified, text compressed with Brotli."""
    content = path.read_bytes()
    if path.suffix == ".css":
        content = minified(joined(path.name, lambda name: (path.parent / name).read_text())).encode()
    return len(brotli.compress(content)) if path.suffix in TEXT else len(content)


def page_weight(html: bytes) -> int:
    """The bytes of a page, compressed as the page cache does it: quickly, and not as well as files."""
    return len(brotli.compress(html, mode=brotli.MODE_TEXT, quality=5))
