"""What the ways in weigh, with everything that Chromium loads for them."""

from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlsplit

import brotli
import pytest
from django.conf import settings
from django.contrib.staticfiles import finders
from playwright.sync_api import Page, Response

LIMIT = 60_000  # bytes
TEXT = {".css", ".js", ".svg", ".webmanifest"}  # what WhiteNoise keeps compressed; fonts are so by themselves


def weight(path: str) -> int:
    """The bytes of a static file as it is sent in production: text compressed with Brotli."""
    found = finders.find(path)
    assert found, path
    content = Path(found).read_bytes()
    return len(brotli.compress(content)) if path.endswith(tuple(TEXT)) else len(content)


@pytest.mark.parametrize("path", ["account/login/", "account/signup/"])
@pytest.mark.parametrize("language", [code for code, _name in settings.LANGUAGES])
def test_a_way_in_loads_no_more_than_60_kb(open_page: Callable[..., Page], language: str, path: str) -> None:
    """The page itself as it is sent, uncompressed; static files as `weight` says: the test's server compresses none.

    Which files, and above all which fonts, is what the browser asks for; the icon and the manifest, which it
    leaves out without a window, are added.
    """
    page = open_page(width=375)
    answers: list[Response] = []
    page.on("response", lambda answer: answers.append(answer))
    page.goto(f"/{language}/{path}", wait_until="networkidle")
    page.evaluate("document.fonts.ready.then(() => null)")
    links = page.locator("link[rel=icon], link[rel=manifest]").all()
    named = {urlsplit(answer.url).path for answer in answers} | {link.get_attribute("href") for link in links}
    static = {
        one.removeprefix(settings.STATIC_URL) for one in named if one and one.startswith(settings.STATIC_URL)
    }
    parts = {one: weight(one) for one in static}
    parts["the page"] = len(answers[0].body())
    assert len(parts) > 8
    assert sum(parts.values()) <= LIMIT, parts
    assert sum(one.endswith(".woff2") for one in static) >= 2
