"""What a browser fetches before anybody asks for it: pages to read, nothing else, and none that counts."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.core.signals import request_started
from playwright.sync_api import Page

from directory.models import ProfileViews
from tests.factories.content import ARTICLES, SPECIALISTS

PROFILE = f"/en/specialists/{SPECIALISTS[0]}/"


@pytest.fixture
def early() -> Iterator[list[str]]:
    """The addresses that the server was asked for in advance."""
    asked: list[str] = []

    def note(environ: dict[str, Any], **_signal: Any) -> None:
        if "prefetch" in environ.get("HTTP_SEC_PURPOSE", ""):
            asked.append(environ["PATH_INFO"] + (f"?{query}" if (query := environ["QUERY_STRING"]) else ""))

    request_started.connect(note)
    yield asked
    request_started.disconnect(note)


def rest_on(page: Page, selector: str) -> None:
    """Let the pointer rest on a link as long as takes a browser to guess that it will be opened, and longer."""
    link = page.locator(selector).first
    link.scroll_into_view_if_needed()
    link.hover()
    page.wait_for_timeout(700)  # milliseconds; the guess is made after 200


def test_an_article_is_there_before_its_link_is_pressed(
    open_page: Callable[..., Page], early: list[str]
) -> None:
    page = open_page()
    page.goto("/uk/articles/", wait_until="networkidle")
    address = f"/uk/articles/{ARTICLES[0]}/"
    rest_on(page, f"a[href='{address}']")
    assert early == [address]
    page.locator(f"a[href='{address}']").first.click()
    page.wait_for_url(f"**{address}")
    assert early == [address]
    opened = page.evaluate("performance.getEntriesByType('navigation')[0].deliveryType")
    assert opened == "navigational-prefetch"


def test_what_is_private_or_may_change_something_is_never_fetched_early(
    open_page: Callable[..., Page], early: list[str]
) -> None:
    page = open_page()
    page.goto(PROFILE, wait_until="networkidle")
    for selector in (
        "header a[href*='/account/login/']",
        "a[href*='/book/']",
        "a[href*='/report/']",
        "a[href*='?topic=']",
        ".share a",
    ):
        rest_on(page, selector)
    assert early == []


def test_a_profile_fetched_early_counts_once_it_is_opened(
    open_page: Callable[..., Page], early: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    page = open_page(
        user_agent="Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 Chrome/150.0 Safari/537.36"
    )
    page.goto("/en/specialists/", wait_until="networkidle")
    rest_on(page, f".who__name a[href='{PROFILE}']")
    assert early == [PROFILE]
    assert not ProfileViews.objects.exists()
    page.locator(f".who__name a[href='{PROFILE}']").click()
    page.wait_for_url(f"**{PROFILE}")
    page.wait_for_load_state("networkidle")
    page.wait_for_timeout(300)
    assert [one.count for one in ProfileViews.objects.all()] == [1]
