"""What editors do in a browser, with Wagtail's own scripts."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect
from wagtail.models import get_page_models

from core.models import BasePage
from tests.browser.cms import log_in
from tests.factories.content import EVERY_BLOCK

PAGE_TYPES = [model for model in get_page_models() if issubclass(model, BasePage)]


@pytest.mark.parametrize("model", PAGE_TYPES, ids=lambda model: model.__name__)
def test_the_live_preview_stands_beside_the_editor(
    open_page: Callable[..., Page], model: type[BasePage]
) -> None:
    pages = model.objects.filter(locale__language_code="en").order_by("path")
    subject = pages.filter(slug=EVERY_BLOCK).first() or pages.first()
    page = open_page(width=1600)
    log_in(page)
    page.goto(f"/cms/pages/{subject.pk}/edit/")
    page.locator('[data-side-panel-toggle="preview"]').click()
    preview = page.frame_locator("#w-preview-iframe")
    expect(preview.locator("h1")).to_be_visible()
    expect(preview.locator("header.head .brand").first).to_be_visible()
