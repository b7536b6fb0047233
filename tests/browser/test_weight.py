"""What the ways in weigh, with everything that Chromium loads for them."""

from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from django.conf import settings
from django.contrib.staticfiles import finders
from playwright.sync_api import Page, Response

from tests.weights import weight

LIMIT = 60_000  # bytes


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
    parts = {one: weight(Path(found)) for one in static if (found := finders.find(one))}
    assert parts.keys() == static
    parts["the page"] = len(answers[0].body())
    assert len(parts) > 8
    assert sum(parts.values()) <= LIMIT, parts
    assert sum(one.endswith(".woff2") for one in static) >= 2
