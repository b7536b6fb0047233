"""Whether a browser understands the style sheets: names of properties and values that it doesn't know it ignores."""

from pathlib import Path

import pytest
from django.conf import settings
from playwright.sync_api import Browser

from dev.check_css import read

# Those that say something: one joins the others.
STYLES = sorted(
    path for path in (Path(settings.BASE_DIR) / "site" / "static").rglob("*.css") if path.stem != "site"
)
OF_OTHER_BROWSERS = {
    "hanging-punctuation",  # Safari's
    "line-clamp",  # the standard's name, which browsers begin to learn
    "text-size-adjust",  # telephones'
}


@pytest.mark.parametrize("path", STYLES, ids=lambda path: path.stem)
def test_every_declaration_is_understood(browser: Browser, path: Path) -> None:
    rules, faults = read(path.name, path.read_text())
    assert faults == []
    declarations = [
        (name, value)
        for rule in rules
        if rule.selectors  # what @font-face and @page describe is no property
        for name, value, _line in rule.declarations
        if name not in OF_OTHER_BROWSERS and not name.startswith("--")
    ]
    assert declarations
    page = browser.new_page()
    unknown = page.evaluate(
        "declarations => declarations.filter(([name, value]) => !CSS.supports(name, value))",
        declarations,
    )
    page.close()
    assert unknown == []
