"""Shared by tests: what test_accessibility.py and others lean on."""

from importlib.resources import files

from playwright.sync_api import Page

AXE = files("axe_playwright_python").joinpath("axe.min.js").read_text()


# Every rule that says something about a page as a whole: WCAG 2.2 A and AA, best practice, contrast among them.
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22a", "wcag22aa", "best-practice"]


RUN_AXE = """async tags => {
    const options = { runOnly: { type: "tag", values: tags }, resultTypes: ["violations"], preload: false };
    const { violations } = await axe.run(document, options);
    const where = node => `${node.target.join(" ")} (${node.any[0]?.message ?? node.failureSummary})`;
    return violations.map(one => `${one.id}: ${one.nodes.map(where).join("; ")}`);
}"""


# What stands outside the window, if the page scrolls sideways at all.
TOO_WIDE = """() => {
    if (document.documentElement.scrollWidth <= innerWidth) return [];
    const outside = one => {
        const box = one.getBoundingClientRect();
        return box.right > innerWidth + 1 || box.left < -1;
    };
    return [...document.querySelectorAll("body *")].filter(outside).map(one => one.outerHTML.slice(0, 120));
}"""


DIRECTIONS = ["en", "ar"]


def look(page: Page) -> None:
    """Fail with what axe says of a page, light and dark, and with what is too wide for a telephone of 320 pixels."""
    page.evaluate(AXE)  # not by a script tag: the Content-Security-Policy forbids it
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        barriers = page.evaluate(RUN_AXE, TAGS)
        assert barriers == [], f"{scheme}: {page.url}: {barriers}"
    usual = page.viewport_size
    page.set_viewport_size({"width": 320, "height": 800})
    too_wide = page.evaluate(TOO_WIDE)
    assert too_wide == [], f"at 320 pixels: {page.url}: {too_wide}"
    page.set_viewport_size(usual)
