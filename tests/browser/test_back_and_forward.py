"""Whether a browser shows a page again at once, as it was left, when somebody goes back to it."""

import pytest
from django.conf import settings
from django.urls import reverse
from playwright.sync_api import Browser

from accounts.models import User
from tests.browser.reading import READING
from tests.browser.sessions import come_in

# Notes whether the page came from the browser's memory; kept by the page, since a page from there runs nothing anew.
NOTE = """addEventListener("pageshow", event => { window.cameBack = event.persisted; });"""
REASONS = """() => JSON.stringify(performance.getEntriesByType("navigation")[0].notRestoredReasons)"""


@pytest.fixture
def page(remembering_browser: Browser, site: str):
    context = remembering_browser.new_context(base_url=site, reduced_motion="no-preference")
    context.add_init_script(NOTE)
    yield context.new_page()
    context.close()


@pytest.mark.parametrize("path", READING.values(), ids=READING)
def test_what_people_read_comes_back_as_it_was_left(page, path: str) -> None:
    for language in dict(settings.LANGUAGES):
        page.goto(f"/{language}/{path}", wait_until="networkidle")
        page.evaluate("document.body.dataset.left = 'here'")
        page.locator(".foot a").last.click()
        page.wait_for_function("!document.body.dataset.left")
        page.go_back(wait_until="commit")
        page.wait_for_function("window.cameBack !== undefined")
        assert page.evaluate("window.cameBack"), page.evaluate(REASONS)
        assert page.evaluate("document.body.dataset.left") == "here"
        page.go_forward(wait_until="commit")
        page.wait_for_function("window.cameBack !== undefined && !document.body.dataset.left")
        assert page.evaluate("window.cameBack"), page.evaluate(REASONS)


def test_a_page_that_listens_for_its_end_does_not(page) -> None:
    """What shows that the test above would see the difference."""
    page.goto("/en/articles/", wait_until="networkidle")
    page.evaluate("addEventListener('unload', () => {}); document.body.dataset.left = 'here'")
    page.locator(".foot a").last.click()
    page.wait_for_function("!document.body.dataset.left")
    page.go_back(wait_until="commit")
    page.wait_for_function("window.cameBack !== undefined")
    assert not page.evaluate("window.cameBack")


def test_a_page_that_somebody_read_while_logged_in_does_not_come_back_once_they_are_out(
    page, site: str
) -> None:
    user = User.objects.create_user("noor@example.org", display_name="Noor Only-For-Me")
    come_in(page.context, site, user)
    page.goto("/en/articles/", wait_until="networkidle")
    assert page.locator(f"a[href='{reverse('account_home')}']").count()
    page.locator(".foot form[action$='/logout/'] button").click()
    page.wait_for_url(lambda address: "/articles/" not in address)
    page.go_back()
    page.wait_for_load_state()
    assert page.locator(f"a[href='{reverse('account_home')}']").count() == 0


def test_a_page_from_before_somebody_logged_in_knows_them_when_they_come_back(page, site: str) -> None:
    page.goto("/en/articles/", wait_until="networkidle")
    assert page.locator(f"a[href='{reverse('account_home')}']").count() == 0
    come_in(page.context, site, User.objects.create_user("noor@example.org"))
    page.goto("/en/specialists/", wait_until="networkidle")
    page.go_back(wait_until="commit")
    page.locator(f"a[href='{reverse('account_home')}']").first.wait_for(state="attached")
    assert page.url.endswith("/en/articles/")
