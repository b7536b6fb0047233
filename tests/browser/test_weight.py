"""What pages weigh with everything that Chromium loads for them, and how they appear."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from bs4 import BeautifulSoup
from django.conf import settings
from django.contrib.staticfiles import finders
from playwright.sync_api import Page, Response

from tests.browser.reading import READING
from tests.weights import page_weight, weight

OpenPage = Callable[..., Page]
LANGUAGES = [code for code, _name in settings.LANGUAGES]
# Bytes, as they are sent.
BEFORE_FIRST_PAINT = 14_000
SCRIPTS = 30_000
FONTS = 100_000
WAY_IN = 60_000

# The first element that begins below the window: the name of its kind, and how many of that kind come before it.
BELOW_THE_WINDOW = """() => {
    const below = [...document.querySelectorAll("main *, footer *")].find(one => {
        const box = one.getBoundingClientRect();
        return box.height && box.top >= innerHeight;
    });
    if (!below) return null;
    return [below.localName, [...document.getElementsByTagName(below.localName)].indexOf(below)];
}"""
# How far things jumped; LayoutShift entries come late, so they are waited for.
SHIFT = """() => new Promise(resolve => {
    let sum = 0;
    new PerformanceObserver(list => { for (const one of list.getEntries()) sum += one.value; })
        .observe({ type: "layout-shift", buffered: true });
    setTimeout(() => resolve(sum), 300);
})"""
LARGEST = """() => new Promise(resolve => {
    new PerformanceObserver(list => {
        const element = list.getEntries().at(-1).element;
        resolve(element?.tagName === "IMG" ? element.getAttribute("src") : null);
    }).observe({ type: "largest-contentful-paint", buffered: true });
    setTimeout(() => resolve(null), 2000);
})"""
PICTURES = """() => [...document.images].map(one => ({
    src: one.getAttribute("src"), chosen: one.currentSrc, loading: one.loading, priority: one.fetchPriority,
    top: one.getBoundingClientRect().top + scrollY, shown: one.getBoundingClientRect().width * devicePixelRatio,
    height: one.getBoundingClientRect().height * devicePixelRatio,
    width: one.naturalWidth, given: one.hasAttribute("width") && one.hasAttribute("height"),
    density: one.naturalWidth && one.srcset ? one.naturalWidth : null,
}))"""


@dataclass
class Loaded:
    """What a browser loaded for a page: the page itself, and its static files with what each weighs."""

    html: bytes
    static: dict[str, int]
    blocking: list[str]

    def of(self, *endings: str) -> int:
        return sum(size for name, size in self.static.items() if name.endswith(endings))


def load(page: Page, path: str) -> Loaded:
    """Open `path` and wait for all that comes with it, as somebody who scrolls to its end."""
    answers: list[Response] = []
    page.on("response", lambda answer: answers.append(answer))
    page.goto(path, wait_until="networkidle")
    page.evaluate("scrollTo(0, document.body.scrollHeight)")
    page.evaluate("document.fonts.ready.then(() => null)")
    page.wait_for_load_state("networkidle")
    page.evaluate("scrollTo(0, 0)")
    names = {static_name(answer.url) for answer in answers} - {None}
    imported = {
        f"css/{name}.css" for name in ("tokens", "base", "components", "pages")
    }  # part of site.css when sent
    assert imported < names, "site.css imports something else now"
    blocking = page.evaluate(
        "performance.getEntriesByType('resource').filter(one => one.renderBlockingStatus === 'blocking')"
        ".map(one => one.name)"
    )
    return Loaded(
        answers[0].body(),
        {str(name): weight(Path(str(finders.find(str(name))))) for name in names - imported},
        sorted({str(static_name(url)) for url in blocking} - imported),
    )


def as_far_as_the_window(html: str, below: tuple[str, int] | None) -> str:
    """The page's text up to the element that begins below the window; all of it without any."""
    if below is None:
        return html
    kind, number = below
    element = BeautifulSoup(html, "html.parser").find_all(kind)[number]
    lines = html.split("\n")
    first = "\n".join([*lines[: element.sourceline - 1], lines[element.sourceline - 1][: element.sourcepos]])
    assert 0.05 < len(first) / len(html) < 1
    return first


def static_name(address: str) -> str | None:
    """The name of a static file, by its address; None for anything else."""
    path = urlsplit(address).path
    return path.removeprefix(settings.STATIC_URL) if path.startswith(settings.STATIC_URL) else None


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("path", READING.values(), ids=READING)
def test_a_page_to_read_stays_within_its_budgets(open_page: OpenPage, language: str, path: str) -> None:
    """On a telephone and on a desk.

    Before the first paint a browser needs what blocks it, and the page's own text as far as the window reaches.
    """
    for width, height in ((375, 800), (1280, 900)):
        page = open_page(width=width, height=height)
        loaded = load(page, f"/{language}/{path}")
        assert [name for name in loaded.blocking if name.endswith(".js")] == []
        assert "css/site.css" in loaded.blocking
        first = as_far_as_the_window(loaded.html.decode(), page.evaluate(BELOW_THE_WINDOW))
        sizes = {name: loaded.static[name] for name in loaded.blocking} | {
            "text": page_weight(first.encode())
        }
        assert sum(sizes.values()) <= BEFORE_FIRST_PAINT, (width, sizes)
        assert 500 < loaded.of(".js") <= SCRIPTS, loaded.static
        assert 20_000 < loaded.of(".woff2") <= FONTS, loaded.static
        page.close()


@pytest.mark.parametrize("language", ["en", "ar"])
@pytest.mark.parametrize("path", READING.values(), ids=READING)
def test_pictures_come_when_they_are_needed_in_a_size_that_fits(
    open_page: OpenPage, language: str, path: str
) -> None:
    for width, height, density in ((375, 800, 2), (1280, 900, 1)):
        page = open_page(width=width, height=height, device_scale_factor=density)
        page.goto(f"/{language}/{path}", wait_until="networkidle")
        assert page.evaluate(SHIFT) < 0.01
        largest = page.evaluate(LARGEST)
        page.evaluate("scrollTo(0, document.body.scrollHeight)")
        page.wait_for_load_state("networkidle")
        pictures: list[dict[str, Any]] = page.evaluate(PICTURES)
        for one in pictures:
            assert one["given"], one
            assert one["src"].endswith(".webp"), one
            if one["src"] == largest:
                assert (one["loading"], one["priority"]) == ("auto", "high"), one
            if one["top"] > 2 * height:
                assert one["loading"] == "lazy", one
        page.close()


@pytest.mark.parametrize("path", ["account/login/", "account/signup/"])
@pytest.mark.parametrize("language", LANGUAGES)
def test_a_way_in_loads_no_more_than_60_kb(open_page: OpenPage, language: str, path: str) -> None:
    """The page itself uncompressed, as the test's server sends it; static files as `weight` says.

    Which files, and above all which fonts, is what the browser asks for; the icon and the manifest, which it
    leaves out without a window, are added.
    """
    page = open_page(width=375)
    loaded = load(page, f"/{language}/{path}")
    links = page.locator("link[rel=icon], link[rel=manifest]").all()
    named = [str(static_name(link.get_attribute("href"))) for link in links]
    parts = loaded.static | {name: weight(Path(str(finders.find(name)))) for name in named}
    assert len(named) == 2
    assert sum(parts.values()) + len(loaded.html) <= WAY_IN, parts
    assert sum(one.endswith(".woff2") for one in parts) >= 2
    assert page.evaluate(SHIFT) < 0.01
