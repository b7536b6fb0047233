"""What a browser keeps of somebody's account, and what the CMS asks by itself while nobody is there."""

from collections.abc import Callable
from urllib.parse import urlsplit

from django.urls import reverse
from playwright.sync_api import Browser, BrowserContext, Page, Request, expect

from accounts.middleware import UNATTENDED
from accounts.models import User
from articles.models import ArticlePage
from tests.browser.sessions import come_in

NAME = "Noor Only-For-Me"


def test_A12_after_logging_out_back_shows_nothing_private(remembering_browser: Browser, site: str) -> None:
    context = remembering_browser.new_context(base_url=site)
    user = User.objects.create_user("noor@example.org", display_name=NAME)
    come_in(context, site, user)
    page = context.new_page()
    page.goto(reverse("account_preferences"))
    expect(page.locator(f'input[value="{NAME}"]')).to_be_visible()
    page.goto(reverse("account_home"))
    expect(page.locator("main h1")).to_contain_text(NAME)
    page.locator("main form[action$='/logout/'] button").click()
    page.wait_for_url(lambda address: "/account/" not in address)
    for _ in range(2):
        page.go_back()
        expect(page.locator("h1")).to_be_visible()
        assert NAME not in page.content()
    context.close()


def test_A13_a_page_that_is_left_open_asks_for_nothing_that_counts_as_use(
    open_context: Callable[..., BrowserContext], site: str
) -> None:
    """If this fails, Wagtail has a new way to ask by itself: it belongs in `UNATTENDED`."""
    context = open_context()
    user = User.objects.get(email="admin@attune.example")
    come_in(context, site, user)
    page: Page = context.new_page()
    page.clock.install()
    article = ArticlePage.objects.filter(locale__language_code="en").earliest("pk")
    page.goto(f"/cms/pages/{article.pk}/edit/")
    page.locator('[data-side-panel-toggle="preview"]').click()
    expect(page.frame_locator("#w-preview-iframe").locator("h1")).to_be_visible()
    page.clock.run_for("00:30")
    page.wait_for_load_state("networkidle")
    asked: list[str] = []

    def note(request: Request) -> None:
        asked.append(urlsplit(request.url).path)

    page.on("request", note)
    for _ in range(35):  # minutes
        page.clock.run_for("01:00")
    page.wait_for_load_state("networkidle")
    assert len(asked) > 30
    assert [path for path in asked if not path.startswith(UNATTENDED)] == []
